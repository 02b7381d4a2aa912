// Who may call the functions that events and the schedule start: the function's own account, in whose name Eventarc and Cloud
// Scheduler call. firebase-tools says it for HTTPS functions and the schedule; an event function would get nothing but 403.
import { region } from '../../functions/src/config.ts';
import { accountOf, calledByGoogle, emailOf, invoker } from './accounts.ts';
import { grant, type GoogleApi } from './google-api.ts';

/** The Cloud Run service of a function, which has the function's name in small letters. */
export const serviceOf = (project: string, name: string): string =>
  `v2/projects/${project}/locations/${region}/services/${name.toLowerCase()}`;

/** Lets each of them be called, where it is not yet so. @throws GoogleApiError */
export async function letEventsIn(
  api: GoogleApi,
  project: string,
  say: (line: string) => void,
): Promise<void> {
  for (const name of calledByGoogle) {
    const member = `serviceAccount:${emailOf(accountOf(name), project)}`;
    const given = await grant(api, 'run.googleapis.com', serviceOf(project, name), invoker, member);
    if (given) say(`${name}: may be called by its events`);
  }
}
