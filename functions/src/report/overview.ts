import { scaleLinear } from 'd3-scale';
import type { Fact } from '../domain/narrative/facts.ts';
import { authorOf } from '../domain/narrative/narrative.ts';
import { h, type Element } from './element.ts';
import { fill } from './format.ts';
import { paragraph, table, type Context } from './parts.ts';

/** What is compared is in whole numbers; minutes are told in hours. */
function numberOf({ format }: Context, { unit }: Fact, value: number): string {
  if (unit !== 'min') return format.number(value);
  const [hours, minutes] = [Math.floor(value / 60), value % 60];
  return hours === 0 ? `${minutes} min` : `${format.number(hours)} h ${minutes} min`;
}

function written(context: Context, fact: Fact, value: number): string {
  return [numberOf(context, fact, value), unitOf(context, fact)].filter(Boolean).join(' ');
}

function unitOf({ words }: Context, { unit }: Fact): string {
  return unit === 'min' ? '' : (words.units[unit] ?? unit);
}

/** The numbers that are compared from week to week, as a list of tiles. */
export function glance(context: Context): Element {
  const { report, words } = context;
  const tiles = report.facts.flatMap((fact) => {
    const label = words.facts[fact.id];
    if (label === undefined || typeof fact.value !== 'number') return [];
    const before =
      fact.earlier === undefined
        ? null
        : h(
            'dd',
            { class: 'before' },
            fill(words.weekBefore, { value: written(context, fact, fact.earlier) }),
          );
    return [
      h(
        'div',
        { class: 'tile' },
        h('dt', null, label),
        h(
          'dd',
          null,
          numberOf(context, fact, fact.value),
          // The label of steps says already what they are.
          fact.unit === 'steps' ? null : h('span', { class: 'unit' }, ` ${unitOf(context, fact)}`),
        ),
        before,
      ),
    ];
  });
  return h(
    'section',
    { 'aria-labelledby': 'glance' },
    h('h2', { id: 'glance' }, words.sections.glance),
    ...(tiles.length > 0
      ? [h('dl', { class: 'tiles' }, ...tiles)]
      : [paragraph(fill(words.unavailable, { reason: words.reasons['no-samples'] }), 'missing')]),
    ...coverageSentences(context).map((text) => paragraph(text)),
  );
}

function coverageSentences({ report, words, format }: Context): string[] {
  const { coverage, window } = report.analysis;
  const gapMinutes = coverage.gaps.reduce((sum, { minutes }) => sum + minutes, 0);
  const worn = coverage.days.some(({ wornMinutes }) => wornMinutes !== null);
  // Somebody without a wearable reads nothing of wear.
  const sentences = worn ? [fill(words.coverage, { valid: coverage.validDays, n: window.days.length })] : [];
  if (gapMinutes > 0) {
    sentences.push(fill(words.gaps, { hours: format.number(gapMinutes / 60, 1), n: coverage.gaps.length }));
  }
  if (coverage.userEnteredSamples > 0)
    sentences.push(fill(words.typedIn, { n: coverage.userEnteredSamples }));
  if (report.picture.samples !== coverage.samples) {
    const [now, then] = [report.picture.samples, coverage.samples].map((count) => format.number(count));
    sentences.push(fill(words.lateSamples, { now: now!, then: then! }));
  }
  return sentences;
}

const barWidth = 120;

export function comparison(context: Context): Element {
  const { report, words } = context;
  const compared = report.facts.filter(({ id, earlier }) => earlier !== undefined && words.facts[id]);
  const rows = compared.map((fact) => {
    const [now, before] = [Number(fact.value), fact.earlier!];
    const difference = numberOf(context, fact, Math.abs(now - before));
    const sign = { higher: '▲ +', lower: '▼ −', same: '' }[fact.change!];
    return [
      words.facts[fact.id]!,
      ...[now, before].map((value) =>
        h('span', { class: 'bar-cell' }, written(context, fact, value), bar(value, Math.max(now, before))),
      ),
      fact.change === 'same' ? words.change.same : `${sign}${difference} (${words.change[fact.change!]})`,
    ];
  });
  const { what, now, before, change } = words.comparison;
  return h(
    'section',
    { 'aria-labelledby': 'comparison' },
    h('h2', { id: 'comparison' }, words.sections.comparison),
    ...daysBefore(context),
    rows.length > 0
      ? table(context, words.sections.comparison, [what, now, before, change], rows)
      : paragraph(report.before ? words.nothingInBoth : words.noWeekBefore, 'missing'),
  );
}

function daysBefore({ report, words, format }: Context): Element[] {
  const days = report.before;
  return days ? [paragraph(`${words.comparison.before}: ${format.days(days[0]!, days.at(-1)!)}`)] : [];
}

/** The two bars of a line share a scale that begins at zero; the numbers beside them say the same. */
function bar(value: number, most: number): Element {
  const width = scaleLinear([0, Math.max(most, 1e-9)], [0, barWidth]);
  return h(
    'svg',
    { viewBox: `0 0 ${barWidth} 8`, class: 'bar', 'aria-hidden': 'true' },
    h('rect', { width: width(value).toFixed(1), height: 8, rx: 2, class: 'activity' }),
  );
}

export function narrative(context: Context): Element {
  const { report, words } = context;
  const text = report.narrative;
  return h(
    'section',
    { 'aria-labelledby': 'narrative' },
    h('h2', { id: 'narrative' }, words.sections.narrative),
    ...(text
      ? [
          h(
            'div',
            { class: 'narrative', lang: text.language },
            text.summary ? h('p', { class: 'lead' }, text.summary) : null,
            ...text.highlights.map((one) => paragraph(one)),
            ...list(text.suggestions, words.narrative.suggestions, report.language),
          ),
          paragraph(origin(context), 'small'),
        ]
      : [paragraph(words.narrative.missing, 'missing')]),
  );
}

/** The heading is the report's, the sentences are the text's. */
function list(sentences: readonly string[], heading: string, language: string): Element[] {
  if (sentences.length === 0) return [];
  return [
    h('h3', { lang: language }, heading),
    h('ul', null, ...sentences.map((text) => h('li', null, text))),
  ];
}

function origin({ report, words }: Context): string {
  const { language } = report.narrative!;
  const by = words.narrative.by[authorOf(report.narrative!)];
  if (language === report.language) return by;
  return `${by} ${fill(words.narrative.otherLanguage, { language: words.languageNames[language] })}`;
}
