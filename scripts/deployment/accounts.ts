// Who the functions of a project run as, and which of them only Google's services call.
import { deployment } from '../../functions/src/deployment.ts';

export interface Row {
  ingressSettings: string;
  retry?: boolean;
}

/** The functions with what they are deployed with. */
export const rows = Object.entries(deployment) as [name: string, row: Row][];

/** The role of who may call a function. */
export const invoker = 'roles/run.invoker';

/** The functions that Eventarc and Cloud Scheduler call, as the function's own account. */
export const calledByGoogle = rows
  .filter(([, { ingressSettings }]) => ingressSettings === 'ALLOW_INTERNAL_ONLY')
  .map(([name]) => name);

/** `onDeadLetter` runs as `on-dead-letter`. */
export const accountOf = (name: string): string =>
  name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);

export const emailOf = (account: string, project: string): string =>
  `${account}@${project}.iam.gserviceaccount.com`;
