// What takes the place of the models where a test or a simulation is not about them.
import type { Models, NarrativeRequest, NarratorAnswer, Narrator } from '../../src/workflows/ports.ts';

/** A sleep model that finds NREM in every minute. */
export const sleepsSoundly: Models = {
  encoder: () => Promise.resolve(undefined),
  sleep: () =>
    Promise.resolve({
      card: { name: 'stand-in', version: '0', sha256: '0'.repeat(64) },
      thresholds: { hr: { wake: 0.5, rem: 0.5 }, hr_sparse5min: { wake: 0.5, rem: 0.5 } },
      stage: (_features, minutes) =>
        Promise.resolve(Float32Array.from({ length: 3 * minutes }, (_, i) => (i % 3 === 1 ? 0.8 : 0.1))),
    }),
};

/** What the stand-in for Gemini answers: a choice that may always be stored. */
export function calmAnswer({ choices, language }: NarrativeRequest): NarratorAnswer {
  const { insights } = choices;
  const openings = { en: 'Here is your week.', es: 'Aquí está tu semana.', de: 'Hier ist deine Woche.' };
  return {
    draft: {
      insights: insights.map(({ id, frames }) => ({ id, frame: frames[0]!.id })),
      order: insights.map(({ id }) => id),
      connectives: insights.slice(1).map(() => 'none'),
      opening: openings[language],
      suggestions: [],
    },
    modelVersion: 'm',
    promptVersion: 'p',
    tokens: { input: 1, output: 1 },
  };
}

export const calmNarrator: Narrator = { write: (request) => Promise.resolve(calmAnswer(request)) };
