// Nights through the very code of the product: preparation, features, model, thresholds, numbers of a night.
import { sleepOf, type StagedNight } from '../../../functions/src/domain/analysis/nights.ts';
import { prepare, type Preparation } from '../../../functions/src/domain/analysis/prepare.ts';
import type { Night } from '../../../functions/src/domain/metrics/night.ts';
import {
  estimatedBedtime,
  nightToStage,
  type NightToStage,
} from '../../../functions/src/domain/metrics/staging.ts';
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
  return told(scored, heartRateSamples(scored), model, level);
}

/** The day that the scored night ends on. */
function dayOf(scored: ScoredNight): string {
  return new Date(endOf(scored) - 1).toISOString().slice(0, 10);
}

async function told(
  scored: ScoredNight,
  samples: Sample[],
  model: SleepModel,
  level?: number,
): Promise<Told | null> {
  const preparation = prepare(
    samples.sort((a, b) => a.start - b.start),
    'all',
  );
  if (!preparation) return null;
  const day = dayOf(scored);
  const toStage =
    level === undefined
      ? preparation.toStage.find((night) => night.day === day)
      : restOf(preparation, day, level);
  if (!toStage) return null;
  const staged: StagedNight = {
    night: toStage,
    probabilities: await model.stage(toStage.features, toStage.minutes),
    thresholds: model.thresholds[toStage.modality]!,
  };
  const known = sleepOf(preparation, [staged]).nights.get(day);
  const minutes: ToldNight = {
    truth: scored.stages,
    said: new Int8Array(scored.stages.length).fill(unscored),
    wakeProbability: new Float64Array(scored.stages.length),
  };
  const offset = (toStage.start - scored.start) / minuteMs;
  scored.stages.forEach((_, i) => (minutes.wakeProbability[i] = staged.probabilities[3 * (i - offset)] ?? 0));
  for (const { start, end, state } of known?.segments ?? []) {
    if (state === 'inBed') continue;
    const [from, to] = [start, end].map((at) => Math.max(0, (at - scored.start) / minuteMs)) as [
      number,
      number,
    ];
    minutes.said.fill(state === 'awake' ? wake : state === 'rem' ? rem : nrem, from, to);
  }
  return { night: known?.night ?? null, staged, minutes };
}

/** The stay in bed that another level of rest finds. */
function restOf({ window, days, samples }: Preparation, day: string, level: number): NightToStage | null {
  const local = window.days.find((one) => one.day === day)!;
  const bed = estimatedBedtime(window, local, samples, { habitual: days.get(day)!.habitual, level });
  return bed && nightToStage(window, day, { ...bed, told: false }, samples);
}
