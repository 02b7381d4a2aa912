// One AbortSignal for every way in which this process is asked to stop.

export class Interrupted extends Error {
  override name = 'Interrupted';
}

const npmCheckMs = 1_000;
let controller: AbortController | undefined;

/**
 * Aborts on Ctrl-C, SIGTERM and SIGHUP, and when the npm that started us was killed. Further signals change nothing: a terminal
 * sends Ctrl-C to npm and to us, and npm passes it on, so that one key press arrives twice.
 */
export function interruption(): AbortSignal {
  if (controller) return controller.signal;
  const abort = new AbortController();
  controller = abort;
  const interrupt = (why: string) => {
    abort.abort(new Interrupted(why));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      interrupt(signal);
    });
  }
  if (process.env['npm_lifecycle_event']) {
    const npm = process.ppid;
    setInterval(() => {
      if (process.ppid !== npm) interrupt('npm has ended');
    }, npmCheckMs).unref();
  }
  return abort.signal;
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      resolve();
    };
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}
