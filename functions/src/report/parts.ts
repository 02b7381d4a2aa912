import type { WeeklyReport } from '../domain/narrative/weekly-report.ts';
import { h, type Content, type Element } from './element.ts';
import { fill, type Format } from './format.ts';
import type { ReportWords } from './report-words.ts';

/** What every part of the page is made of. */
export interface Context {
  report: WeeklyReport;
  words: ReportWords;
  format: Format;
}

/**
 * Every chart is drawn 640 units wide and scaled to its place; the style sheet gives its text a size that fits the
 * width. The first units hold the labels of lines or values.
 */
export const chartWidth = 640;
export const plotLeft = 88;
export const plotRight = 634;

export interface ChartText {
  /** Unique on the page. */
  id: string;
  title: string;
  description: string;
}

/** A drawing with its name and description for people who do not see it. */
export function drawing(
  { id, title, description }: ChartText,
  { width = chartWidth, height, kind = 'wide' }: { width?: number; height: number; kind?: string },
  ...content: Content[]
): Element {
  return h(
    'svg',
    {
      viewBox: `0 0 ${width} ${height}`,
      class: `chart ${kind}`,
      role: 'img',
      'aria-labelledby': `${id}-title`,
      'aria-describedby': `${id}-description`,
    },
    h('title', { id: `${id}-title` }, title),
    h('desc', { id: `${id}-description` }, description),
    ...content,
  );
}

/** A picture with its heading, its legend, a remark, and the numbers behind it. */
export function figure(
  { words }: Context,
  title: string,
  picture: Element,
  { legend = [], note, tables }: { legend?: Element[]; note: string; tables: Element[] },
): Element {
  return h(
    'figure',
    null,
    h('h3', null, title),
    picture,
    legend.length > 0 ? h('ul', { class: 'legend' }, ...legend) : null,
    h('figcaption', null, note),
    h('details', null, h('summary', null, words.tableBehind), ...tables),
  );
}

/** An entry of a legend; `mark` is a class of the style sheet. */
export function key(mark: string, text: string): Element {
  const box = { x: 0.5, y: 0.5, width: 17, height: 11, class: mark };
  return h(
    'li',
    null,
    h('svg', { viewBox: '0 0 18 12', class: 'swatch', 'aria-hidden': 'true' }, h('rect', box)),
    text,
  );
}

/** Rows whose first cell names them. Wide tables scroll by themselves, also with the keyboard. */
export function table(
  { words }: Context,
  caption: string,
  headings: readonly string[],
  rows: readonly (readonly Content[])[],
): Element {
  const [corner = '', ...columns] = headings;
  return h(
    'div',
    { class: 'scroll', role: 'group', tabIndex: 0, 'aria-label': fill(words.scrollable, { title: caption }) },
    h(
      'table',
      null,
      h('caption', null, caption),
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          h('th', { scope: 'col' }, corner),
          ...columns.map((name) => h('th', { scope: 'col' }, name)),
        ),
      ),
      h(
        'tbody',
        null,
        ...rows.map(([name = '', ...cells]) =>
          h('tr', null, h('th', { scope: 'row' }, name), ...cells.map((cell) => h('td', null, cell))),
        ),
      ),
    ),
  );
}

/** Names, each with a short value and a sentence about it. */
export function definitions(entries: readonly { name: string; value: string; about: string }[]): Element {
  return h(
    'dl',
    { class: 'definitions' },
    ...entries.map(({ name, value, about }) =>
      h('div', null, h('dt', null, name), h('dd', { class: 'value' }, value), h('dd', null, about)),
    ),
  );
}

/** The hatching of what was not measured, and the dots of what was worn without counting; once on the page. */
export function patterns(): Element {
  const pattern = (id: string, size: number, content: Element) =>
    h(
      'pattern',
      { id, width: size, height: size, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
      content,
    );
  return h(
    'svg',
    { width: 0, height: 0, class: 'patterns', 'aria-hidden': 'true' },
    h(
      'defs',
      null,
      pattern('hatch', 5, h('line', { x1: 0, y1: 0, x2: 0, y2: 5, class: 'hatch-line' })),
      pattern('dots', 5, h('circle', { cx: 2.5, cy: 2.5, r: 0.9, class: 'dot' })),
    ),
  );
}

export function paragraph(text: string, name?: string): Element {
  return h('p', name ? { class: name } : null, text);
}
