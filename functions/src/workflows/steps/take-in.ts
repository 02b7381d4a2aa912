import { raised, withDirty } from '../../domain/person/person-state.ts';
import { forgetUpload, mergeTraced } from '../../domain/samples/origins.ts';
import { rememberDeletions } from '../../domain/samples/tombstones.ts';
import { weeksTouchedBy } from '../../domain/samples/week.ts';
import { advance } from '../../domain/upload/upload.ts';
import type { Ports } from '../ports.ts';
import type { Part } from './read-parts.ts';
import { Shelf } from './shelf.ts';
import { weeksAtOnce } from './work-off.ts';
import type { Round, WorkPorts } from './round.ts';

/** What stays deleted, with what these uploads delete. */
export async function tombstonesWith(
  { histories }: Pick<Ports, 'histories'>,
  { uid, hold }: Round,
  deletions: readonly string[],
): Promise<string[]> {
  const known = hold.state.tombstones > 0 ? await histories.tombstones(uid) : [];
  return rememberDeletions(known, deletions);
}

/** Puts what uploads bring, and takes out what they brought; false where that is too much for one commit. */
export async function takeIn(
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
export async function takeInPiecewise(
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
