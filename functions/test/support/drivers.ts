import { app } from '../../src/app.ts';
import { memoryPorts } from '../../src/adapters/memory/memory.ts';
import type { Ports } from '../../src/workflows/ports.ts';
import { bucket } from './emulators.ts';

process.env.LOG_LEVEL = 'error';
process.env.RECORDINGS_BUCKET = bucket;
process.env.VERTEX_LOCATION = 'europe-west4';
process.env.VERTEX_MODEL = 'gemini-3.5-flash-lite';
process.env.NARRATOR_TEXTS_A_DAY = '7';

export type StoredPorts = Pick<
  Ports,
  | 'uploads'
  | 'analyses'
  | 'narratives'
  | 'quotas'
  | 'people'
  | 'erasures'
  | 'exports'
  | 'deadLetters'
  | 'histories'
  | 'spending'
  | 'recordings'
>;

/** Everything that implements the ports with a state: each contract suite runs against all of them. */
export const drivers: { name: string; ports: () => StoredPorts }[] = [
  { name: 'in memory', ports: () => memoryPorts() },
  { name: 'on the emulators', ports: () => app() },
];
