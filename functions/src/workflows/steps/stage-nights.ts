import type { StagedNight } from '../../domain/analysis/nights.ts';
import { isModelFault } from '../../domain/fault.ts';
import type { NightToStage } from '../../domain/metrics/staging.ts';
import type { ModelCard, Models } from '../ports.ts';

/**
 * The sleep model's answers, and its card; the model is not loaded where there is no night to ask about. `missing` says that
 * there is a night, and a model that cannot be loaded.
 */
export async function stageNights(
  models: Models,
  nights: readonly NightToStage[],
): Promise<{ staged: StagedNight[]; cards: ModelCard[]; missing: boolean }> {
  if (nights.length === 0) return { staged: [], cards: [], missing: false };
  const model = await models.sleep().catch(undefinedWithoutModel);
  if (!model) return { staged: [], cards: [], missing: true };
  const staged: StagedNight[] = [];
  for (const night of nights) {
    const probabilities = await model.stage(night.features, night.minutes);
    staged.push({ night, probabilities, thresholds: model.thresholds[night.modality]! });
  }
  return { staged, cards: [model.card], missing: false };
}

/** For a model that cannot be loaded: the analysis goes on without it. */
export function undefinedWithoutModel(error: unknown): undefined {
  if (!isModelFault(error)) throw error;
}
