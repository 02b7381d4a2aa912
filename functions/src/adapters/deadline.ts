import { Fault } from '../domain/fault.ts';

/**
 * The same port, each of whose calls is given up after `ms`. The call itself may still have its effect afterwards, as
 * after any broken connection: what is done again must be idempotent anyway.
 */
export function withDeadline<P extends object>(port: P, ms: number): P {
  const bounded = Object.entries(port).map(([name, call]) => [
    name,
    (...inputs: unknown[]) =>
      givenUpAfter((call as (...inputs: unknown[]) => Promise<unknown>).apply(port, inputs), ms),
  ]);
  return Object.fromEntries(bounded) as P;
}

async function givenUpAfter<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Fault('service/unavailable'));
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
