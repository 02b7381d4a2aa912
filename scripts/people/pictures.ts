// A page to look at: of every person the last week as it was, above what is told of it.
import { offsetAt } from '../../functions/src/domain/local-time.ts';
import { isAsleep, type Segment, type Span } from '../../functions/src/domain/metrics/sleep.ts';
import { hourMs } from '../../functions/src/domain/time.ts';
import { h, type Element } from '../../functions/src/report/element.ts';
import { htmlPage } from '../../functions/src/report/page.ts';
import { key, paragraph } from '../../functions/src/report/parts.ts';
import type { Judged } from './judged.ts';

const width = 640;
const left = 70;
const rowHeight = 26;
const laneHeight = 10;
/** A line is the 24 hours up to six in the evening: nights and the sleep of night workers lie whole in it. */
const endHour = 18;

export function peoplePage(all: readonly Judged[]): string {
  const wrong = all.filter(({ complaints }) => complaints.length > 0).length;
  return htmlPage(
    'en',
    'People made to order',
    h(
      'header',
      null,
      h('h1', null, 'People made to order'),
      h('p', { class: 'week' }, `${all.length} people, ${wrong} of whom something false is told`),
    ),
    h('main', null, legend(), ...all.map(personSection)),
  );
}

function legend(): Element {
  return h(
    'section',
    null,
    paragraph('Each line is 24 hours up to 18:00 of a day: above what was, below what is told.'),
    h(
      'ul',
      { class: 'legend' },
      key('activity', 'truly asleep'),
      key('stage core', 'told, with stages'),
      key('stage asleep', 'told asleep, or estimated'),
      key('stage awake', 'told awake'),
      key('unmeasured', 'told as not measured'),
    ),
  );
}

function personSection({ person, truth, told, complaints, week, life }: Judged): Element {
  const { window } = week.findings.preparation;
  const { sleep } = week.findings;
  const height = 14 + rowHeight * window.days.length;
  const rows = window.days.flatMap(({ day, start, timeZone }, row) => {
    const end = start + endHour * hourMs;
    const from = end - 24 * hourMs;
    const top = 14 + row * rowHeight;
    const bar = (span: Span, lane: number, name: string): Element[] => {
      const [a, b] = [Math.max(span.start, from), Math.min(span.end, end)];
      if (b <= a) return [];
      const x = left + ((a - from) / (24 * hourMs)) * (width - left);
      const w = ((b - a) / (24 * hourMs)) * (width - left);
      return [
        h('rect', {
          x: x.toFixed(1),
          y: top + lane * laneHeight,
          width: w.toFixed(1),
          height: laneHeight - 1,
          class: name,
        }),
      ];
    };
    const known = sleep.nights.get(day);
    const segments: readonly Segment[] = [
      ...(known?.segments ?? []),
      ...sleep.naps.filter((nap) => nap.day === day).flatMap(({ period }) => period.segments),
    ];
    const partial = known?.night.partial;
    const missing = sleep.missing.find((one) => one.day === day);
    const total = known && known.segments.length === 0 ? [{ ...known.night, state: 'asleep' as const }] : [];
    return [
      h('text', { x: left - 8, y: top + laneHeight, class: 'label end middle' }, day.slice(5)),
      ...life.sleeps.flatMap(({ asleep }) => asleep.flatMap((span) => bar(span, 0, 'activity'))),
      ...[...segments, ...total].flatMap((one) =>
        isAsleep(one.state) || one.state === 'awake' ? bar(one, 1, `stage ${one.state}`) : [],
      ),
      ...(partial ? bar({ start: partial.from, end: partial.to }, 1, 'unmeasured') : []),
      ...(missing
        ? [h('text', { x: left + 4, y: top + 1.5 * laneHeight, class: 'label middle' }, missing.code)]
        : []),
      h('line', { x1: left, x2: width, y1: top + rowHeight - 4, y2: top + rowHeight - 4, class: 'base' }),
      ...(row === 0 ? hours(from, timeZone) : []),
    ];
  });
  return h(
    'section',
    null,
    h('h2', null, person.name),
    paragraph(person.life),
    h(
      'svg',
      {
        viewBox: `0 0 ${width} ${height}`,
        class: 'chart wide',
        role: 'img',
        'aria-label': `${truth}; told: ${told}`,
      },
      ...rows,
    ),
    paragraph(`Truth: ${truth}. Told: ${told}.`),
    paragraph(week.text, 'small'),
    ...complaints.map((complaint) => paragraph(`False: ${complaint}`, 'missing')),
  );
}

function hours(from: number, timeZone: string): Element[] {
  return [0, 6, 12, 18].map((after) => {
    const at = from + after * hourMs;
    const hour = Math.round(((at + offsetAt(timeZone, at)) / hourMs) % 24);
    const x = left + (after / 24) * (width - left);
    return h('text', { x, y: 10, class: 'label' }, `${hour}:00`);
  });
}
