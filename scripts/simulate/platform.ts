// Pub/Sub, Eventarc and Cloud Run as far as their documents say something that a workflow can feel: deliveries at least once,
// again after a deadline or a refusal with growing pauses, given up after so many attempts or when they are too old; as many
// places as an instance has times the number of instances, and 429 beyond; instances that die in the middle of their work.
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

const secondMs = 1000;

export interface Subscription {
  name: string;
  /** How long an answer may take; afterwards the message is delivered again, whatever the worker still does. */
  ackDeadlineMs: number;
  minBackoffMs: number;
  maxBackoffMs: number;
  retentionMs: number;
  /** After so many attempts a message goes to the dead-letter topic. A refusal for lack of places is an attempt. */
  deadLetter?: { after: number; publish: (message: unknown) => void };
}

export interface Service {
  /** Requests at once, over all instances. */
  places: number;
  timeoutMs: number;
}

/** One run of a function: it may die, and then nothing that it still does has an effect. */
export interface Run {
  dead: boolean;
}

export type Handler = (run: Run, message: unknown) => Promise<unknown>;

export interface Delivering {
  publish: (message: unknown) => void;
  /** Messages that are neither acknowledged nor gone. */
  readonly open: number;
}

/** A push subscription with the service behind it. */
export function subscription(
  { time, random, duplicates }: { time: VirtualTime; random: Random; duplicates: number },
  settings: Subscription,
  service: Service,
  handle: Handler,
): Delivering {
  let open = 0;
  let running = 0;

  const deliver = (message: unknown, attempt: number, publishedAt: number): void => {
    let decided = false;
    const acknowledge = (): void => {
      if (decided) return;
      decided = true;
      open--;
    };
    const refuse = (): void => {
      if (decided) return;
      decided = true;
      if (settings.deadLetter && attempt >= settings.deadLetter.after) {
        open--;
        settings.deadLetter.publish(message);
        return;
      }
      const pause = Math.min(settings.maxBackoffMs, settings.minBackoffMs * 2 ** Math.min(attempt - 1, 20));
      if (time.now() + pause - publishedAt > settings.retentionMs) {
        open--;
        return;
      }
      time.after(pause, () => {
        deliver(message, attempt + 1, publishedAt);
      });
    };
    if (running >= service.places) {
      refuse();
      return;
    }
    running++;
    const run: Run = { dead: false };
    let left = false;
    const leave = (): void => {
      if (left) return;
      left = true;
      running--;
    };
    const late = time.after(settings.ackDeadlineMs, refuse);
    const killed = time.after(service.timeoutMs, () => {
      run.dead = true;
      leave();
      refuse();
    });
    const end = (verdict: () => void): void => {
      late();
      killed();
      leave();
      verdict();
    };
    handle(run, message).then(
      () => {
        if (!run.dead) end(acknowledge);
      },
      () => {
        if (!run.dead) end(refuse);
      },
    );
    // A crash is seen by the platform at once: the connection breaks.
    whenKilled(run, () => {
      end(refuse);
    });
  };

  return {
    publish(message) {
      const copies = random.chance(duplicates) ? 2 : 1;
      open += copies;
      for (let i = 0; i < copies; i++) {
        time.after(random.between(0.01, i === 0 ? 0.5 : 30) * secondMs, () => {
          deliver(message, 1, time.now());
        });
      }
    },
    get open() {
      return open;
    },
  };
}

const watchers = new WeakMap<Run, () => void>();

/** What whoever waits for a run sees of its end: a broken connection. */
export function whenKilled(run: Run, then: () => void): void {
  watchers.set(run, then);
}

/** Ends the instance of a run, in the middle of whatever it does. */
export function kill(run: Run): void {
  if (run.dead) return;
  run.dead = true;
  watchers.get(run)?.();
}
