import { Fault } from '../../domain/fault.ts';
import {
  afterAllWeeks,
  hasWork,
  latestDay,
  raised,
  withDirty,
  withResults,
  type PersonState,
} from '../../domain/person/person-state.ts';
import { addDays } from '../../domain/local-time.ts';
import { utcWeeksOf, weeksTouchedBy } from '../../domain/samples/week.ts';
import { awaitsHolder } from '../../domain/upload/upload.ts';
import type { NamedUpload, Ports } from '../ports.ts';
import { computeWeeks, Marks, windowDays } from './compute-weeks.ts';
import { endUploads } from './end-uploads.ts';
import { readParts, type Left } from './read-parts.ts';
import { rememberingModels } from './remembering-models.ts';
import type { Round, WorkPorts } from './round.ts';
import { Shelf } from './shelf.ts';
import { takeIn, takeInPiecewise, tombstonesWith } from './take-in.ts';
import { asking, whyTemplate } from './text-plan.ts';
import { retoldLatest, trailingAfter } from './trailing-weeks.ts';
import { weekDocuments } from './week-documents.ts';
import { released, workOff } from './work-off.ts';

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
  const { parts, moves, left } = await readParts(
    ports,
    uid,
    round.inHand,
    round.readings,
    person,
    round.named,
  );

  const deletions = parts.flatMap(({ contribution }) => contribution?.deleted ?? []);
  let tombstones = await tombstonesWith(ports, round, deletions);
  let shelf = new Shelf(ports, uid, new Set(tombstones));

  // Most of what people delete is of the weeks that are looked at anyway.
  const today = latestDay(hold.state);
  if (deletions.length > 0 && today !== undefined)
    await shelf.need(...utcWeeksOf(addDays(today, -2 * windowDays), today));
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
  const { asked, trailing } = await trailingAfter(ports, uid, hold.state, results, { shelf, marks, person });
  const why = whyTemplate(hold.state, person, ports.clock.now());
  const ends = await endUploads(ports, uid, parts, trailing, why);
  const removed = parts.filter(({ contribution }) => !contribution).map(({ uploadId }) => uploadId);
  const analyses = ends.tellsLatest
    ? []
    : await retoldLatest(ports, uid, results, trailing, latestDay(hold.state), removed);
  // Weeks that were read for an analysis alone may have held deleted samples too.
  const others = weeksTouchedBy(shelf.takeChanges()).filter((monday) => !results.computed.includes(monday));
  const allFound = !apart && shelf.found === new Set(deletions).size;
  const documents = await weekDocuments(ports, uid, results, { marks, trailing, person, traceparent });
  const now = ports.clock.now();
  const change = (before: PersonState): PersonState => {
    const state = withDirty(withResults(raised(before), results), others);
    const next = {
      ...state,
      earlier: trailing.earlier,
      text: ends.asks === undefined ? asked : asking(ends.asks, person, now),
      tombstones: tombstones.length,
      walk: deletions.length > 0 && !allFound ? afterAllWeeks : state.walk,
    };
    return released(next, round.keep);
  };
  const written = await hold.write(change, {
    samples: shelf.differing(),
    ...(deletions.length > 0 ? { tombstones } : {}),
    ...documents,
    analyses,
    uploads: [...moves, ...ends.moves],
  });
  if (!written) return undefined;
  for (const { uploadId, next } of [...moves, ...ends.moves])
    if (next?.status === 'failed') round.failed.add(uploadId);
  return left;
}
