import { analyzeDays, windowDays } from './steps/analyze-days.ts';
import { mergeRecording } from './steps/merge-recording.ts';
import { Fault, faultOf, isOwnFault } from '../domain/fault.ts';
import { countsAsFault, isOutOfPatience, isPoison, type UploadKey } from '../domain/upload/upload.ts';
import type { AnalysisRequest, Ports } from './ports.ts';
import { HandOver, holdLease, type Hold } from './steps/hold-lease.ts';
import { unlessDeleted } from './steps/unless-deleted.ts';

type AnalyzePorts = Pick<
  Ports,
  'uploads' | 'recordings' | 'people' | 'days' | 'models' | 'requests' | 'deadLetters' | 'clock'
>;

/**
 * Analyses the recording that a request names: claims the upload, merges its samples into the person's days, and
 * writes the analysis of the trailing week, keyed by upload id. Safe to call again at any point.
 *
 * A fault of the sender's ends the upload. One of ours is thrown, so that the event comes again, for a day; then the upload is
 * given up, with a dead letter. Being refused, because somebody else is at work, counts as no fault.
 */
export function analyzeRecording(
  ports: AnalyzePorts,
  request: AnalysisRequest,
): Promise<'analyzed' | 'done-before' | 'handed-over' | 'deleted' | 'failed'> {
  const { uid, uploadId, incarnation } = request;
  const key = { uid, uploadId };
  return unlessDeleted(async () => {
    try {
      const work = (hold: Hold) => analyze(ports, key, request, hold);
      return (await holdLease(ports, { ...key, incarnation }, 'analysis', work)) ?? 'done-before';
    } catch (error) {
      if (!(error instanceof HandOver)) throw error;
      await ports.requests.publish(request);
      return 'handed-over';
    }
  });
}

async function analyze(
  ports: AnalyzePorts,
  key: UploadKey,
  { traceparent }: AnalysisRequest,
  hold: Hold,
): Promise<'analyzed' | 'handed-over' | 'failed'> {
  const { uploads, clock } = ports;
  const { holder } = hold;
  const fail = async (fault: Fault): Promise<'failed'> => {
    const { code, issues } = fault;
    // Ours, for whoever mends the cause; before it is recorded, so that a crash repeats the letter rather than losing it.
    if (isOwnFault(code)) await ports.deadLetters.publish({ ...key, code, deliveries: null, traceparent });
    await uploads.advance(key, { kind: 'failed', holder, code, issues, at: clock.now() });
    return 'failed';
  };
  // It has brought down too many workers: not one more.
  if (isPoison(hold.current().upload, clock.now())) return fail(new Fault('analysis/gave-up'));

  try {
    const { read, merged } = await mergeRecording(ports, key, hold);
    const analysis = await analyzeDays(ports, key.uid, windowDays, merged);
    if (!analysis) throw new Fault('recording/nothing-known', { issues: read.issues });
    const receipt = {
      processedSamples: read.processedSamples,
      skippedSamples: read.skippedSamples,
      issues: read.issues,
    };
    const provisional = analysis.provisional === true;
    const analyzed = { kind: 'analyzed', holder, receipt, provisional, at: clock.now() } as const;
    await uploads.advance(key, analyzed, { analysis }, { from: hold.current() });
    return 'analyzed';
  } catch (error) {
    const fault = faultOf(error);
    if (fault.code === 'upload/not-found') throw fault;
    if (!fault.retry) {
      // Nothing of a recording that cannot be used stays behind.
      await ports.days.forget(key, holder);
      return fail(fault);
    }
    if (countsAsFault(fault) && isOutOfPatience(hold.current().upload, clock.now())) return fail(fault);
    throw error;
  }
}
