import { Fault } from '../domain/fault.ts';
import type { Narrative } from '../domain/narrative/narrative.ts';
import type { UploadKey } from '../domain/upload/upload.ts';
import { composeNarrative, weekTextOf } from './steps/compose-narrative.ts';
import type { Ports } from './ports.ts';

/**
 * Writes the narrative of a finished upload anew, for example after the person chose another language.
 *
 * @throws Fault `upload/not-found`, `upload/illegal-move` while the upload is under work, `quota/exceeded`
 */
export async function refreshNarrative(
  ports: Pick<Ports, 'uploads' | 'people' | 'analyses' | 'narratives' | 'quotas' | 'narrator' | 'clock'>,
  key: UploadKey,
  traceparent: string,
): Promise<{ source: Narrative['source'] }> {
  const { uploads, analyses, quotas, clock } = ports;
  const [stored, analysis] = await Promise.all([uploads.find(key), analyses.find(key)]);
  if (!stored || !analysis) throw new Fault('upload/not-found');
  if (stored.upload.status !== 'succeeded') throw new Fault('upload/illegal-move');
  await quotas.take([{ subject: `person:${key.uid}`, amounts: { narratives: 1 } }], clock.now());

  const narrative = await composeNarrative(ports, key, analysis, traceparent);
  await uploads.advance(
    key,
    { kind: 'rewritten', at: clock.now() },
    { narrative, ...weekTextOf(analysis, narrative) },
  );
  return { source: narrative.source };
}
