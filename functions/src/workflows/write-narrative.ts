import { randomUUID } from 'node:crypto';
import type { Analysis } from '../domain/analysis/analysis.ts';
import type { Narrative } from '../domain/narrative/narrative.ts';
import type { UploadKey } from '../domain/upload/upload.ts';
import { composeNarrative } from './steps/compose-narrative.ts';
import type { Ports } from './ports.ts';
import { unlessDeleted } from './steps/unless-deleted.ts';

/** Longer than the narrator may take with its retries. */
const leaseMs = 90_000;

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
  const { uploads, clock } = ports;
  const holder = randomUUID();
  const at = clock.now();
  const until = at + leaseMs;
  const claimed = await uploads.advance(key, { kind: 'claimed', stage: 'narrative', holder, at, until });
  const { upload } = claimed;
  if (upload.lease?.holder !== holder) return 'done-before';
  const { attempt, traceparent } = upload;

  try {
    const narrative = await composeNarrative(ports, key.uid, analysis, traceparent);
    const narrated = { kind: 'narrated', attempt, at: clock.now() } as const;
    await uploads.advance(key, narrated, { narrative }, { from: claimed });
    return narrative.source;
  } catch (error) {
    await uploads.advance(key, { kind: 'released', attempt });
    throw error;
  }
}
