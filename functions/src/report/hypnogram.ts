import { scaleLinear } from 'd3-scale';
import type { SleepState } from '../domain/metrics/sleep.ts';
import type { NightSegment, PictureNight } from '../domain/analysis/week-picture.ts';
import { available } from '../domain/narrative/facts.ts';
import { h, type Element } from './element.ts';
import { drawing, figure, key, plotLeft, plotRight, table, type Context } from './parts.ts';

const axisHeight = 28;
const rowHeight = 62;
const laneHeight = 13;
/** From top to bottom, as hypnograms are drawn; what has no stage lies with light sleep. */
const lanes: Record<SleepState, number> = {
  awake: 0,
  inBed: 0,
  rem: 1,
  core: 2,
  nrem: 2,
  asleep: 2,
  deep: 3,
};
const order: SleepState[] = ['awake', 'rem', 'core', 'nrem', 'asleep', 'deep', 'inBed'];

/** Stages of each night; undefined where there is no night by the minute. */
export function hypnogram(context: Context): Element | undefined {
  const { report, words, format } = context;
  const { nights } = report.picture;
  const all = nights.flatMap(({ segments }) => segments ?? []);
  const drawn = [...all, ...nights.flatMap(({ unmeasured }) => unmeasured ?? [])];
  if (all.length === 0) return undefined;
  const hourOf = (minute: number, round: (value: number) => number) => round(minute / 60);
  const first = hourOf(Math.min(...drawn.map(({ from }) => from)), Math.floor);
  const last = hourOf(Math.max(...drawn.map(({ to }) => to)), Math.ceil);
  const x = scaleLinear([first * 60, last * 60], [plotLeft, plotRight]);
  const step = last - first > 14 ? 3 : 2;
  const hours = Array.from({ length: last - first + 1 }, (_, i) => first + i).filter(
    (hour) => hour % step === 0,
  );
  const height = axisHeight + rowHeight * nights.length;

  const picture = drawing(
    { id: 'hypnogram', title: words.hypnogram.title, description: words.hypnogram.description },
    { height },
    ...hours.flatMap((hour) => [
      h('line', { x1: x(hour * 60), x2: x(hour * 60), y1: axisHeight - 4, y2: height - 6, class: 'grid' }),
      h(
        'text',
        { x: x(hour * 60), y: axisHeight - 10, class: hour === last ? 'label end' : 'label centre' },
        // Minutes count from noon.
        String((hour + 12) % 24).padStart(2, '0'),
      ),
    ]),
    ...nights.map((night, row) => nightDrawing(context, night, axisHeight + row * rowHeight, x)),
  );

  const used = order.filter((state) => all.some((segment) => segment.state === state));
  const rows = nights.flatMap(({ day, segments }) =>
    (segments ?? []).map(({ state, from, to }) => [
      format.shortDay(day),
      format.clock((Math.round(from) + 720) % 1440),
      format.clock((Math.round(to) + 720) % 1440),
      words.hypnogram.states[state],
      format.number(to - from, 1),
    ]),
  );
  const { from, to, state } = words.actogram;
  return figure(context, words.hypnogram.title, picture, {
    legend: [
      ...used.map((name) => key(`stage ${name}`, words.hypnogram.states[name])),
      ...(nights.some(({ unmeasured }) => unmeasured)
        ? [key('unmeasured', words.hypnogram.notMeasured)]
        : []),
    ],
    note: words.hypnogram.note,
    tables: [
      table(
        context,
        words.hypnogram.table,
        [words.nights.night, from, to, state, words.heartRate.minutes],
        rows,
      ),
    ],
  });
}

function nightDrawing(
  { report, words, format }: Context,
  { day, segments, unmeasured }: PictureNight,
  top: number,
  x: (minute: number) => number,
): Element {
  const label = h(
    'text',
    { x: plotLeft - 8, y: top + rowHeight / 2 - 3, class: 'label end middle' },
    format.shortDay(day),
  );
  const line = h('line', {
    x1: plotLeft,
    x2: plotRight,
    y1: top + rowHeight - 6,
    y2: top + rowHeight - 6,
    class: 'base',
  });
  if (!segments) {
    const { sleep } = report.analysis;
    const total = available(sleep) && sleep.nights.some((night) => night.day === day);
    const box = { x: plotLeft, y: top + 2, width: plotRight - plotLeft, height: rowHeight - 10 };
    const text = total ? words.hypnogram.onlyTotal : words.hypnogram.notMeasured;
    const middle = {
      x: (plotLeft + plotRight) / 2,
      y: top + rowHeight / 2 - 3,
      class: 'label centre middle halo',
    };
    return h('g', null, label, h('rect', { ...box, class: 'unmeasured' }), h('text', middle, text), line);
  }
  const laneTop = ({ state }: NightSegment) => top + lanes[state] * laneHeight;
  const parts = segments.map((segment) =>
    h('rect', {
      x: x(segment.from).toFixed(1),
      y: laneTop(segment) + 1,
      width: Math.max(0.8, x(segment.to) - x(segment.from)).toFixed(1),
      height: laneHeight,
      class: `stage ${segment.state}`,
    }),
  );
  // The line that joins one stage with the next; not across a gap.
  const joints = segments.slice(1).flatMap((segment, i) => {
    const before = segments[i]!;
    if (segment.from - before.to > 1 || laneTop(before) === laneTop(segment)) return [];
    const [upper, lower] = [laneTop(before), laneTop(segment)].sort((a, b) => a - b) as [number, number];
    return [`M${x(segment.from).toFixed(1)},${upper + laneHeight}V${lower + 1}`];
  });
  const hatched = unmeasured && {
    x: x(unmeasured.from).toFixed(1),
    y: top + 2,
    width: (x(unmeasured.to) - x(unmeasured.from)).toFixed(1),
    height: rowHeight - 10,
    class: 'unmeasured',
  };
  return h(
    'g',
    null,
    label,
    line,
    hatched && h('rect', hatched),
    h('path', { d: joints.join(''), class: 'joint' }),
    ...parts,
  );
}
