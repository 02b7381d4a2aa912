import type { Analysis } from '../../domain/analysis/analysis.ts';
import { Fault } from '../../domain/fault.ts';
import { addDays } from '../../domain/local-time.ts';
import { factsOf } from '../../domain/narrative/facts.ts';
import {
  afterAllWeeks,
  hasWork,
  latestDay,
  withDirty,
  withResults,
  type PersonState,
} from '../../domain/person/person-state.ts';
import { forgetUpload, mergeTraced } from '../../domain/samples/origins.ts';
import { rememberDeletions } from '../../domain/samples/tombstones.ts';
import { weeksTouchedBy } from '../../domain/samples/week.ts';
import { advance, awaitsHolder } from '../../domain/upload/upload.ts';
import type { NamedUpload, Person, Ports, UploadMove } from '../ports.ts';
import { analyzeTrailingWeek, computeWeeks, Marks, windowDays } from './compute-weeks.ts';
import type { PersonHold } from './hold-person.ts';
import { preferencesOf } from './preferences-of.ts';
import { givenUp, readParts, type Left, type Part } from './read-parts.ts';
import type { Contribution } from './read-upload.ts';
import { rememberingModels } from './remembering-models.ts';
import { Shelf } from './shelf.ts';
import { asking, templateNarrative, whyTemplate } from './text-plan.ts';
import { weekDocuments } from './week-documents.ts';
import { released, weeksAtOnce, workOff } from './work-off.ts';

export type WorkPorts = Pick<
  Ports,
  'uploads' | 'recordings' | 'people' | 'histories' | 'models' | 'deadLetters' | 'clock'
>;

/** The uploads that a worker has in hand, and what it needs to work on them. */
export interface Round {
  uid: string;
  hold: PersonHold;
  inHand: readonly NamedUpload[];
  /** What has been read of recordings, by upload: a commit that has to be made again does not read them again. */
  readings: Map<string, Contribution>;
  traceparent: string;
  /** The upload that the message names: its recording has arrived. */
  named: string | undefined;
  /** Uploads that failed. */
  failed: Set<string>;
  /** Whether the person is kept: other work is known to wait. */
  keep: boolean;
  /** Called between two commits of long work, for the uploads of the person that have come meanwhile. */
  lookAround: () => Promise<void>;
}

/** How often a round is made again whose uploads were moved by somebody else meanwhile. */
const mostTries = 10;
/** Weeks that are computed in the commit that brings their samples; what touches more is computed week by week. */
const weeksComputedAtOnce = 3;

/**
 * Works on uploads of one person in one computation, and one commit: their samples, the weeks that these touch, an analysis and a
 * text for each of them. Where that is too much, samples are taken in piece by piece and their weeks computed first.
 *
 * @returns the uploads that could not be worked on this time
 */
export async function workRound(ports: WorkPorts, round: Round): Promise<Left> {
  let { inHand } = round;
  for (let tries = 1; tries <= mostTries; tries++) {
    const left = await attempt(ports, { ...round, inHand });
    if (left) return left;
    inHand = await seenAgain(ports, round.uid, inHand);
  }
  throw new Fault('upload/busy');
}

/** The uploads as they are now, without those that nobody waits for any more. */
export async function seenAgain(
  { uploads }: Pick<Ports, 'uploads'>,
  uid: string,
  known: readonly NamedUpload[],
): Promise<NamedUpload[]> {
  const found = await Promise.all(
    known.map(async ({ uploadId, upload }) => {
      const stored = await uploads.find({ uid, uploadId });
      const same = stored?.upload.incarnation === upload.incarnation;
      return same && awaitsHolder(stored.upload) ? { uploadId, ...stored } : undefined;
    }),
  );
  return found.filter((stored) => stored !== undefined);
}

/** One try; undefined where one of the uploads or the state was written by somebody else meanwhile. */
async function attempt(given: WorkPorts, round: Round): Promise<Left | undefined> {
  const ports = { ...given, models: rememberingModels(given.models) };
  const { uid, hold, traceparent } = round;
  const person = await ports.people.find(uid);
  const { parts, moves, left } = await readParts(ports, uid, round.inHand, round.readings, person, round.named);

  const deletions = parts.flatMap(({ contribution }) => contribution?.deleted ?? []);
  let tombstones = await tombstonesWith(ports, round, deletions);
  let shelf = new Shelf(ports, uid, new Set(tombstones));

  const long = !(await takeIn(ports, uid, parts, shelf));
  if (long) {
    for (const part of parts) if (!(await takeInPiecewise(ports, round, part, deletions))) return undefined;
  }
  const touched = weeksTouchedBy(shelf.takeChanges());
  const apart = long || touched.length > weeksComputedAtOnce;
  if (apart) {
    const changes = { samples: shelf.differing() };
    if (!(await hold.write((state) => withDirty(raised(state), touched), changes))) return undefined;
    while (hasWork(hold.state)) {
      await workOff(ports, { uid, hold, traceparent, keep: true });
      await round.lookAround();
    }
    // Others may have brought and deleted samples meanwhile.
    tombstones = await tombstonesWith(ports, round, deletions);
    shelf = new Shelf(ports, uid, new Set(tombstones));
  }

  const marks = new Marks(ports, uid, hold.state);
  const results = await computeWeeks(ports.models, shelf, marks, apart ? [] : touched);
  const ends = await endUploads(ports, uid, parts, { person, shelf, marks, state: withResults(hold.state, results) });
  // Weeks that were read for an analysis alone may have held deleted samples too.
  const others = weeksTouchedBy(shelf.takeChanges()).filter((monday) => !results.computed.includes(monday));
  const allFound = !apart && shelf.found === new Set(deletions).size;
  const now = ports.clock.now();
  const change = (before: PersonState): PersonState => {
    const state = withDirty(withResults(raised(before), results), others);
    const next = {
      ...(ends.asks ? asking(state, person, now) : state),
      tombstones: tombstones.length,
      walk: deletions.length > 0 && !allFound ? afterAllWeeks : state.walk,
    };
    return released(next, round.keep);
  };
  const written = await hold.write(change, {
    samples: shelf.differing(),
    ...(deletions.length > 0 ? { tombstones } : {}),
    ...(await weekDocuments(ports, uid, results, person, traceparent)),
    uploads: [...moves, ...ends.moves],
  });
  if (!written) return undefined;
  for (const { uploadId, next } of [...moves, ...ends.moves])
    if (next?.status === 'failed') round.failed.add(uploadId);
  return left;
}

/** What stays deleted, with what these uploads delete. */
async function tombstonesWith(
  { histories }: Pick<Ports, 'histories'>,
  { uid, hold }: Round,
  deletions: readonly string[],
): Promise<string[]> {
  const known = hold.state.tombstones > 0 ? await histories.tombstones(uid) : [];
  return rememberDeletions(known, deletions);
}

const raised = (state: PersonState): PersonState => ({ ...state, version: state.version + 1 });

/** Puts what uploads bring, and takes out what they brought; false where that is too much for one commit. */
async function takeIn(
  { histories }: Pick<Ports, 'histories'>,
  uid: string,
  parts: readonly Part[],
  shelf: Shelf,
): Promise<boolean> {
  const weeks = new Set(parts.flatMap(({ contribution }) => contribution?.weeks ?? []));
  const brought = new Map<string, string[]>();
  for (const { uploadId, contribution } of parts) {
    if (weeks.size > weeksAtOnce) return false;
    if (contribution) continue;
    const stored = await histories.samplesOf(uid, uploadId, weeksAtOnce + 1);
    for (const week of stored) shelf.place(week);
    brought.set(
      uploadId,
      stored.map(({ week }) => week),
    );
    for (const { week } of stored) weeks.add(week);
  }
  if (weeks.size > weeksAtOnce) return false;
  await shelf.needAll([...weeks]);
  for (const part of parts)
    for (const week of part.contribution?.weeks ?? brought.get(part.uploadId)!) changeWeek(shelf, week, part);
  return true;
}

function changeWeek(shelf: Shelf, week: string, { uploadId, contribution }: Part): void {
  shelf.change(week, (traced) =>
    contribution
      ? mergeTraced(traced, uploadId, contribution.samplesOf(week), shelf.gone)
      : forgetUpload(traced, uploadId),
  );
}

/**
 * The same for what is too much, a few weeks a commit, the latest first; what is computed of them comes later. Taking the same in
 * again changes nothing, so that another run goes on where this one was.
 *
 * @returns false where the upload or the state was written by somebody else meanwhile
 */
async function takeInPiecewise(
  ports: WorkPorts,
  round: Round,
  part: Part,
  deletions: readonly string[],
): Promise<boolean> {
  const { uid, hold, lookAround, traceparent } = round;
  const { uploadId, upload, contribution } = part;
  if (contribution && upload.status === 'queued') {
    const next = advance(upload, { kind: 'begun', at: ports.clock.now(), traceparent });
    if (!(await hold.write((state) => state, { uploads: [{ ...part, next }] }))) return false;
    Object.assign(part, await ports.uploads.find({ uid, uploadId }));
  }
  const left = contribution?.weeks.toReversed() ?? [];
  for (;;) {
    const shelf = new Shelf(ports, uid, new Set(await tombstonesWith(ports, round, deletions)));
    const stored = contribution ? [] : await ports.histories.samplesOf(uid, uploadId, weeksAtOnce);
    for (const week of stored) shelf.place(week);
    const weeks = contribution ? left.splice(0, weeksAtOnce) : stored.map(({ week }) => week);
    if (weeks.length === 0) return true;
    await shelf.needAll(weeks);
    for (const week of weeks) changeWeek(shelf, week, part);
    const touched = weeksTouchedBy(shelf.takeChanges());
    const samples = shelf.differing();
    if (samples.length > 0 && !(await hold.write((state) => withDirty(raised(state), touched), { samples })))
      return false;
    await lookAround();
  }
}

/** How each upload leaves the hands of the worker: with its analysis and text, removed, or failed. */
async function endUploads(
  ports: WorkPorts,
  uid: string,
  parts: readonly Part[],
  {
    person,
    shelf,
    marks,
    state,
  }: { person: Person; shelf: Shelf; marks: Marks; state: PersonState },
): Promise<{ moves: UploadMove[]; asks: boolean }> {
  const now = ports.clock.now();
  const today = latestDay(state);
  const dayOf = ({ contribution }: Part): string | undefined => contribution?.lastDay ?? today;
  const why = whyTemplate(state, person, now);
  // One text of the latest week is enough, whichever upload has brought its end.
  const asking = why ? undefined : parts.findLast((part) => part.contribution && dayOf(part) === today);
  const analyses = new Map<string, Analysis | null>();
  const trailingWeek = async (lastDay: string): Promise<Analysis | null> => {
    if (!analyses.has(lastDay))
      analyses.set(lastDay, await analyzeTrailingWeek(ports.models, shelf, marks, lastDay));
    return analyses.get(lastDay)!;
  };
  const { language, units } = preferencesOf(person);
  const moves: UploadMove[] = [];
  let asks = false;
  for (const part of parts) {
    const { uploadId, upload, contribution } = part;
    if (!contribution) {
      const version = await ports.recordings.version({ uid, uploadId });
      if (version !== undefined) await ports.recordings.remove({ uid, uploadId }, version);
      moves.push({ ...part, next: null });
      continue;
    }
    const day = dayOf(part);
    const analysis = day === undefined ? null : await trailingWeek(day);
    // Where all that it brought was deleted before, there is nothing to say; where it brought nothing, that is its fault.
    if (!analysis && contribution.deleted.length === 0 && contribution.receipt.processedSamples === 0) {
      const { issues } = contribution.receipt;
      moves.push(await givenUp(ports, uid, part, new Fault('recording/nothing-known', { issues })));
      continue;
    }
    const textWanted = analysis !== null && part === asking;
    asks ||= textWanted;
    const next = advance(upload, {
      kind: 'analyzed',
      receipt: contribution.receipt,
      provisional: analysis?.provisional === true,
      textWanted,
      at: now,
    });
    if (!analysis) {
      moves.push({ ...part, next });
      continue;
    }
    // The whole way back to the samples: an analysis of that week may never have been asked for.
    const before = await trailingWeek(addDays(day!, -windowDays));
    const facts = factsOf(analysis, units, before ?? undefined);
    const reason = textWanted ? 'pending' : (why ?? 'not-due');
    const narrative = templateNarrative(facts, language, reason, upload.traceparent);
    moves.push({ ...part, next, analysis, narrative });
  }
  return { moves, asks };
}
