import type { Ports } from '../../workflows/ports.ts';
import { systemClock } from '../clock.ts';
import { memoryHistories } from './histories.ts';
import { memoryErasures, memoryExports, memoryPeople, memoryQuotas } from './people.ts';
import { memoryRecordings } from './recordings.ts';
import { memoryAnalyses, memoryNarratives } from './results.ts';
import { memorySpending } from './spending.ts';
import { memoryState, type MemoryState } from './state.ts';
import { memoryDeadLetters, memoryUploads } from './uploads.ts';

export { memoryState, type MemoryState };

/** The ports that keep their state in memory; models, narrator and tokens come from elsewhere. */
export function memoryPorts(
  state: MemoryState = memoryState(),
): Pick<
  Ports,
  | 'clock'
  | 'people'
  | 'uploads'
  | 'analyses'
  | 'narratives'
  | 'quotas'
  | 'erasures'
  | 'exports'
  | 'recordings'
  | 'requests'
  | 'deadLetters'
  | 'histories'
  | 'spending'
> {
  return {
    clock: systemClock,
    people: memoryPeople(state),
    uploads: memoryUploads(state),
    analyses: memoryAnalyses(state),
    narratives: memoryNarratives(state),
    quotas: memoryQuotas(state),
    erasures: memoryErasures(state),
    exports: memoryExports(state),
    recordings: memoryRecordings(state),
    requests: {
      publish: (request) => {
        state.requests.push(request);
        return Promise.resolve();
      },
    },
    deadLetters: memoryDeadLetters(state),
    histories: memoryHistories(state),
    spending: memorySpending(),
  };
}
