// Nights through the very code of the product: preparation, features, model, thresholds, numbers of a night.
import { nightsByDay, type StagedNight } from '../../../functions/src/domain/analysis/nights.ts';
import { prepare } from '../../../functions/src/domain/analysis/prepare.ts';
import { estimatedBedtime } from '../../../functions/src/domain/metrics/staging.ts';
import { trailingWindow } from '../../../functions/src/domain/samples/window.ts';
import type { Night } from '../../../functions/src/domain/metrics/sleep.ts';
import { minuteMs } from '../../../functions/src/domain/time.ts';
import type { SleepModel } from '../../../functions/src/workflows/ports.ts';
import type { Sample } from '../../../functions/src/domain/samples/sample.ts';
import type { ToldNight } from './figures.ts';
import {
  endOf,
  heartRateSamples,
  inBedSample,
  nrem,
  rem,
  unscored,
  wake,
  type ScoredNight,
} from './scored-night.ts';

/** What the product says of a night, and what the model was asked and answered. */
export interface Told {
  night: Night | null;
  staged: StagedNight;
  minutes: ToldNight;
}

/** The night when the time in bed is known; null when the product would not ask the model. */
export async function toldInBed(scored: ScoredNight, model: SleepModel): Promise<Told | null> {
  const bed = { start: scored.start, end: endOf(scored) };
  return told(scored, [...heartRateSamples(scored), inBedSample(bed)], model);
}

/**
 * The night of somebody without any sleep sample; null when no time in bed is found.
 *
 * @param level of rest, other than the product's, to choose between them
 */
export async function toldWithoutBedtime(
  scored: ScoredNight,
  model: SleepModel,
  level?: number,
): Promise<Told | null> {
  const samples = heartRateSamples(scored);
  if (level === undefined) return told(scored, samples, model);
  const window = trailingWindow(samples, 'all')!;
  const day = window.days.find(({ day }) => day === dayOf(scored))!;
  const bed = estimatedBedtime(window, day, samples, level);
  return bed && told(scored, [...samples, inBedSample(bed)], model);
}

/** The day that the scored night ends on. */
function dayOf(scored: ScoredNight): string {
  return new Date(endOf(scored) - 1).toISOString().slice(0, 10);
}

async function told(scored: ScoredNight, samples: Sample[], model: SleepModel): Promise<Told | null> {
  const preparation = prepare(
    samples.sort((a, b) => a.start - b.start),
    'all',
  );
  const day = dayOf(scored);
  const toStage = preparation?.toStage.find((night) => night.day === day);
  if (!preparation || !toStage) return null;
  const staged: StagedNight = {
    night: toStage,
    probabilities: await model.stage(toStage.features, toStage.minutes),
    thresholds: model.thresholds[toStage.modality]!,
  };
  const known = nightsByDay(preparation, [staged]).get(day);
  const minutes: ToldNight = {
    truth: scored.stages,
    said: new Int8Array(scored.stages.length).fill(unscored),
    wakeProbability: new Float64Array(scored.stages.length),
  };
  const offset = (toStage.start - scored.start) / minuteMs;
  scored.stages.forEach((_, i) => (minutes.wakeProbability[i] = staged.probabilities[3 * (i - offset)] ?? 0));
  for (const { start, end, state } of known?.episode?.segments ?? []) {
    if (state === 'inBed') continue;
    const [from, to] = [start, end].map((at) => Math.max(0, (at - scored.start) / minuteMs)) as [
      number,
      number,
    ];
    minutes.said.fill(state === 'awake' ? wake : state === 'rem' ? rem : nrem, from, to);
  }
  return { night: known?.night ?? null, staged, minutes };
}
