import type { RecordingEnvelope } from '../contract/recording.ts';
import { Fault } from '../domain/fault.ts';
import type { People } from './ports.ts';

/**
 * Whether a recording may be taken for `uid`, and the time zone of its samples where neither they nor the recording
 * name one: the person's.
 *
 * @throws Fault `upload/not-owner`
 */
export async function admitRecording(
  people: People,
  uid: string,
  { userId, deviceInfo }: RecordingEnvelope,
): Promise<string | undefined> {
  if (userId !== undefined && userId !== uid) throw new Fault('upload/not-owner');
  return deviceInfo?.timeZone ?? (await people.find(uid)).timeZone;
}
