import { logTo } from './log.ts';

/** Where the API is, for a test that stands in for it. */
export interface LoggingApi {
  apiEndpoint: string;
  port: number;
  protocol: 'http';
  fallback: true;
}

/**
 * From now on every log line goes to Cloud Logging of `project` instead of standard output: for scripts and other
 * programs that no log agent of Google's reads. A function has one, and must not import this.
 *
 * @returns ends it once every line is written. @throws Error when one could not be
 */
export async function logToProject(project: string, api?: LoggingApi): Promise<() => Promise<void>> {
  const { LoggingWinston } = await import('@google-cloud/logging-winston');
  const transport = new LoggingWinston({
    projectId: project,
    logName: 'clarity-loop-scripts',
    // Said here, or the library asks a metadata server what it runs on.
    resource: { type: 'global', labels: { project_id: project } },
    ...api,
  });
  const ended = new Promise<Error | undefined>((resolve) => {
    transport.once('finish', () => {
      resolve(undefined);
    });
    transport.once('error', resolve);
  });
  logTo(transport);
  return async () => {
    transport.end();
    const failure = await ended;
    if (failure) throw new Error('The log lines did not reach Cloud Logging.', { cause: failure });
  };
}
