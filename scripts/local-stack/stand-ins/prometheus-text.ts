// OTLP metrics as Prometheus reads them, after OpenTelemetry's "Prometheus and OpenMetrics Compatibility": names with
// underscores, the unit and `_total` at the end; attributes as labels, the function's name among them.
import { attributesOf, type KeyValue } from './otlp-json.ts';

interface NumberPoint {
  attributes?: KeyValue[];
  asDouble?: number;
  asInt?: number | string;
}

interface HistogramPoint {
  attributes?: KeyValue[];
  count: number | string;
  sum?: number;
  bucketCounts: (number | string)[];
  explicitBounds: number[];
}

interface Metric {
  name: string;
  unit?: string;
  description?: string;
  sum?: { dataPoints: NumberPoint[] };
  gauge?: { dataPoints: NumberPoint[] };
  histogram?: { dataPoints: HistogramPoint[] };
}

export interface ResourceMetrics {
  resource?: { attributes?: KeyValue[] };
  scopeMetrics?: { metrics?: Metric[] }[];
}

interface Family {
  type: string;
  description: string;
  /** Values by labels; those of several instances of a function are one. */
  samples: Map<string, number>;
}

const unitNames: Record<string, string> = { s: '_seconds', '1': '', By: '_bytes' };

function familyName({ name, unit = '', sum }: Metric): string {
  const plain = name.replace(/[^a-zA-Z0-9_]/g, '_');
  return `${plain}${unitNames[unit] ?? ''}${sum ? '_total' : ''}`;
}

function labels(attributes: Record<string, unknown>): string {
  const pairs = Object.entries(attributes)
    .map(([name, value]) => {
      const escaped = String(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
      return `${name.replace(/[^a-zA-Z0-9_]/g, '_')}="${escaped}"`;
    })
    .sort();
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}

/** The text format, version 0.0.4. Sums and histograms of several instances are added up; of a gauge the last one counts. */
export function prometheusText(resources: readonly ResourceMetrics[]): string {
  const families = new Map<string, Family>();
  for (const { resource, scopeMetrics = [] } of resources) {
    const owner = { faas_name: attributesOf(resource?.attributes)['faas.name'] ?? 'unknown' };
    for (const metric of scopeMetrics.flatMap(({ metrics = [] }) => metrics))
      addMetric(families, metric, owner);
  }
  return [...families]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { type, description, samples }]) => {
      const lines = [...samples].map(([sample, value]) => `${name}${sample} ${value}`);
      return [`# HELP ${name} ${description}`, `# TYPE ${name} ${type}`, ...lines, ''].join('\n');
    })
    .join('');
}

function addMetric(families: Map<string, Family>, metric: Metric, owner: Record<string, unknown>): void {
  const { description = '', sum, gauge, histogram } = metric;
  const name = familyName(metric);
  const type = histogram ? 'histogram' : sum ? 'counter' : 'gauge';
  const family = families.get(name) ?? { type, description, samples: new Map<string, number>() };
  families.set(name, family);
  const add = (suffix: string, attributes: Record<string, unknown>, value: number): void => {
    const key = `${suffix}${labels(attributes)}`;
    family.samples.set(key, (gauge ? 0 : (family.samples.get(key) ?? 0)) + value);
  };
  for (const point of sum?.dataPoints ?? gauge?.dataPoints ?? []) {
    add('', { ...owner, ...attributesOf(point.attributes) }, Number(point.asDouble ?? point.asInt));
  }
  for (const point of histogram?.dataPoints ?? []) {
    const own = { ...owner, ...attributesOf(point.attributes) };
    let below = 0;
    point.bucketCounts.forEach((count, i) => {
      below += Number(count);
      add('_bucket', { ...own, le: point.explicitBounds[i] ?? '+Inf' }, below);
    });
    add('_sum', own, point.sum ?? 0);
    add('_count', own, Number(point.count));
  }
}
