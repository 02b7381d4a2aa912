import { createHash } from 'node:crypto';
import { toHtml } from 'hast-util-to-html';
import { available } from '../domain/narrative/facts.ts';
import type { UnavailableCode } from '../domain/fault.ts';
import type { WeeklyReport } from '../domain/narrative/weekly-report.ts';
import { actogram } from './actogram.ts';
import { dial, rhythmNumbers } from './dial.ts';
import { h, type Element } from './element.ts';
import { fill, formatOf } from './format.ts';
import { heartRateChart, hrvChart } from './heart.ts';
import { hypnogram } from './hypnogram.ts';
import { measuresTable } from './measures.ts';
import { nightsTable } from './nights.ts';
import { comparison, glance, narrative } from './overview.ts';
import { paragraph, patterns, type Context } from './parts.ts';
import { sources } from './sources.ts';
import { style } from './style.ts';
import { reportWords } from './words.ts';
import type { ReportWords } from './report-words.ts';

const styleHash = createHash('sha256').update(style).digest('base64');

/** Nothing but the page's own style sheet: no script, no request, no form. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${styleHash}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
];

/** What a response with the page must say; the last part means nothing inside of a page. */
export const contentSecurityPolicy = [...policy, "frame-ancestors 'none'"].join('; ');

const sections = [
  'glance',
  'narrative',
  'days',
  'sleep',
  'heart',
  'rhythm',
  'comparison',
  'sources',
] as const;

/** The report as one HTML page that needs nothing else. The same report gives the same bytes. */
export function reportPage(report: WeeklyReport): string {
  const words = reportWords[report.language];
  const context: Context = { report, words, format: formatOf(report.language) };
  const { days, timeZone } = report.analysis.window;
  const week = context.format.days(days[0]!, days.at(-1)!);
  return htmlPage(
    report.language,
    `${words.title}, ${week}`,
    h('a', { href: '#report', class: 'skip' }, words.skip),
    h(
      'header',
      null,
      h('h1', null, words.title),
      h('p', { class: 'week' }, `${week} · ${timeZone}`),
      contents(words),
    ),
    h(
      'main',
      { id: 'report', tabIndex: -1 },
      glance(context),
      narrative(context),
      section('days', words, [actogram(context)]),
      section('sleep', words, sleepContent(context)),
      section('heart', words, [...heartContent(context), ...measuresTable(context)]),
      section('rhythm', words, rhythmContent(context)),
      comparison(context),
      sources(context),
    ),
    h('footer', null, paragraph(words.footer)),
  );
}

/** A page of the report's pieces that needs nothing else. */
export function htmlPage(language: string, title: string, ...body: Element[]): string {
  return `<!doctype html>\n${toHtml(
    h('html', { lang: language }, head(title), h('body', null, patterns(), ...body)),
  )}\n`;
}

function head(title: string): Element {
  return h(
    'head',
    null,
    h('meta', { charset: 'utf-8' }),
    h('meta', { 'http-equiv': 'Content-Security-Policy', content: policy.join('; ') }),
    h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    h('meta', { name: 'color-scheme', content: 'light dark' }),
    h('meta', { name: 'referrer', content: 'no-referrer' }),
    h('meta', { name: 'robots', content: 'noindex' }),
    h('title', null, title),
    // An empty icon: otherwise the browser would ask the server for one.
    h('link', { rel: 'icon', href: 'data:,' }),
    h('style', null, style),
  );
}

function contents(words: ReportWords): Element {
  const links = sections.map((name) => h('li', null, h('a', { href: `#${name}` }, words.sections[name])));
  return h('nav', { 'aria-label': words.contents }, h('ul', null, ...links));
}

function section(name: (typeof sections)[number], words: ReportWords, content: Element[]): Element {
  return h('section', { 'aria-labelledby': name }, h('h2', { id: name }, words.sections[name]), ...content);
}

function missing({ words }: Context, code: UnavailableCode): Element {
  return paragraph(fill(words.unavailable, { reason: words.reasons[code] }), 'missing');
}

function sleepContent(context: Context): Element[] {
  const { sleep } = context.report.analysis;
  if (!available(sleep)) return [missing(context, sleep.unavailable)];
  const stages = hypnogram(context);
  return [...(stages ? [stages] : []), nightsTable(context, sleep)];
}

function heartContent(context: Context): Element[] {
  const { report, words, format } = context;
  const { cardio } = report.analysis;
  if (!available(cardio)) return [missing(context, cardio.unavailable)];
  const { restingHeartRate: resting, lowestSleepingHeartRate: lowest } = cardio;
  return [
    heartRateChart(context) ?? paragraph(words.heartRate.none, 'missing'),
    ...(available(resting)
      ? [paragraph(fill(words.heartRate.resting, { bpm: format.number(resting.bpm) }))]
      : []),
    ...(available(lowest)
      ? [paragraph(fill(words.heartRate.lowest, { bpm: format.number(lowest.bpm), n: lowest.nights.length }))]
      : []),
    hrvChart(context) ?? paragraph(words.hrv.none, 'missing'),
  ];
}

function rhythmContent(context: Context): Element[] {
  const { rhythm } = context.report.analysis;
  if (!available(rhythm)) return [missing(context, rhythm.unavailable)];
  return [h('div', { class: 'columns' }, dial(context, rhythm), rhythmNumbers(context, rhythm))];
}
