import { scaleLinear } from 'd3-scale';
import { area, curveStepAfter, line } from 'd3-shape';
import type { HeartRateHour, Spread } from '../domain/analysis/week-picture.ts';
import { h, type Element } from './element.ts';
import { fill } from './format.ts';
import { drawing, figure, key, plotLeft, plotRight, table, type Context } from './parts.ts';

const plotTop = 12;
const plotBottom = 190;
const height = 222;

/** One hour of the week; `at` counts hours from the first day's midnight. */
type Point = HeartRateHour & { at: number };

export function heartRateChart(context: Context): Element | undefined {
  const { report, words, format } = context;
  const { heartRate, days } = report.picture;
  if (heartRate.length === 0) return undefined;
  const points = heartRate.map((hour): Point => {
    const day = days.findIndex(({ day }) => day === hour.day);
    return { ...hour, at: 24 * day + hour.hour };
  });
  const low = Math.min(...points.map((point) => point.low));
  const high = Math.max(...points.map((point) => point.high));
  const x = scaleLinear([0, 24 * days.length], [plotLeft, plotRight]);
  const tens = [Math.floor(low / 10) * 10, Math.ceil(high / 10) * 10];
  const y = scaleLinear(tens, [plotBottom, plotTop]);

  const band = area<Point>(
    (point) => x(point.at),
    (point) => y(point.low),
    (point) => y(point.high),
  )
    .curve(curveStepAfter)
    .digits(1);
  const medians = line<Point>(
    (point) => x(point.at),
    (point) => y(point.median),
  )
    .curve(curveStepAfter)
    .digits(1);
  const stretches = unbroken(points);
  const drawn = (path: (points: Point[]) => string | null) =>
    stretches.map((part) => path(part) ?? '').join('');

  const picture = drawing(
    {
      id: 'heart-rate',
      title: words.heartRate.title,
      description: fill(words.heartRate.description, { low: format.number(low), high: format.number(high) }),
    },
    { height },
    ...missingHours(context, points).map(({ from, to }) =>
      h('rect', {
        x: x(from),
        y: plotTop,
        width: x(to) - x(from),
        height: plotBottom - plotTop,
        class: 'unmeasured',
      }),
    ),
    ...asleepRects(context, x),
    ...valueAxis(context, y),
    ...dayAxis(context),
    h('path', { d: drawn(band), class: 'band' }),
    h('path', { d: drawn(medians), class: 'median' }),
  );
  const { heartRate: own } = words;
  return figure(context, own.title, picture, {
    legend: [
      key('band', own.band),
      key('median-key', own.median),
      key('asleep', words.actogram.asleep),
      key('unmeasured', own.unmeasured),
    ],
    note: own.note,
    tables: [
      table(
        context,
        own.table,
        [words.actogram.day, words.rhythm.hour, own.low, own.median, own.high, own.minutes],
        heartRate.map((hour) => [
          format.shortDay(hour.day),
          format.clock(60 * hour.hour),
          format.number(hour.low),
          format.number(hour.median),
          format.number(hour.high),
          format.number(hour.minutes),
        ]),
      ),
    ],
  });
}

/** Hours that follow each other, each stretch closed by the end of its last hour. */
function unbroken(points: readonly Point[]): Point[][] {
  const stretches: Point[][] = [];
  for (const point of points) {
    const last = stretches.at(-1);
    if (last && point.at - last.at(-1)!.at === 1) last.push(point);
    else stretches.push([point]);
  }
  return stretches.map((part) => [...part, { ...part.at(-1)!, at: part.at(-1)!.at + 1 }]);
}

/** Hours of the recording without a measured minute. */
function missingHours({ report }: Context, points: readonly Point[]): { from: number; to: number }[] {
  const known = new Set(points.map(({ at }) => at));
  const missing: { from: number; to: number }[] = [];
  report.picture.days.forEach(({ outside }, day) => {
    for (let hour = 0; hour < 24; hour++) {
      const at = 24 * day + hour;
      const beyond = outside.some(({ from, to }) => from <= 60 * hour && to >= 60 * hour + 60);
      if (known.has(at) || beyond) continue;
      const last = missing.at(-1);
      if (last?.to === at) last.to++;
      else missing.push({ from: at, to: at + 1 });
    }
  });
  return missing;
}

function asleepRects({ report }: Context, x: (hour: number) => number): Element[] {
  return report.picture.days.flatMap(({ asleep }, day) =>
    asleep.map(({ from, to }) =>
      h('rect', {
        x: x(24 * day + from / 60).toFixed(1),
        y: plotTop,
        width: (x(to / 60) - x(from / 60)).toFixed(1),
        height: plotBottom - plotTop,
        class: 'asleep-back',
      }),
    ),
  );
}

function valueAxis(
  { format }: Context,
  y: { (value: number): number; ticks(count: number): number[] },
): Element[] {
  return y
    .ticks(4)
    .flatMap((tick) => [
      h('line', { x1: plotLeft, x2: plotRight, y1: y(tick), y2: y(tick), class: 'grid' }),
      h('text', { x: plotLeft - 8, y: y(tick), class: 'label end middle' }, format.number(tick)),
    ]);
}

/** Labels under the days, and a line at every midnight. */
function dayAxis({ report, format }: Context): Element[] {
  const { days } = report.picture;
  const x = scaleLinear([0, days.length], [plotLeft, plotRight]);
  return days.flatMap(({ day }, i) => [
    h('line', { x1: x(i), x2: x(i), y1: plotTop, y2: plotBottom + 5, class: 'midnight' }),
    h('text', { x: x(i + 0.5), y: height - 10, class: 'label tight centre' }, format.shortDay(day)),
  ]);
}

export function hrvChart(context: Context): Element | undefined {
  const { report, words, format } = context;
  const { hrv } = report.picture;
  const all = hrv.flatMap(({ night, waking }) => [night, waking]).filter((spread) => spread !== null);
  if (all.length === 0) return undefined;
  const x = scaleLinear([0, hrv.length], [plotLeft, plotRight]);
  const y = scaleLinear([0, Math.max(...all.map(({ high }) => high))], [plotBottom, plotTop]).nice(4);
  const { hrv: own } = words;

  const column = (spread: Spread | null, at: number, kind: 'night' | 'waking'): Element => {
    if (!spread) {
      const box = { x: x(at) - 6, y: plotTop, width: 12, height: plotBottom - plotTop };
      return h('rect', { ...box, class: 'unmeasured' });
    }
    return h(
      'g',
      { class: kind },
      h('rect', {
        x: x(at) - 6,
        y: y(spread.high),
        width: 12,
        height: Math.max(2, y(spread.low) - y(spread.high)),
        rx: 4,
        class: 'range',
      }),
      h('line', {
        x1: x(at) - 9,
        x2: x(at) + 9,
        y1: y(spread.median),
        y2: y(spread.median),
        class: 'median-line',
      }),
    );
  };
  const picture = drawing(
    { id: 'hrv', title: own.title, description: own.description },
    { height },
    ...valueAxis(context, y),
    ...dayAxis(context),
    ...hrv.flatMap(({ night, waking }, i) => [
      column(night, i + 0.33, 'night'),
      column(waking, i + 0.67, 'waking'),
    ]),
  );
  const cells = (spread: Spread | null): string[] =>
    spread
      ? [
          ...[spread.low, spread.median, spread.high].map((value) => format.number(value)),
          format.number(spread.n),
        ]
      : ['–', '–', '–', '0'];
  const rows = hrv.flatMap(({ day, night, waking }) => [
    [format.shortDay(day), own.night, ...cells(night)],
    [format.shortDay(day), own.waking, ...cells(waking)],
  ]);
  const { low, high } = words.heartRate;
  return figure(context, own.title, picture, {
    legend: [
      key('night-key', own.night),
      key('waking-key', own.waking),
      key('unmeasured', words.hypnogram.notMeasured),
    ],
    note: own.note,
    tables: [
      table(
        context,
        own.table,
        [words.actogram.day, words.actogram.state, low, own.median, high, own.values],
        rows,
      ),
    ],
  });
}
