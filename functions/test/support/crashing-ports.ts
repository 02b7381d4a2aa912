import { Readable } from 'node:stream';
import type { Changes } from '../../src/workflows/ports.ts';

/** How a crash looks to whoever called. */
export class Crash extends Error {}

/** Before the call has an effect, or after it had it and before anybody was told. */
export type When = 'before' | 'after';
/** A call that `fails` leaves its process running, which may clean up; after one at which it `dies` nothing has an effect. */
export type How = 'fails' | 'dies';

/** What must not happen twice, counted when it happens. */
export interface Effects {
  messages: number;
  letters: number;
  asked: number;
  analyses: number;
  narratives: number;
}

export interface CrashingPorts<P> {
  ports: P;
  /** Every call of this process so far, `port.method`, with the kind of the event where there is one. */
  readonly calls: readonly string[];
  /** Of all processes so far. */
  readonly effects: Effects;
  /** Whether the crash has come. */
  readonly crashed: boolean;
  /** Makes the n-th call (from 1) of any method of any port throw, once. */
  crashAt(n: number, when: When, how?: How): void;
  /** Lets `work` come in between, once, before or after the n-th call. */
  interruptAt(n: number, when: When, work: () => Promise<unknown>): void;
  /** A new process in the place of the old one: nothing is counted or armed yet. */
  restart(): void;
}

type Method = (...inputs: unknown[]) => unknown;

/**
 * Any ports, with a machine around them that counts the calls and breaks one of them. The clock is left out: it
 * cannot fail. What a call gives may itself be called (a model) or read (a recording's body): those count as well.
 */
export function crashingPorts<P extends object>(inner: P): CrashingPorts<P> {
  let calls: string[] = [];
  let armed: { n: number; when: When; how: How } | undefined;
  let interruption: { n: number; when: When; work: () => Promise<unknown> } | undefined;
  let crashed = false;
  const effects: Effects = { messages: 0, letters: 0, asked: 0, analyses: 0, narratives: 0 };

  const crash = (name: string): never => {
    crashed = true;
    throw new Crash(name);
  };
  async function pass<T>(name: string, call: () => T | Promise<T>): Promise<T> {
    if (crashed && armed?.how === 'dies') throw new Crash(name);
    calls.push(name);
    const hit = armed?.n === calls.length;
    if (hit && armed!.when === 'before') crash(name);
    const interrupted = interruption?.n === calls.length ? interruption : undefined;
    if (interrupted?.when === 'before') await interrupted.work();
    const result = await call();
    if (interrupted?.when === 'after') await interrupted.work();
    return hit ? crash(name) : result;
  }

  const count = (name: string, inputs: unknown[], result: unknown): void => {
    const outcome = (inputs[2] ?? {}) as { narrative?: unknown };
    if (name === 'requests.publish') effects.messages++;
    if (name === 'deadLetters.publish') effects.letters++;
    if (name === 'narrator.write') effects.asked++;
    if (name.startsWith('uploads.advance') && outcome.narrative) effects.narratives++;
    // Without a result nothing was written.
    const { uploads = [] } = name === 'histories.commit' && result ? (inputs[3] as Changes) : {};
    for (const { told } of uploads) {
      if (told) effects.analyses++;
      if (told?.narrative) effects.narratives++;
    }
  };

  function wrap<T extends object>(path: string, target: T): T {
    return new Proxy(target, {
      get(object, key, receiver) {
        const member: unknown = Reflect.get(object, key, receiver);
        if (typeof member !== 'function' || typeof key !== 'string') return member;
        return (...inputs: unknown[]) => {
          const kind = inputs.map((input) => (input as { kind?: unknown } | undefined)?.kind).find(Boolean);
          const name = `${path}.${key}${typeof kind === 'string' ? ` ${kind}` : ''}`;
          return pass(name, async () => {
            const result: unknown = await (member as Method).apply(object, inputs);
            count(name, inputs, result);
            return wrapResult(`${path}.${key}`, result);
          });
        };
      },
    });
  }

  function wrapResult(path: string, result: unknown): unknown {
    if (typeof result !== 'object' || result === null) return result;
    if (Symbol.asyncIterator in result) return reading(path, result as AsyncIterable<unknown>);
    if (Object.values(result).some((member) => typeof member === 'function')) return wrap(path, result);
    const { body } = result as { body?: unknown };
    return body instanceof Readable ? { ...result, body: Readable.from(reading(path, body)) } : result;
  }

  async function* reading(path: string, body: AsyncIterable<unknown>): AsyncGenerator<unknown> {
    for await (const chunk of body) yield await pass(`${path} read`, () => chunk);
  }

  const ports = Object.fromEntries(
    Object.entries(inner).map(([name, port]) => [name, name === 'clock' ? port : wrap(name, port as object)]),
  ) as P;
  return {
    ports,
    get calls() {
      return calls;
    },
    effects,
    get crashed() {
      return crashed;
    },
    crashAt(n, when, how = 'fails') {
      armed = { n, when, how };
    },
    interruptAt(n, when, work) {
      interruption = { n, when, work };
    },
    restart() {
      calls = [];
      armed = undefined;
      interruption = undefined;
      crashed = false;
    },
  };
}
