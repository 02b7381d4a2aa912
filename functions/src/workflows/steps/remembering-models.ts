import { hash } from 'node:crypto';
import type { Models } from '../ports.ts';

/** The same models, each night staged once: the trailing week and the ISO week ask about the same ones. */
export function rememberingModels(models: Models): Models {
  const answers = new Map<string, Promise<Float32Array>>();
  return {
    ...models,
    async sleep() {
      const model = await models.sleep();
      return {
        ...model,
        stage(features, minutes) {
          const key = hash(
            'sha256',
            new Uint8Array(features.buffer, features.byteOffset, features.byteLength),
            'hex',
          );
          const answer = answers.get(key) ?? model.stage(features, minutes);
          answers.set(key, answer);
          return answer;
        },
      };
    },
  };
}
