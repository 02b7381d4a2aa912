// The incidents that every service of this kind has sooner or later, and what must be left of them: nothing that people see.
import { dayMs, hourMs, minuteMs, secondMs } from '../../functions/src/domain/time.ts';
import { calm, type Act, type History } from './history.ts';
import { randomOf } from './random.ts';

export interface Scenario {
  name: string;
  /** @param scale 1 as in the docs; less for a quick look */
  history: (seed: number, scale: number) => History;
}

/** So many uploads of as many people, at random moments of the first `withinMs`. */
function uploads(seed: number, count: number, withinMs: number): Act[] {
  const random = randomOf(seed);
  return Array.from({ length: Math.ceil(count) }, (_, i) => ({
    at: random.between(0, withinMs),
    person: i,
    does: 'send' as const,
    upload: i % 5,
  }));
}

const outage = (of: 'firestore' | 'storage' | 'vertex'): Scenario => ({
  name: `30 minutes without ${of}, 200 uploads under way`,
  history: (seed, scale) => ({
    ...calm,
    seed,
    acts: uploads(seed, 200 * scale, minuteMs),
    workMs: 2 * secondMs,
    outages: [{ of, from: 30 * secondMs, to: 30.5 * minuteMs }],
  }),
});

const longWork = (workMs: number, ackDeadlineMs: number): Scenario => ({
  name: `work of ${workMs / secondMs} s, every message twice, ack deadline ${ackDeadlineMs / secondMs} s`,
  history: (seed, scale) => ({
    ...calm,
    seed,
    acts: uploads(seed, 40 * scale, minuteMs),
    workMs,
    ackDeadlineMs,
    duplicate: 1,
  }),
});

export const scenarios: Scenario[] = [
  outage('firestore'),
  outage('storage'),
  outage('vertex'),
  {
    name: 'a burst of 1,500 uploads of 3 s on 80 places',
    history: (seed, scale) => ({
      ...calm,
      seed,
      acts: uploads(seed, 1500 * scale, secondMs),
      workMs: 3 * secondMs,
      places: Math.ceil(80 * scale),
      calmFrom: 6 * hourMs,
    }),
  },
  {
    name: '25 % of workers killed, every message twice, 200 uploads',
    history: (seed, scale) => ({
      ...calm,
      seed,
      acts: uploads(seed, 200 * scale, 10 * minuteMs),
      workMs: 2 * secondMs,
      killed: 0.25,
      duplicate: 1,
      calmFrom: 6 * hourMs,
    }),
  },
  longWork(100 * secondMs, 10 * secondMs),
  longWork(100 * secondMs, 600 * secondMs),
  longWork(250 * secondMs, 10 * secondMs),
  longWork(250 * secondMs, 600 * secondMs),
  {
    name: 'a model file that is broken for ten minutes, then rolled back; 40 nights',
    history: (seed, scale) => ({
      ...calm,
      seed,
      acts: uploads(seed, 40 * scale, 12 * minuteMs),
      nights: true,
      outages: [{ of: 'models', from: 0, to: 10 * minuteMs }],
    }),
  },
  {
    name: 'a newer version of the documents for 20 minutes, then a rollback; 200 uploads',
    history: (seed, scale) => ({
      ...calm,
      seed,
      acts: uploads(seed, 200 * scale, 10 * minuteMs),
      outages: [{ of: 'rollback', from: 2 * minuteMs, to: 22 * minuteMs }],
    }),
  },
  {
    name: '20,000 abandoned announcements, 5 deletions that hang, a text that Vertex refuses, 10 lost events',
    history: (seed, scale) => {
      const random = randomOf(seed);
      const count = Math.ceil(20_000 * scale);
      const abandoned = Array.from({ length: count }, (_, i): Act => ({
        at: random.between(0, hourMs),
        person: i,
        does: 'abandon',
        upload: 0,
      }));
      const sent = (person: number): Act => ({
        at: 2 * hourMs + random.between(0, 10) * minuteMs,
        person,
        does: 'send',
        upload: 1,
      });
      const erased = Array.from({ length: 5 }, (_, i) => count + i);
      const last = count + erased.length;
      return {
        ...calm,
        seed,
        acts: [
          ...abandoned,
          ...erased.map((person): Act => ({ at: hourMs, person, does: 'delete-everything', upload: 0 })),
          ...Array.from({ length: 10 }, (_, i): Act => ({ ...sent(last + i), lost: true })),
          sent(last + 10),
        ],
        hanging: erased,
        refused: [last + 10],
        calmFrom: 2 * dayMs,
      };
    },
  },
];
