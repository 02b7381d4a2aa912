import {
  latestDay,
  raised,
  withDirty,
  withResults,
  type PersonState,
} from '../../domain/person/person-state.ts';
import { uniteTraced } from '../../domain/samples/origins.ts';
import { weeksTouchedBy } from '../../domain/samples/week.ts';
import type { Changes, Ports } from '../ports.ts';
import { computeWeeks, Marks } from './compute-weeks.ts';
import type { PersonHold } from './hold-person.ts';
import { Shelf } from './shelf.ts';
import { retoldLatest, trailingAfter } from './trailing-weeks.ts';
import { weekDocuments } from './week-documents.ts';

/** Weeks of samples that one commit writes, and weeks that are computed in one: well under what Firestore takes. */
export const weeksAtOnce = 8;
const weeksComputedAtOnce = 4;

export interface Piece {
  uid: string;
  hold: PersonHold;
  traceparent: string;
  /** Whether the person is kept afterwards, although nothing else is left. */
  keep: boolean;
}

/**
 * A piece of what is left to be done for a person and belongs to no upload, in one commit: samples of the first releases are taken
 * over, deleted ones looked for, and weeks computed whose samples or predecessors have changed.
 */
export async function workOff(
  ports: Pick<Ports, 'histories' | 'analyses' | 'narratives' | 'models' | 'people'>,
  { uid, hold, traceparent, keep }: Piece,
): Promise<void> {
  const { takeOver, walk, dirty, tombstones } = hold.state;
  const gone = new Set(tombstones > 0 ? await ports.histories.tombstones(uid) : []);
  const shelf = new Shelf(ports, uid, gone);
  const write = async (change: (state: PersonState) => PersonState, changes: Changes): Promise<void> => {
    await hold.write((state) => released(change(raised(state)), keep), changes);
  };
  if (takeOver !== null) return takeOverDays(ports, uid, write, shelf, takeOver);
  if (walk !== null) return walkBack(ports, uid, write, shelf, walk);

  const mondays = dirty.slice(0, weeksComputedAtOnce);
  const marks = new Marks(ports, uid, hold.state);
  const results = await computeWeeks(ports.models, shelf, marks, mondays);
  const person = await ports.people.find(uid);
  const { trailing } = await trailingAfter(ports, uid, hold.state, results, { shelf, marks, person });
  const analyses = await retoldLatest(ports, uid, results, trailing, latestDay(hold.state));
  const documents = await weekDocuments(ports, uid, results, { marks, trailing, person, traceparent });
  const change = (state: PersonState) => ({ ...withResults(state, results), earlier: trailing.earlier });
  await write(change, { samples: shelf.differing(), ...documents, analyses });
}

type Write = (change: (state: PersonState) => PersonState, changes: Changes) => Promise<void>;

/** A state in which nothing is left to be done lets the person go. */
export function released(state: PersonState, keep = false): PersonState {
  const done = state.dirty.length === 0 && state.walk === null && state.takeOver === null;
  return done && !keep ? { ...state, lease: null } : state;
}

/** Takes over samples that the first releases kept by day, the latest first. They are left where they are for a while. */
async function takeOverDays(
  { histories }: Pick<Ports, 'histories'>,
  uid: string,
  write: Write,
  shelf: Shelf,
  before: string,
): Promise<void> {
  const { weeks, days, next } = await histories.legacySamples(uid, before, weeksAtOnce);
  for (const { week } of weeks) await shelf.need(week, week);
  for (const { week, samples, origins } of weeks)
    shelf.change(week, (stored) => uniteTraced(stored, { samples, origins }, shelf.gone));
  const touched = weeksTouchedBy(shelf.takeChanges());
  await write((state) => ({ ...withDirty(state, touched), takeOver: next }), {
    samples: shelf.differing(),
    takenOver: days,
  });
}

/** Looks through older weeks for deleted samples, which are taken out as they are read; the latest weeks first. */
async function walkBack(
  { histories }: Pick<Ports, 'histories'>,
  uid: string,
  write: Write,
  shelf: Shelf,
  before: string,
): Promise<void> {
  const weeks = (await histories.weeksWithSamples(uid)).filter((week) => week < before).slice(-weeksAtOnce);
  for (const week of weeks) await shelf.need(week, week);
  const touched = weeksTouchedBy(shelf.takeChanges());
  const next = weeks[0] ?? null;
  await write((state) => ({ ...withDirty(state, touched), walk: next }), { samples: shelf.differing() });
}
