// Where the log lines of a script go: to Cloud Logging of the project that it works on, so that the project's own log tells what
// was changed from outside; on the emulators to the terminal.
import { logToProject, type LoggingApi } from '../../functions/src/telemetry/cloud-logging.ts';

/** Runs `work`; with a project, its log lines are in the project's log when this resolves. */
export async function withLog<T>(
  project: string | undefined,
  work: () => Promise<T>,
  api?: LoggingApi,
): Promise<T> {
  if (project === undefined) return work();
  const end = await logToProject(project, api);
  try {
    return await work();
  } finally {
    await end();
  }
}
