import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { languages } from '../../../src/domain/languages.ts';
import type { WeeklyReport } from '../../../src/domain/narrative/weekly-report.ts';
import { formatOf } from '../../../src/report/format.ts';
import { contentSecurityPolicy, reportPage } from '../../../src/report/page.ts';
import { reportWords } from '../../../src/report/words.ts';
import { people, samplesOf } from '../../../../scripts/people/people.ts';
import { sampleOf } from '../../support/build.ts';
import { reportOf, sampleWeekSamples } from '../../support/report.ts';

const mostBytes = 200_000;

/** Cells of each table by its caption, as a reader of the page sees them. */
function tables(page: string): Map<string, string[][]> {
  const found = [...page.matchAll(/<table><caption>(.*?)<\/caption>(.*?)<\/table>/gs)];
  return new Map(
    found.map(([, caption, content]) => [
      caption!,
      [...content!.matchAll(/<tr>(.*?)<\/tr>/gs)]
        .slice(1)
        .map(([, row]) => [...row!.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell]) => cell!)),
    ]),
  );
}

/** Without the style sheet, and without a page in the message of a failure. */
const body = (page: string): string => page.replace(/<style>.*<\/style>/s, '');
const shows = (page: string, pattern: RegExp): void =>
  assert.ok(pattern.test(body(page)), `not shown: ${pattern.source}`);
const hides = (page: string, pattern: RegExp): void => {
  assert.deepEqual(pattern.exec(body(page))?.[0], undefined, `shown: ${pattern.source}`);
};

const tags = (page: string, name: string): string[] =>
  [...page.matchAll(new RegExp(`<${name}[ >][^>]*>?`, 'g'))].map(([tag]) => tag);

describe('the page of a weekly report', () => {
  let week: WeeklyReport;
  let page: string;
  before(async () => {
    week = await reportOf(sampleWeekSamples({ days: 14 }));
    page = reportPage(week);
  });

  it('needs nothing else: no script, no request, no inline style, and not much room', () => {
    assert.deepEqual(tags(page, 'script'), []);
    hides(page, /\sstyle=|\son\w+=|@import|https?:\/\//);
    const addresses = [...page.matchAll(/\b(?:href|src|xlink:href|action)="([^"]*)"/g)].map(([, to]) => to!);
    assert.ok(addresses.length > 10);
    assert.deepEqual(
      addresses.filter((to) => !to.startsWith('#') && to !== 'data:,'),
      [],
    );
    assert.ok(Buffer.byteLength(page) < mostBytes, `${Buffer.byteLength(page)} bytes`);
  });

  it('allows itself only its own style sheet', () => {
    const [, style] = /<style>(.*?)<\/style>/s.exec(page)!;
    const hash = createHash('sha256').update(style!).digest('base64');
    const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)!;
    const said = policy!.replaceAll('&#x27;', "'");
    assert.match(said, /^default-src 'none'; /);
    assert.ok(said.includes(`style-src 'sha256-${hash}'`));
    assert.equal(contentSecurityPolicy, `${said}; frame-ancestors 'none'`);
  });

  it('is the same for the same report', () => {
    assert.equal(reportPage(structuredClone(week)), page);
  });

  it('names every picture and every id once', () => {
    const ids = [...page.matchAll(/\bid="([^"]*)"/g)].map(([, id]) => id!);
    assert.deepEqual(ids, [...new Set(ids)]);
    for (const [, to] of page.matchAll(/(?:href="#|aria-labelledby="|aria-describedby="|url\(#)([\w-]+)/g)) {
      assert.ok(ids.includes(to!), to);
    }
    for (const id of ['actogram', 'hypnogram', 'heart-rate', 'hrv', 'dial']) {
      assert.match(
        page,
        new RegExp(`<title id="${id}-title">[^<]+</title><desc id="${id}-description">[^<]+<`),
      );
    }
    const drawn = tags(page, 'svg').filter((tag) => !tag.includes('aria-hidden="true"'));
    assert.equal(drawn.length, 5);
  });

  it('has the numbers of each picture in a table behind it', () => {
    const { number, clock, shortDay } = formatOf('en');
    const { picture } = week;
    const shown = tables(page);
    const activity = shown.get('Mean steps a minute in each quarter of an hour')!;
    assert.equal(activity.length, 96);
    activity.forEach((row, slot) => {
      const values = picture.days.map(({ activity: known }) =>
        known[slot] === null ? '–' : number(known[slot]!, 1),
      );
      assert.deepEqual(row, [clock(15 * slot), ...values]);
    });
    assert.deepEqual(
      shown.get('Heart rate of each hour, bpm'),
      picture.heartRate.map(({ day, hour, low, median, high, minutes }) => [
        shortDay(day),
        clock(60 * hour),
        ...[low, median, high, minutes].map((value) => number(value)),
      ]),
    );
    const stages = picture.nights.flatMap(({ segments }) => segments ?? []);
    assert.equal(shown.get('Stages of each night')!.length, stages.length);
    assert.deepEqual(
      shown.get('Mean steps a minute by the hour')!.map(([, mean]) => mean),
      picture.profile.map((value) => (value === null ? '–' : number(value, 2))),
    );
    const variability = shown.get('Heart rate variability of each day, ms')!;
    assert.deepEqual(
      variability.filter(([, , low]) => low === '–').map(([day]) => day),
      picture.hrv.filter(({ night }) => !night).map(({ day }) => shortDay(day)),
    );
    const spans = picture.days.flatMap(({ asleep, unmeasured, uncounted, outside }) => [
      ...asleep,
      ...unmeasured,
      ...uncounted,
      ...outside,
    ]);
    assert.equal(shown.get('Sleep and gaps')!.length, spans.length);
  });

  it('draws what its tables say', () => {
    const measured = week.picture.days.flatMap(({ activity }) => activity).filter((value) => value);
    const bars = [...page.matchAll(/<path d="([^"]*)" class="activity"/g)]
      .slice(0, 7)
      .flatMap(([, d]) => d!.match(/M/g) ?? []);
    assert.equal(bars.length, measured.length);
    const [, median] = /<path d="([^"]*)" class="median"/.exec(page)!;
    const hours = week.picture.heartRate.map(
      ({ day, hour }) => 24 * week.picture.days.findIndex((one) => one.day === day) + hour,
    );
    const breaks = hours.filter((at, i) => i === 0 || at !== hours[i - 1]! + 1).length;
    assert.equal(median!.match(/M/g)!.length, breaks, 'a line for each stretch without a gap');
  });

  it('compares with the week before, and says why where it does not', () => {
    shows(page, /<p>Week before: 2\u2009–\u20098 June 2025<\/p>/);
    shows(page, /<dd class="before">[\d.,]+ steps the week before<\/dd>/);
    const facts = week.facts.map(({ earlier: _, change: __, ...fact }) => fact);
    shows(reportPage({ ...week, facts }), /No number was measured in both weeks\./);
    shows(
      reportPage({ ...week, facts, before: null }),
      /There is no analysis of the week before to compare with\./,
    );
  });

  it('says why where there is nothing to draw', async () => {
    const steps = sampleOf('stepCount', '2025-06-10T10:00', { value: 10 });
    const empty = reportPage(await reportOf([steps]));
    assert.match(
      empty,
      /id="sleep">Sleep<\/h2><p class="missing">Not available\. Nothing of this kind was measured\.</,
    );
    shows(empty, /id="heart">Heart<\/h2><p class="missing">Not available\./);
    shows(empty, /It needs to know when you were at rest/);
    hides(empty, /NaN|undefined|Infinity|\{\w+\}/);
  });

  describe('of people made to order', () => {
    const pageOf = async (name: string) =>
      reportPage(await reportOf(samplesOf(people.find((person) => person.name === name)!).samples));

    it('says of a night in part what was not measured, tells no efficiency of it, and leaves it out of the mean', async () => {
      const dead = await pageOf('dead-at-one');
      const nights = tables(dead).get('Nights')!;
      const part = nights.find((cells) => /measured in part/.test(cells.at(-1)!))!;
      assert.match(part.at(-1)!, /measured in part: nothing from 01:00 to 06:\d\d/);
      // Neither waking nor efficiency, awakenings or WASO.
      assert.deepEqual([part[3], part[5], part[7], part[8]], ['–', '–', '–', '–']);
      assert.match(nights.at(-1)![0]!, /^Mean of 6 nights$/);
    });

    it('tells an estimated night as one, with its interval, and no measured night', async () => {
      const estimated = await pageOf('estimated');
      const [night] = tables(estimated).get('Nights')!;
      assert.match(night!.at(-1)!, /estimated from heart rate/);
      assert.match(night![4]!, /^\d:\d\d \(\d:\d\d–\d:\d\d\)$/);
      assert.match(night![2]!, /^about /);
      hides(estimated, /nights were measured/);
    });

    it('says no word about a watch to somebody who has none', async () => {
      hides(await pageOf('phone-only'), /\b(watch|wearable|worn)\b/i);
    });

    it('lists what else was measured by its name and unit', () => {
      const other = tables(page).get('Other measurements')!;
      assert.deepEqual(
        other.map(([name]) => name),
        ['Walking heart rate', 'Body temperature', 'Wrist temperature asleep', 'Mindful minutes', 'Workouts'],
      );
      assert.match(other[2]![1]!, /^3\d\.\d °C$/);
    });
  });

  it('says when samples have come after the analysis', () => {
    const later = { ...week, picture: { ...week.picture, samples: week.picture.samples + 5 } };
    hides(page, /have changed since the analysis/);
    shows(reportPage(later), /have changed since the analysis/);
  });

  describe('with hostile text in the documents', () => {
    const hostile = [
      '<script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      "' onload='alert(1)",
      '</style><svg onload=alert(1)>',
      ']]><!--<body onload=alert(1)>--!>',
      '&lt;script&gt;',
      '{n}$&$1[one|two]',
    ];

    for (const text of hostile) {
      it(`shows ${text} as it is`, () => {
        const changed = structuredClone(week);
        changed.narrative = {
          ...changed.narrative!,
          source: 'gemini',
          modelVersion: text,
          summary: text,
          highlights: [text],
          suggestions: [text],
        };
        changed.analysis.models = [{ name: text, version: text, sha256: text }];
        changed.analysis.window.timeZone = text;
        const shown = reportPage(changed);
        for (const name of ['script', 'img', 'body', 'style', 'svg', 'p', 'li']) {
          const { highlights, suggestions } = week.narrative!;
          // One paragraph more: the model's line, which the sample week has not.
          const more = { p: 2 - highlights.length, li: 1 - suggestions.length }[name] ?? 0;
          assert.equal(tags(shown, name).length, tags(page, name).length + more, name);
        }
        const read = shown
          .replaceAll('&#x3C;', '<')
          .replaceAll('&#x26;', '&')
          .replaceAll('&#x27;', "'")
          .replaceAll('&#x22;', '"');
        assert.ok(read.includes(`<p class="lead">${text}</p>`));
      });
    }

    it('lets no language end its attribute', () => {
      const changed = structuredClone(week);
      changed.narrative = { ...changed.narrative!, language: '"><b>' as 'en' };
      shows(reportPage(changed), /lang="&#x22;><b>"/);
    });
  });
});

describe('the words of the report', () => {
  type Leaves = Map<string, string>;
  const leaves = (value: unknown, path = ''): Leaves =>
    typeof value === 'string'
      ? new Map([[path, value]])
      : new Map(
          Object.entries(value as object).flatMap(([name, inner]) => [...leaves(inner, `${path}/${name}`)]),
        );
  const english = leaves(reportWords.en);

  for (const language of languages) {
    it(`are all there in ${language}, with the same places to fill in`, () => {
      const own = leaves(reportWords[language]);
      assert.deepEqual([...own.keys()].sort(), [...english.keys()].sort());
      const places = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();
      for (const [path, text] of own) {
        assert.ok(text.trim() !== '', path);
        assert.deepEqual(places(text), places(english.get(path)!), path);
      }
    });

    it(`make a whole page in ${language}`, async () => {
      const page = reportPage(await reportOf(sampleWeekSamples({ days: 14 }), language));
      shows(page, new RegExp(`<html lang="${language}">`));
      hides(page.replace(/<style>.*<\/style>/s, ''), /\{\w+\}|\[\w+\|/);
      assert.ok(page.includes(reportWords[language].sections.sources));
    });
  }

  it('are translated: long sentences differ', () => {
    const same = (language: 'es' | 'de') => {
      const own = leaves(reportWords[language]);
      return [...english]
        .filter(([path, text]) => text.length > 25 && own.get(path) === text)
        .map(([path]) => path);
    };
    const references = ['/sources/rows/rhythm/how', '/sources/rows/sri/how', '/sources/rows/jetLag/how'];
    for (const language of ['es', 'de'] as const) {
      assert.deepEqual(
        same(language).filter((path) => !references.includes(path)),
        [],
      );
    }
  });
});
