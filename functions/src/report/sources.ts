import type { Analysis } from '../domain/analysis/analysis.ts';
import { available } from '../domain/narrative/facts.ts';
import { h, type Element } from './element.ts';
import { fill } from './format.ts';
import { definitions, paragraph, type Context } from './parts.ts';
import type { Origin, ReportWords } from './report-words.ts';

type Row = keyof ReportWords['sources']['rows'];

const origins: Record<Row, Origin> = {
  wear: 'threshold',
  steps: 'measured',
  nights: 'measured',
  asleep: 'measured',
  modelNights: 'model',
  estimated: 'model',
  heartRate: 'measured',
  restingOwn: 'measured',
  lowestSleep: 'measured',
  hrv: 'measured',
  respiration: 'measured',
  rhythm: 'formula',
  sri: 'formula',
  jetLag: 'formula',
  generated: 'text',
  template: 'text',
};

/** Where the numbers on this page come from; only of those that are on it. */
export function sources(context: Context): Element {
  const { report, words, format } = context;
  const { analysis } = report;
  const own = words.sources;
  const shown = presentRows(context);
  const rows = (Object.keys(origins) as Row[])
    .filter((row) => shown.has(row))
    .map((row) => ({
      name: own.rows[row].what,
      value: own.origins[origins[row]],
      about: own.rows[row].how,
    }));
  const { coverage, window, models } = analysis;
  const kinds = coverage.sources.map((kind) => own.kinds[kind]).join(', ') || '–';
  const count = format.number(coverage.samples);
  const samples = fill(own.samples, { n: coverage.samples, count, kinds, zone: window.timeZone });
  return h(
    'section',
    { 'aria-labelledby': 'sources' },
    h('h2', { id: 'sources' }, words.sections.sources),
    paragraph(own.intro),
    definitions(rows),
    paragraph(samples, 'small'),
    ...models.map(({ name, version, sha256 }) =>
      paragraph(fill(own.model, { name, version, sha256 }), 'small code'),
    ),
  );
}

function presentRows({ report }: Context): Set<Row> {
  const { analysis, narrative } = report;
  const rows = new Set<Row>();
  if (analysis.coverage.days.some(({ wornMinutes }) => wornMinutes !== null)) rows.add('wear');
  if (available(analysis.activity)) rows.add('steps');
  for (const row of sleepRows(analysis)) rows.add(row);
  if (available(analysis.cardio)) {
    const { restingHeartRate, lowestSleepingHeartRate, heartRate, hrv } = analysis.cardio;
    if (available(heartRate)) rows.add('heartRate');
    if (available(restingHeartRate)) rows.add('restingOwn');
    if (available(lowestSleepingHeartRate)) rows.add('lowestSleep');
    if (available(hrv.night) || available(hrv.day)) rows.add('hrv');
  }
  if (available(analysis.respiration)) rows.add('respiration');
  if (available(analysis.rhythm)) {
    rows.add('rhythm');
    if (analysis.rhythm.sri !== null) rows.add('sri');
  }
  if (narrative) rows.add(narrative.source === 'gemini' ? 'generated' : 'template');
  return rows;
}

function sleepRows({ sleep }: Analysis): Row[] {
  if (!available(sleep)) return [];
  const rows = sleep.nights.map(({ source }): Row => {
    if (source === 'healthkit-stages') return 'nights';
    return source === 'sleep-model' ? 'modelNights' : 'asleep';
  });
  if (sleep.nights.some(({ bedtime }) => bedtime === 'estimated')) rows.push('estimated');
  if (sleep.summary.socialJetLag !== null) rows.push('jetLag');
  return rows;
}
