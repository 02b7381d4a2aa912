import { watch } from '../healthkit.ts';
import type { Random } from '../random.ts';
import { cut, round, type Recorder } from './recorder.ts';

/** Energy and exercise: the watch, while it is worn; short pieces when moving, long ones at rest. */
export function recordEnergy({ truth, wholeMinutes, add }: Recorder, random: Random): void {
  const { minutes, steps, worn, stage } = truth;
  const burning = cut(
    minutes,
    (minute) => (!worn[minute] ? 0 : steps[minute] ? 1 : stage[minute] ? 2 : 3),
    (kind) =>
      kind === 1 ? random.integer(1, 3) : kind === 2 ? random.integer(20, 40) : random.integer(3, 7),
  );
  for (const { from, to, kind } of burning) {
    let kcal = 0;
    for (let minute = from; minute < to; minute++)
      kcal += steps[minute]! > 130 ? 11 : steps[minute]! * 0.038 + (kind === 2 ? 0.01 : 0.12);
    add('activeEnergyBurned', watch, wholeMinutes(from, to), {
      value: round(kcal * random.normal(1, 0.05), 3),
      unit: 'kcal',
    });
  }
  const resting = cut(
    minutes,
    (minute) => worn[minute]!,
    () => random.integer(4, 12),
  );
  for (const { from, to } of resting)
    add('basalEnergyBurned', watch, wholeMinutes(from, to), {
      value: round((to - from) * random.normal(1.12, 0.01), 3),
      unit: 'kcal',
    });
  for (let minute = 0; minute < minutes; minute++)
    if (worn[minute] && steps[minute]! >= 100)
      add('appleExerciseTime', watch, wholeMinutes(minute, minute + 1), { value: 1, unit: 'min' });
}
