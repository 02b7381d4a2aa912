import type { StagedNight } from '../../domain/analysis/nights.ts';
import type { NightToStage } from '../../domain/metrics/staging.ts';
import type { ModelCard, Models } from '../ports.ts';

/** The sleep model's answers, and its card; the model is not loaded where there is no night to ask about. */
export async function stageNights(
  models: Models,
  nights: readonly NightToStage[],
): Promise<{ staged: StagedNight[]; cards: ModelCard[] }> {
  if (nights.length === 0) return { staged: [], cards: [] };
  const model = await models.sleep();
  const staged: StagedNight[] = [];
  for (const night of nights) {
    const probabilities = await model.stage(night.features, night.minutes);
    staged.push({ night, probabilities, thresholds: model.thresholds[night.modality]! });
  }
  return { staged, cards: [model.card] };
}
