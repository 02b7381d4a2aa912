import { scaleLinear, scaleSqrt } from 'd3-scale';
import { slotMinutes, type ClockSpan, type PictureDay } from '../domain/analysis/week-picture.ts';
import { h, type Element } from './element.ts';
import { fill } from './format.ts';
import { drawing, figure, key, plotLeft, plotRight, table, type Context } from './parts.ts';

const dayMinutes = 1440;
const axisHeight = 28;
const rowHeight = 46;
const barHeight = 38;

/** Two days a line: the day itself, and the one after it. */
const x = scaleLinear([0, 2 * dayMinutes], [plotLeft, plotRight]);

export function actogram(context: Context): Element {
  const { report, words, format } = context;
  const { days, activityType, nights } = report.picture;
  const unit = words.actogram.activity[activityType ?? 'stepCount'];
  const highest = days.flatMap(({ activity }) => activity).reduce<number>((a, b) => Math.max(a, b ?? 0), 0);
  const height = scaleSqrt([0, Math.max(1, highest)], [0, barHeight]);
  const gapMinutes = days
    .flatMap(({ unmeasured }) => unmeasured)
    .reduce((sum, { from, to }) => sum + to - from, 0);
  const shown = (kind: 'asleep' | 'unmeasured' | 'uncounted') => days.some((day) => day[kind].length > 0);

  const picture = drawing(
    {
      id: 'actogram',
      title: words.actogram.title,
      description: fill(words.actogram.description, {
        n: nights.filter(({ segments }) => segments).length,
        gaps: format.number(gapMinutes / 60, 1),
      }),
    },
    { height: axisHeight + rowHeight * days.length + 2 },
    h('defs', null, ...days.map((day, i) => dayDrawing(day, i, height))),
    ...hourLabels(),
    ...days.map((day, row) => {
      const top = axisHeight + row * rowHeight;
      return h(
        'g',
        null,
        h(
          'text',
          { x: plotLeft - 8, y: top + rowHeight / 2, class: 'label end middle' },
          format.shortDay(day.day),
        ),
        h('use', { href: `#day-${row}`, y: top }),
        row + 1 < days.length ? h('use', { href: `#day-${row + 1}`, x: x(dayMinutes) - x(0), y: top }) : null,
        h('line', {
          x1: plotLeft,
          x2: plotRight,
          y1: top + rowHeight - 4,
          y2: top + rowHeight - 4,
          class: 'base',
        }),
      );
    }),
    ...[0, 1, 2].map((day) =>
      h('line', {
        x1: x(day * dayMinutes),
        x2: x(day * dayMinutes),
        y1: axisHeight - 4,
        y2: axisHeight + rowHeight * days.length,
        class: 'midnight',
      }),
    ),
  );

  const legend = [
    activityType ? key('activity', unit) : null,
    shown('asleep') ? key('asleep', words.actogram.asleep) : null,
    shown('unmeasured') ? key('unmeasured', words.actogram.unmeasured) : null,
    shown('uncounted') ? key('uncounted', words.actogram.uncounted) : null,
    key('outside', words.actogram.outside),
  ].filter((entry) => entry !== null);
  const note = activityType
    ? fill(words.actogram.note, { max: format.number(highest, 1), unit })
    : words.actogram.none;
  return figure(context, words.actogram.title, picture, {
    legend,
    note,
    tables: [...(activityType ? [activityTable(context, unit)] : []), spanTable(context)],
  });
}

/** One day at the place of the first line, to be used in two of them. */
function dayDrawing(day: PictureDay, i: number, height: (value: number) => number): Element {
  const box = (span: ClockSpan) => ({
    x: x(span.from).toFixed(1),
    y: 2,
    width: (x(span.to) - x(span.from)).toFixed(1),
    height: rowHeight - 6,
  });
  const band = (kind: 'unmeasured' | 'uncounted') => (span: ClockSpan) =>
    h('rect', { ...box(span), class: kind });
  const bottom = rowHeight - 4;
  const width = (x(slotMinutes) - x(0) - 0.4).toFixed(2);
  const bars = day.activity
    .map((value, slot) => {
      if (value === null || value <= 0) return '';
      const tall = height(value).toFixed(1);
      return `M${x(slot * slotMinutes).toFixed(1)},${bottom}v-${tall}h${width}v${tall}z`;
    })
    .join('');
  return h(
    'g',
    { id: `day-${i}` },
    ...day.unmeasured.map(band('unmeasured')),
    ...day.uncounted.map(band('uncounted')),
    ...day.asleep.flatMap((span) => [
      h('rect', { ...box(span), class: 'asleep-fill' }),
      h('rect', { ...box(span), height: 1.6, class: 'asleep-edge' }),
    ]),
    h('path', { d: bars, class: 'activity' }),
  );
}

function hourLabels(): Element[] {
  return Array.from({ length: 9 }, (_, i) => {
    const hour = 6 * i;
    return h(
      'text',
      { x: x(hour * 60), y: axisHeight - 10, class: hour === 48 ? 'label end' : 'label centre' },
      String(hour % 24).padStart(2, '0'),
    );
  });
}

function activityTable(context: Context, unit: string): Element {
  const { report, words, format } = context;
  const { days } = report.picture;
  const rows = Array.from({ length: dayMinutes / slotMinutes }, (_, slot) => [
    format.clock(slot * slotMinutes),
    ...days.map(({ activity }) => (activity[slot] === null ? '–' : format.number(activity[slot]!, 1))),
  ]);
  return table(
    context,
    fill(words.actogram.table, { unit }),
    [words.actogram.time, ...days.map(({ day }) => format.shortDay(day))],
    rows,
  );
}

function spanTable(context: Context): Element {
  const { report, words, format } = context;
  const rows = report.picture.days.flatMap((day) =>
    (['asleep', 'unmeasured', 'uncounted', 'outside'] as const)
      .flatMap((state) => day[state].map((span) => ({ ...span, state })))
      .sort((a, b) => a.from - b.from)
      .map(({ from, to, state }) => [
        format.shortDay(day.day),
        format.clock(from),
        format.clock(to),
        words.actogram[state],
      ]),
  );
  const { spanTable: caption, day, from, to, state, spanNone } = words.actogram;
  return rows.length > 0 ? table(context, caption, [day, from, to, state], rows) : h('p', null, spanNone);
}
