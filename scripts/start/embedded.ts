// The same workflows as on the emulators, in this process and in memory: no Java, no ports, nothing to stop.
import path from 'node:path';
import { Readable } from 'node:stream';
import { memoryPorts, memoryState } from '../../functions/src/adapters/memory/memory.ts';
import { onnxModels } from '../../functions/src/adapters/onnx.ts';
import { paths } from '../../functions/src/contract/upload.ts';
import { Fault } from '../../functions/src/domain/fault.ts';
import { childOf, formatTraceparent } from '../../functions/src/telemetry/trace.ts';
import { servePerson } from '../../functions/src/workflows/serve-person.ts';
import { queueAnalysis } from '../../functions/src/workflows/queue-analysis.ts';
import { receiveRecording } from '../../functions/src/workflows/receive-recording.ts';
import { writeNarrative } from '../../functions/src/workflows/write-narrative.ts';
import { analysisLines, narrativeLines } from './journey-report.ts';
import { root } from '../lib/root.ts';
import { sampleWeek } from '../sample-data/sample-week.ts';

const uid = 'sample-person';

/** Takes the sample week from upload to narrative and prints each stage; resolves with whether the narrative is there. */
export async function runEmbedded(): Promise<boolean> {
  console.log(
    'Embedded: the workflows run in memory, without the emulators. Gemini is not asked; the template writes.',
  );
  const state = memoryState();
  const ports = {
    ...memoryPorts(state),
    models: onnxModels(path.join(root, 'functions/models')),
    narrator: { write: () => Promise.reject(new Fault('narrator/unavailable')) },
  };
  const started = performance.now();
  const stage = (name: string, outcome: string): void => {
    console.log(`${(performance.now() - started).toFixed(0).padStart(6)} ms  ${name.padEnd(20)} ${outcome}`);
  };

  const traceparent = formatTraceparent(childOf(undefined));
  const { uploadId, processedSamples } = await receiveRecording(ports, {
    uid,
    contentType: 'application/json',
    body: Readable.from([Buffer.from(JSON.stringify(sampleWeek()))]),
    uploadId: undefined,
    traceparent,
  });
  stage('uploadRecording', `${processedSamples} samples as ${uploadId}`);
  const key = { uid, uploadId };
  const { incarnation } = state.uploads.get(paths.upload(uid, uploadId))!;
  stage('onRecordingFinalized', await queueAnalysis(ports, key, traceparent, incarnation));
  for (const request of state.requests) stage('onAnalysisRequested', await servePerson(ports, request));
  const analysis = state.analyses.get(paths.analysis(uid, uploadId));
  if (!analysis) return false;
  stage('onAnalysisWritten', await writeNarrative(ports, key, analysis));

  const narrative = state.narratives.get(paths.narrative(uid, uploadId));
  console.log(['\nThe analysis:', ...analysisLines(analysis)].join('\n  '));
  if (narrative) console.log(['\nThe narrative:', ...narrativeLines(narrative)].join('\n  '));
  return narrative !== undefined;
}
