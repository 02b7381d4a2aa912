// What export-folds.py wrote: of each person a model that never saw that person.
import fs from 'node:fs';
import path from 'node:path';
import { loadSleepModel } from '../../../functions/src/adapters/onnx.ts';
import type { SleepModel } from '../../../functions/src/workflows/ports.ts';

/** How often a person's heart rate is known: the kinds of input that the product has. */
export const modalities = ['hr', 'hr_sparse5min'] as const;
export type ModalityName = (typeof modalities)[number];

export interface Fold {
  model: SleepModel;
  /** Of every other person: wake, NREM and REM by minute, from networks that were not trained on that one either. */
  inner: Record<ModalityName, Record<string, number[][]>>;
}

export async function readFold(folder: string, person: string): Promise<Fold> {
  const model = await loadSleepModel(folder, `${person}.json`);
  const inner = fs.readFileSync(path.join(folder, `${person}.inner.json`), 'utf8');
  return { model, inner: JSON.parse(inner) as Fold['inner'] };
}
