import type { Analysis } from '../domain/analysis/analysis.ts';
import type { Narrative } from '../domain/narrative/narrative.ts';
import type { UploadKey } from '../domain/upload/upload.ts';
import { composeNarrative } from './steps/compose-narrative.ts';
import type { Ports } from './ports.ts';
import { holdLease } from './steps/hold-lease.ts';
import { unlessDeleted } from './steps/unless-deleted.ts';

type NarrativePorts = Pick<Ports, 'uploads' | 'people' | 'analyses' | 'narrator' | 'clock'>;

/**
 * Writes the narrative of an analysis, once: claims the upload's narrative, composes it, and stores it together with
 * the upload's end. Safe to call again at any point.
 */
export function writeNarrative(
  ports: NarrativePorts,
  key: UploadKey,
  analysis: Analysis,
): Promise<Narrative['source'] | 'done-before' | 'deleted'> {
  return unlessDeleted(() => write(ports, key, analysis));
}

async function write(
  ports: NarrativePorts,
  key: UploadKey,
  analysis: Analysis,
): Promise<Narrative['source'] | 'done-before'> {
  const source = await holdLease(ports, key, 'narrative', async (hold) => {
    const { traceparent } = hold.current().upload;
    const narrative = await composeNarrative(ports, key.uid, analysis, traceparent);
    const narrated = { kind: 'narrated', holder: hold.holder, at: ports.clock.now() } as const;
    await ports.uploads.advance(key, narrated, { narrative }, { from: hold.current() });
    return narrative.source;
  });
  return source ?? 'done-before';
}
