import { Fault } from '../../domain/fault.ts';
import { addDays } from '../../domain/local-time.ts';
import type { TemplateReason } from '../../domain/narrative/narrative.ts';
import { advance } from '../../domain/upload/upload.ts';
import type { Ports, UploadMove } from '../ports.ts';
import { windowDays } from './compute-weeks.ts';
import { givenUp, type Part } from './read-parts.ts';
import type { TrailingWeeks } from './trailing-weeks.ts';

export interface Ends {
  moves: UploadMove[];
  /** Whether one of them has the analysis of the latest week. */
  tellsLatest: boolean;
  /** The upload for whose text Gemini is asked. */
  asks: string | undefined;
}

/**
 * How uploads leave the hands of the worker: with analysis and text, removed, or failed.
 *
 * @param why Gemini is not asked for a text now; undefined where it is to be asked
 */
export async function endUploads(
  ports: Pick<Ports, 'recordings' | 'deadLetters' | 'clock'>,
  uid: string,
  parts: readonly Part[],
  trailing: TrailingWeeks,
  why: TemplateReason | undefined,
): Promise<Ends> {
  const { today } = trailing;
  const dayOf = (part: Part) => toldDay(part, today);
  // One text of the latest week is enough, whichever upload has brought its end.
  const asking = why ? undefined : parts.findLast((part) => part.contribution && dayOf(part) === today);
  const ends: Ends = { moves: [], tellsLatest: false, asks: undefined };
  for (const part of parts) {
    const { uploadId, upload, contribution } = part;
    if (!contribution) {
      const version = await ports.recordings.version({ uid, uploadId });
      if (version !== undefined) await ports.recordings.remove({ uid, uploadId }, version);
      ends.moves.push({ ...part, next: null });
      continue;
    }
    const { receipt, deleted } = contribution;
    const day = dayOf(part);
    const analysis = day === undefined ? null : await trailing.analysis(day);
    // Where all that it brought was deleted before, there is nothing to say; where it brought nothing, that is its fault.
    if (!analysis && deleted.length === 0 && receipt.processedSamples === 0) {
      const nothing = new Fault('recording/nothing-known', { issues: receipt.issues });
      ends.moves.push(await givenUp(ports, uid, part, nothing));
      continue;
    }
    const { traceparent } = upload;
    const reason = part === asking ? 'pending' : (why ?? 'not-due');
    const narrative =
      analysis && day !== undefined ? await trailing.text(analysis, day, reason, traceparent) : null;
    // A text that still holds costs nothing.
    const textWanted = part === asking && narrative?.source === 'template';
    const provisional = analysis?.provisional === true;
    const at = ports.clock.now();
    const next = advance(upload, { kind: 'analyzed', receipt, provisional, textWanted, at });
    if (!analysis || !narrative) {
      ends.moves.push({ ...part, next });
      continue;
    }
    const latest = day === today;
    ends.moves.push({ ...part, next, told: { uploadId, analysis, latest, traceparent, narrative } });
    ends.tellsLatest ||= latest;
    if (textWanted) ends.asks = uploadId;
  }
  return ends;
}

/**
 * The day up to which the analysis of an upload tells: the latest one of the person, if what the upload brings lies in that week or
 * takes something out of it; else the latest one that it brings.
 */
function toldDay({ contribution }: Part, today: string | undefined): string | undefined {
  const last = contribution?.lastDay;
  if (today === undefined || last === undefined || last === null) return today;
  return contribution!.deleted.length > 0 || last >= addDays(today, -windowDays) ? today : last;
}
