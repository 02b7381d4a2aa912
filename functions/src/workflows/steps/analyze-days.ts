import { conclude, type Analysis } from '../../domain/analysis/analysis.ts';
import { findingsOf } from '../../domain/analysis/findings.ts';
import { prepare } from '../../domain/analysis/prepare.ts';
import { activityWeek, embeddingOf } from '../../domain/metrics/embedding.ts';
import { mergeSamples, type DaySamples } from '../../domain/samples/day.ts';
import type { Sample } from '../../domain/samples/sample.ts';
import type { Models, Ports } from '../ports.ts';
import { stageNights, undefinedWithoutModel } from './stage-nights.ts';

/** Days of the trailing window that an analysis looks at. */
export const windowDays = 7;

/**
 * The analysis of a person's latest days as they are known now; undefined when there are none.
 *
 * @param seen days that need not be read again, as `merge` has just given them
 */
export async function analyzeDays(
  { days, models }: Pick<Ports, 'days' | 'models'>,
  uid: string,
  count: number | 'all',
  seen: readonly DaySamples[] = [],
): Promise<Analysis | undefined> {
  // One day more: the night that ends on the first day begins on the day before.
  const latest = await days.latest(uid, count === 'all' ? Infinity : count + 1, seen);
  const samples = mergeSamples(
    latest.flatMap((day): Sample[] => day.samples),
    [],
    new Set(),
  );
  const preparation = prepare(samples, count);
  if (!preparation) return undefined;
  const embedding = await embeddingOfWeek(models, preparation.samples).catch(undefinedWithoutModel);
  const { staged, cards, missing } = await stageNights(models, preparation.toStage);
  return {
    ...conclude(findingsOf(preparation, staged), cards, embedding),
    ...(missing || !embedding ? { provisional: true as const } : {}),
  };
}

async function embeddingOfWeek(models: Models, samples: readonly Sample[]): Promise<Analysis['embedding']> {
  const encoder = await models.encoder();
  if (!encoder) return { unavailable: 'model/not-installed' };
  const week = activityWeek(samples);
  if ('unavailable' in week) return week;
  return embeddingOf(week, await encoder.embed(week.standardised), encoder.card);
}
