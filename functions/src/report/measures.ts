import { ruleOf } from '../domain/samples/sample-types.ts';
import { h, type Element } from './element.ts';
import { table, type Context } from './parts.ts';

/** What was measured besides, by the names and units of the table of types: the mean over the days, and no judgement. */
export function measuresTable(context: Context): Element[] {
  const { report, words, format } = context;
  const { measures } = report.analysis;
  if (measures.length === 0) return [];
  const { title, type: what, mean, days, source } = words.measures;
  const rows = measures.map(({ type, unit, days: own, average }) => {
    const [value, written] = unit === '%' ? [100 * average.mean, '%'] : [average.mean, units[unit] ?? unit];
    const kinds = [...new Set(own.map(({ source }) => words.sources.kinds[source]))];
    return [
      ruleOf(type).label?.[report.language] ?? type,
      `${format.number(value, 1)} ${written}`,
      format.number(own.length),
      kinds.join(', '),
    ];
  });
  return [h('h3', null, title), table(context, title, [what, mean, days, source], rows)];
}

/** Units of HealthKit that people write otherwise. */
const units: Record<string, string> = {
  'count/min': '/min',
  degC: '°C',
  'mL/(kg*min)': 'ml/kg/min',
  dBASPL: 'dB',
};
