// How long Gemini's models are served on Vertex AI. A retired one answers 404, and every text is a template from then on.
import { dayMs } from '../../functions/src/domain/time.ts';

/**
 * The day up to which Google promises each model ("or later"), as its page said on 25 November 2026.
 *
 * @see https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/model-versions
 */
export const servedUntil: Record<string, string> = {
  'gemini-3.5-flash-lite': '2027-07-21',
  'gemini-3.5-flash': '2027-05-19',
  'gemini-3.1-flash-lite': '2027-05-07',
  'gemini-2.5-pro': '2026-10-16',
  'gemini-2.5-flash': '2026-10-16',
  'gemini-2.5-flash-lite': '2026-10-16',
};

/** So long before its last day a model is to be replaced. */
const noticeDays = 60;

/** Why a model should not be deployed any more; undefined where it may. */
export function retirementProblem(model: string, now: number): string | undefined {
  const day = servedUntil[model];
  if (day === undefined)
    return `Nobody has looked up how long ${model} is served: add it to scripts/deployment/gemini-models.ts.`;
  const daysLeft = Math.floor((Date.parse(`${day}T00:00:00Z`) - now) / dayMs);
  if (daysLeft >= noticeDays) return undefined;
  return `${model} is promised until ${day} only: look whether that was extended, or choose another VERTEX_MODEL.`;
}
