import type { RecordingEnvelope } from '../../contract/recording.ts';
import { Fault } from '../../domain/fault.ts';
import type { People } from '../ports.ts';

/**
 * Whether a recording may be taken for `uid`, and the time zone of its samples where neither they nor the recording
 * name one: the person's.
 *
 * @throws Fault `upload/not-owner`, `consent/withdrawn`
 */
export async function admitRecording(
  people: People,
  uid: string,
  { userId, deviceInfo }: RecordingEnvelope,
): Promise<string | undefined> {
  if (userId !== undefined && userId !== uid) throw new Fault('upload/not-owner');
  const { timeZone } = await mustConsent(people, uid);
  return deviceInfo?.timeZone ?? timeZone;
}

/** The person, who has not withdrawn consent to the analysis. @throws Fault `consent/withdrawn` */
export async function mustConsent(people: People, uid: string): Promise<{ timeZone?: string }> {
  const person = await people.find(uid);
  if (person.consent?.processing === false) throw new Fault('consent/withdrawn');
  return person;
}
