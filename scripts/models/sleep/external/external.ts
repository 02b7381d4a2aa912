// The product on nights of other people than those of the training: features, model, thresholds and range as they are.
import type { ProductFigures } from '../../../../functions/src/contract/model-manifest.ts';
import { isWithin } from '../../../../functions/src/domain/metrics/model-range.ts';
import type { SleepModel } from '../../../../functions/src/workflows/ports.ts';
import { share } from '../conformal.ts';
import { countsOf, type Counts } from '../figures.ts';
import { modalities, type ModalityName } from '../folds.ts';
import { characterOfTold, minuteFigures } from '../held-out.ts';
import { thinned, unscored, type ScoredNight } from '../scored-night.ts';
import { toldInBed } from '../staged.ts';
import { bidsleepNights } from './bidsleep.ts';
import { dreamtNights } from './dreamt.ts';

export const readers = { dreamt: dreamtNights, bidsleep: bidsleepNights };
export type Dataset = keyof typeof readers;

type External = ProductFigures['external'][number];

/** @param model one that answers every night: which nights it should not is what is measured */
export async function externalFigures(
  dataset: string,
  nights: readonly ScoredNight[],
  model: SleepModel,
  ranges: ProductFigures['byModality'],
): Promise<External> {
  const byModality: External['byModality'] = {};
  for (const name of modalities)
    byModality[name] = await ofModality(name, nights, model, ranges[name]!.range);
  return {
    dataset,
    people: new Set(nights.map(({ person }) => person)).size,
    nights: nights.length,
    minutes: nights.reduce((sum, { stages }) => sum + stages.filter((it) => it !== unscored).length, 0),
    byModality,
  };
}

async function ofModality(
  name: ModalityName,
  nights: readonly ScoredNight[],
  model: SleepModel,
  range: ProductFigures['byModality'][string]['range'],
) {
  const found: { person: string; counts: Counts; within: boolean }[] = [];
  for (const [seed, night] of nights.entries()) {
    const told = await toldInBed(name === 'hr' ? night : thinned(night, seed), model);
    if (!told) continue;
    const within = isWithin(characterOfTold(told), range);
    found.push({ person: night.person, counts: countsOf(told.minutes), within });
  }
  const byPerson = (some: readonly (typeof found)[number][]) =>
    [...Map.groupBy(some, ({ person }) => person).values()].map((own) => own.map(({ counts }) => counts));
  if (found.length === 0) throw new Error('The product would ask the model about none of these nights.');
  const within = found.filter((each) => each.within);
  return {
    refused: share(found.length - within.length, found.length),
    all: minuteFigures(byPerson(found)),
    within: within.length > 0 ? minuteFigures(byPerson(within)) : {},
  };
}
