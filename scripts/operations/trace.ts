// The way of one upload through all functions as a tree with durations, from the spans that the local collector has kept: those
// of a running `npm start`, or of the last one.
import fs from 'node:fs';
import path from 'node:path';
import { spansOfUpload, type Span } from '../local-stack/stand-ins/collector.ts';
import { keptSpans, spansFile, stateFolder } from '../local-stack/run-folder.ts';

/** Every span that any run has left. */
function readSpans(): Span[] {
  const runs = fs.existsSync(stateFolder)
    ? fs.readdirSync(stateFolder).filter((name) => name.startsWith('run-'))
    : [];
  const files = [...runs.map((run) => spansFile(path.join(stateFolder, run))), keptSpans];
  return files
    .filter((file) => fs.existsSync(file))
    .flatMap((file) => fs.readFileSync(file, 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Span);
}

/** What a span says besides its name: what an eye looks for first. */
const told = [
  'http.response.status_code',
  'clarity_loop.outcome',
  'clarity_loop.attempt',
  'clarity_loop.upload.event',
  'clarity_loop.bytes',
  'clarity_loop.samples',
  'clarity_loop.days',
  'clarity_loop.minutes',
  'clarity_loop.insights',
  'gen_ai.request.model',
  'gen_ai.usage.input_tokens',
  'gen_ai.usage.output_tokens',
  'error.type',
];

function remarks({ attributes, failed, links }: Span): string {
  const words = told
    .filter((name) => attributes[name] !== undefined)
    .map((name) => `${name.replace(/^.*\./, '')}=${String(attributes[name])}`);
  if (attributes['faas.coldstart'] === true) words.unshift('cold');
  if (links.length > 0) words.push(`after ${links.map(({ spanId }) => spanId).join(', ')}`);
  return `${failed ? 'FAILED ' : ''}${words.join(' ')}`;
}

const barWidth = 30;

/** The lines of one trace. A span whose parent is not among them is a root: a client may have begun the trace. */
export function traceLines(spans: readonly Span[]): string[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const children = Map.groupBy(spans, ({ parentSpanId }) => (ids.has(parentSpanId) ? parentSpanId : ''));
  const begun = Math.min(...spans.map(({ startMs }) => startMs));
  const ended = Math.max(...spans.map(({ startMs, durationMs }) => startMs + durationMs));
  const total = Math.max(ended - begun, 1);
  const rows: { label: string; span: Span }[] = [];
  const visit = (parent: string, indent: string): void => {
    const below = (children.get(parent) ?? []).toSorted((a, b) => a.startMs - b.startMs);
    below.forEach((span, i) => {
      const last = i === below.length - 1;
      const branch = parent === '' ? '' : last ? '└─ ' : '├─ ';
      rows.push({ label: `${indent}${branch}${span.name}`, span });
      visit(span.spanId, parent === '' ? '' : `${indent}${last ? '   ' : '│  '}`);
    });
  };
  visit('', '');
  const width = Math.max(...rows.map(({ label }) => label.length));
  const lines = rows.map(({ label, span }) => {
    const from = Math.floor(((span.startMs - begun) / total) * (barWidth - 1));
    const length = Math.max(1, Math.round((span.durationMs / total) * barWidth));
    const bar = `${' '.repeat(from)}${'━'.repeat(Math.min(length, barWidth - from))}`.padEnd(barWidth);
    const duration = `${span.durationMs.toFixed(1)} ms`.padStart(11);
    return `${label.padEnd(width)} ${duration}  ${bar}  ${remarks(span)}`.trimEnd();
  });
  return [`trace ${spans[0]!.traceId}, ${spans.length} spans, ${total.toFixed(0)} ms`, ...lines];
}

/**
 * Every trace of an upload, as text.
 *
 * @throws RangeError when nothing of it was kept
 */
export function showTraces(uploadId: string): string {
  const spans = spansOfUpload(readSpans(), uploadId);
  if (spans.length === 0) {
    throw new RangeError(
      `No span of upload ${uploadId} has been kept. Send it through "npm start", and wait for its narrative.`,
    );
  }
  return [...Map.groupBy(spans, ({ traceId }) => traceId).values()].flatMap(traceLines).join('\n');
}
