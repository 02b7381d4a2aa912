import type { Ports } from './ports.ts';

/**
 * Deletes everything that is stored about a person, also what is being worked on: nothing new can be opened meanwhile,
 * and without its status document no running work can write. A recording that is stored after this was looked for is
 * removed by its own event. Safe to call again; the sweep ends what a crash leaves.
 */
export async function deleteMyData(
  { erasures, recordings, exports, clock }: Pick<Ports, 'erasures' | 'recordings' | 'exports' | 'clock'>,
  uid: string,
): Promise<{ deleted: true }> {
  await erasures.begin(uid, clock.now());
  await erasures.removeDocuments(uid);
  await recordings.removeAll(uid);
  await exports.removeAll(uid);
  await erasures.end(uid);
  return { deleted: true };
}
