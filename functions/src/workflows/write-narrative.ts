import { randomUUID } from 'node:crypto';
import type { Analysis } from '../domain/analysis/analysis.ts';
import type { Narrative } from '../domain/narrative/narrative.ts';
import { minuteMs } from '../domain/time.ts';
import type { UploadKey } from '../domain/upload/upload.ts';
import { composeNarrative, weekTextOf } from './steps/compose-narrative.ts';
import type { Ports } from './ports.ts';
import { unlessDeleted } from './steps/unless-deleted.ts';

type NarrativePorts = Pick<Ports, 'uploads' | 'people' | 'narratives' | 'narrator' | 'clock'>;

/** Longer than two texts may take: a worker that has not ended by then has died. */
const leaseMs = 3 * minuteMs;

/**
 * Writes the text of an analysis for which Gemini is asked, once: claims it, composes it, and stores it together with the upload's
 * end. Safe to call again at any point.
 *
 * @throws Fault `upload/busy`, `upload/fenced`
 */
export function writeNarrative(
  { uploads, clock, ...ports }: NarrativePorts,
  key: UploadKey,
  analysis: Analysis,
): Promise<Narrative['source'] | 'done-before' | 'deleted'> {
  return unlessDeleted(async () => {
    const holder = randomUUID();
    const at = clock.now();
    const claimed = await uploads.advance(key, { kind: 'claimed', holder, at, until: at + leaseMs });
    if (claimed.upload.lease?.holder !== holder) return 'done-before';
    try {
      const narrative = await composeNarrative(ports, key, analysis, claimed.upload.traceparent);
      const narrated = { kind: 'narrated', holder, at: clock.now() } as const;
      await uploads.advance(
        key,
        narrated,
        { narrative, ...weekTextOf(analysis, narrative) },
        { from: claimed },
      );
      return narrative.source;
    } catch (error) {
      // Without the release, the next delivery would wait for the lease to run out.
      await uploads.advance(key, { kind: 'released', holder }).catch(() => {});
      throw error;
    }
  });
}
