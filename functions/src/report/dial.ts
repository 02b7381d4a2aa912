import { scaleSqrt } from 'd3-scale';
import { arc } from 'd3-shape';
import type { RhythmSection } from '../domain/analysis/sections/rhythm.ts';
import { h, type Element } from './element.ts';
import { fill } from './format.ts';
import { definitions, drawing, figure, key, table, type Context } from './parts.ts';

const size = 400;
const inner = 46;
const outer = 118;
const rings = { l5: { inner: 124, outer: 136 }, m10: { inner: 139, outer: 151 } };
const labelRadius = 172;
const angle = (minute: number) => (minute / 1440) * 2 * Math.PI;

/** Length of each stretch, minutes. */
const lengths = { l5: 5 * 60, m10: 10 * 60 };

export function dial(context: Context, rhythm: RhythmSection): Element {
  const { report, words, format } = context;
  const { profile } = report.picture;
  const highest = profile.reduce<number>((a, b) => Math.max(a, b ?? 0), 0);
  const radius = scaleSqrt([0, Math.max(highest, 1e-9)], [inner, outer]);
  const shape = arc<{ from: number; to: number; inner: number; outer: number }>()
    .startAngle(({ from }) => angle(from))
    .endAngle(({ to }) => angle(to))
    .innerRadius((part) => part.inner)
    .outerRadius((part) => part.outer)
    .digits(1);
  const stretch = (name: 'l5' | 'm10'): Element | null => {
    const onset = rhythm[name]?.onset;
    if (onset === null || onset === undefined) return null;
    const from = minuteOf(onset);
    return h('path', { d: shape({ from, to: from + lengths[name], ...rings[name] }) ?? '', class: name });
  };
  const sentence = (name: 'l5' | 'm10'): string => {
    const onset = rhythm[name]?.onset;
    const what = words.rhythm[name];
    return onset ? fill(words.rhythm.from, { what, time: onset }) : fill(words.rhythm.noOnset, { what });
  };

  const hours = profile.map((value, hour) => {
    const span = { from: 60 * hour + 3, to: 60 * hour + 57, inner };
    if (value === null) return h('path', { d: shape({ ...span, outer }) ?? '', class: 'unmeasured' });
    return h('path', {
      d: shape({ ...span, outer: Math.max(radius(value), inner + 0.5) }) ?? '',
      class: 'activity',
    });
  });
  const labels = Array.from({ length: 8 }, (_, i) => {
    const turn = angle(180 * i);
    return h(
      'text',
      {
        x: (labelRadius * Math.sin(turn)).toFixed(1),
        y: (-labelRadius * Math.cos(turn)).toFixed(1),
        class: 'label centre middle',
      },
      String(3 * i).padStart(2, '0'),
    );
  });
  const ring = (r: number) => h('circle', { r, class: 'ring' });
  const picture = drawing(
    {
      id: 'dial',
      title: words.rhythm.title,
      description: fill(words.rhythm.description, { l5: sentence('l5'), m10: sentence('m10') }),
    },
    { width: size, height: size, kind: 'round' },
    h(
      'g',
      { transform: `translate(${size / 2} ${size / 2})` },
      ring(inner),
      ring(outer),
      ring(rings.m10.outer + 3),
      ...hours,
      stretch('l5'),
      stretch('m10'),
      ...labels,
    ),
  );
  const unit = words.actogram.activity[rhythm.basis];
  return figure(context, words.rhythm.title, picture, {
    legend: [key('l5', sentence('l5')), key('m10', sentence('m10')), key('activity', words.rhythm.profile)],
    note: words.rhythm.note,
    tables: [
      table(
        context,
        fill(words.rhythm.table, { unit }),
        [words.rhythm.hour, words.rhythm.mean],
        profile.map((value, hour) => [
          format.clock(60 * hour),
          value === null ? '–' : format.number(value, 2),
        ]),
      ),
      table(
        context,
        `${words.rhythm.l5}, ${words.rhythm.m10}`,
        [words.rhythm.number, words.actogram.from, words.rhythm.mean],
        (['l5', 'm10'] as const).map((name) => {
          const found = rhythm[name];
          return [words.rhythm[name], found?.onset ?? '–', found ? format.number(found.mean, 2) : '–'];
        }),
      ),
    ],
  });
}

function minuteOf(clock: string): number {
  const [hour, minute] = clock.split(':') as [string, string];
  return 60 * Number(hour) + Number(minute);
}

/** The numbers of the rhythm, with what each says; the amplitude of steps says nothing, and is not told. */
export function rhythmNumbers({ words, format }: Context, rhythm: RhythmSection): Element {
  const digits = { is: 2, iv: 2, ra: 2, sri: 0 };
  return definitions(
    (['is', 'iv', 'ra', 'sri'] as const)
      .filter((name) => name !== 'ra' || rhythm.basis === 'activityCount')
      .map((name) => ({
        name: words.rhythm[name],
        value: rhythm[name] === null ? words.rhythm.tooLittle : format.number(rhythm[name], digits[name]),
        about: words.rhythm.meanings[name],
      })),
  );
}
