import { hourMs, minuteMs } from '../../functions/src/domain/time.ts';
import { calm, type Act, type History } from './history.ts';
import { randomOf } from './random.ts';

/** A history of up to five uploads of up to three people, in which anything may go wrong, as `seed` decides. */
export function randomHistory(seed: number): History {
  const random = randomOf(seed);
  const people = random.whole(1, 3);
  // Now and then all at once: then uploads of one person meet.
  const withinMs = random.pick([20 * minuteMs, 20 * minuteMs, 3000]);
  const acts: Act[] = Array.from({ length: random.whole(1, 5) }, (_, upload) => ({
    at: random.between(0, withinMs),
    person: random.whole(1, people),
    does: random.pick(['send', 'send', 'send', 'import', 'delete-samples', 'announce'] as const),
    upload,
  }));
  for (const { at, person, upload } of [...acts]) {
    if (random.chance(0.6)) continue;
    const does = random.pick([
      'send',
      'delete-upload',
      'delete-upload',
      'retry',
      'refresh',
      'delete-everything',
    ] as const);
    acts.push({ at: at + random.between(0, 10) * minuteMs, person, does, upload });
    // Deleted, and sent again under the same id.
    if (does === 'delete-upload' && random.chance(0.5))
      acts.push({ at: at + random.between(0, 20) * minuteMs, person, does: 'send', upload });
  }
  const outages = (['firestore', 'storage', 'vertex', 'rollback'] as const)
    .filter(() => random.chance(0.15))
    .map((of) => {
      const from = random.between(0, 20) * minuteMs;
      return { of, from, to: from + random.between(1, 40) * minuteMs };
    });
  const often = random.pick([0, 0, 0.01, 0.05]);
  return {
    ...calm,
    seed,
    acts,
    outages,
    crash: often,
    lostAnswer: random.pick([0, often]),
    failure: random.pick([0, often]),
    duplicate: random.pick([0, 0.3, 1]),
    lostEvent: random.pick([0, 0, 0.1]),
    workMs: random.pick([0, 2000, 100_000]),
    ackDeadlineMs: random.pick([10_000, 600_000]),
    calmFrom: hourMs,
  };
}
