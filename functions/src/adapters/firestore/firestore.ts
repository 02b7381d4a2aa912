import type { DeadLetters, Exports, Ports } from '../../workflows/ports.ts';
import type { Open } from './client.ts';
import { firestoreHistories } from './histories.ts';
import { keptLetters } from './dead-letters.ts';
import { firestoreErasures, firestoreExports, firestorePeople } from './people.ts';
import { firestoreQuotas } from './quotas.ts';
import { firestoreAnalyses, firestoreNarratives } from './results.ts';
import { firestoreUploads } from './uploads.ts';

/** The ports that Firestore stands behind. The client is made on first use: it costs most of a cold start. */
export function firestorePorts(open: Open): Pick<
  Ports,
  'uploads' | 'analyses' | 'narratives' | 'quotas' | 'people' | 'erasures' | 'histories'
> & {
  keptLetters: Omit<DeadLetters, 'publish'>;
  announcedExports: Pick<Exports, 'announce' | 'announced'>;
} {
  return {
    uploads: firestoreUploads(open),
    analyses: firestoreAnalyses(open),
    narratives: firestoreNarratives(open),
    keptLetters: keptLetters(open),
    announcedExports: firestoreExports(open),
    quotas: firestoreQuotas(open),
    people: firestorePeople(open),
    erasures: firestoreErasures(open),
    histories: firestoreHistories(open),
  };
}
