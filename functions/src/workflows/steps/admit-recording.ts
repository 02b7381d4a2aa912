import type { RecordingEnvelope } from '../../contract/recording.ts';
import { Fault } from '../../domain/fault.ts';
import type { People, Person } from '../ports.ts';

/**
 * The time zone of a recording's samples where they name none: the recording's, else the person's.
 *
 * @throws Fault `upload/not-owner`
 */
export function zoneFor(
  uid: string,
  { userId, deviceInfo }: RecordingEnvelope,
  person: Person,
): string | undefined {
  if (userId !== undefined && userId !== uid) throw new Fault('upload/not-owner');
  return deviceInfo?.timeZone ?? person.timeZone;
}

/** @throws Fault `consent/withdrawn` */
export function mustConsent({ consent }: Person): void {
  if (consent?.processing === false) throw new Fault('consent/withdrawn');
}

/** The person, who has not withdrawn consent to the analysis. @throws Fault `consent/withdrawn` */
export async function consentingPerson(people: People, uid: string): Promise<Person> {
  const person = await people.find(uid);
  mustConsent(person);
  return person;
}
