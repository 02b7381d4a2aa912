import assert from 'node:assert/strict';
import { languages } from '../../../../src/domain/languages.ts';
import { slotsIn } from '../../../../src/domain/narrative/phrases.ts';
import { insightsOf, kinds, type Kind } from '../../../../src/domain/narrative/plan.ts';
import { texts } from '../../../../src/domain/narrative/texts-by-language.ts';
import { openingProblems } from '../../../../src/domain/narrative/draft-check.ts';
import { everyKind } from '../../../support/narrative.ts';

/** What each sentence of a kind must have, so that none says less than the others. */
const slots: Record<Kind, string[]> = {
  'window.short': ['count'],
  'missing.sleep': [],
  'missing.unworn': ['days'],
  'missing.nights': ['days'],
  'missing.manyNights': ['count'],
  'missing.partial': ['days'],
  'estimated.nights': ['count'],
  'estimated.times': ['day', 'from', 'to'],
  'estimated.week': ['value'],
  'missing.wear': ['value'],
  same: ['measures'],
  'sleep.changed': ['direction', 'earlier', 'value'],
  'sleep.plain': ['value'],
  'nights.spread': ['longest', 'longestDay', 'shortest', 'shortestDay'],
  bedtimes: ['earliest', 'earliestDay', 'latest', 'latestDay'],
  stages: ['deep', 'rem'],
  'free.shift': ['direction', 'value'],
  'steps.changed': ['direction', 'earlier', 'value'],
  'steps.plain': ['value'],
  'steps.spread': ['least', 'leastDay', 'most', 'mostDay'],
  workouts: ['count', 'value'],
  'measure.changed': ['direction', 'earlier', 'measure', 'value'],
  'measure.plain': ['measure', 'value'],
  unusual: ['day', 'measures'],
};

/** Said by every sentence of a kind, and by no other. */
const estimated = { en: /estimate/i, es: /estimad/, de: /schätz/ };
const weekBefore = {
  en: /week before|it was then/,
  es: /semana anterior|entonces/,
  de: /Woche davor|damals/,
};
const usual = {
  en: /outside your usual range/i,
  es: /fuera de tu rango habitual/i,
  de: /außerhalb deines üblichen Bereichs/i,
};
const missing = {
  en: /no sleep data|not recorded|missing|No sleep was|no sleep was|Nothing (was|is)|nothing was|no data|gaps|only (in |a )?part/i,
  es: /falta|no se registró|no hay datos|no se sabe|sin datos|no tiene datos|huecos|solo (se registró|en parte)/i,
  de: /fehl|kein Schlaf|nicht aufgezeichnet|nichts|keine (Daten|Schlafdaten)|Lücken|nur (zum|ein) Teil/i,
};
/** Words of ours that would judge, alarm, advise or need explaining. */
const unwanted =
  /\b(good|bad|great|poor|well|better|worse|healthy|normal|abnormal|should|must|warning|risk|doctor|interdaily|SRI|IS|RA|SDNN|gut|schlecht|besser|gesund|normal|solltest|musst|Arzt|bien|mal|mejor|peor|sano|normal|deberías|médico)\b/;

for (const language of languages) {
  const { frames, connectives, suggestions, measures, openings } = texts[language];

  describe(`what texts are made of, in ${language}`, () => {
    it('is eight to twelve different sentences of each kind, each with all that the kind says', () => {
      for (const kind of kinds) {
        const own = frames[kind];
        assert.ok(own.length >= 8 && own.length <= 12, `${kind}: ${own.length}`);
        assert.equal(new Set(own).size, own.length, kind);
        for (const frame of own) {
          const has = new Set(slotsIn(frame));
          if (kind === 'workouts' || kind === 'missing.partial') has.delete('count');
          if (kind === 'missing.partial' && !has.has('days')) has.add('days');
          const wanted = kind === 'workouts' ? ['value'] : slots[kind];
          assert.deepEqual([...has].sort(), wanted, frame);
        }
      }
    });

    it('fills in what every insight of the kind has', () => {
      for (const insight of insightsOf(everyKind))
        for (const frame of frames[insight.kind])
          for (const slot of slotsIn(frame))
            assert.ok(insight.slots[slot], `${insight.kind}: {${slot}} in ${frame}`);
      const known = new Set(insightsOf(everyKind).map(({ kind }) => kind));
      const apart: Kind[] = [
        'missing.sleep',
        'missing.nights',
        'missing.unworn',
        'estimated.nights',
        'sleep.plain',
        'steps.plain',
      ];
      assert.deepEqual(
        kinds.filter((kind) => !known.has(kind) && !apart.includes(kind)),
        [],
      );
    });

    it('says estimated, missing, unusual and compared where it is so, and nowhere else', () => {
      for (const kind of kinds) {
        for (const frame of frames[kind]) {
          assert.equal(estimated[language].test(frame), kind.startsWith('estimated.'), frame);
          assert.equal(usual[language].test(frame), kind === 'unusual', frame);
          assert.equal(weekBefore[language].test(frame), kind === 'same' || kind.endsWith('.changed'), frame);
          if (kind.startsWith('missing.')) assert.match(frame, missing[language]);
        }
      }
    });

    it('is whole sentences that judge, alarm and advise nothing', () => {
      const all = [...Object.values(frames).flat(), ...openings, ...Object.values(suggestions)];
      for (const sentence of all) {
        assert.match(sentence, /^([A-ZÀ-Ý]|\{|\[).*[.}]$/, sentence);
        assert.doesNotMatch(sentence.replace(/\{\w+\}/g, ''), unwanted);
        assert.doesNotMatch(sentence, /\d|!|\?/);
      }
      for (const connective of Object.values(connectives)) assert.match(connective, /^$|^[^\d]+[,:]$/);
    });

    it('names every measure that is told', () => {
      for (const insight of insightsOf(everyKind))
        for (const slot of Object.values(insight.slots)) {
          if (slot.is === 'measure') assert.ok(measures[slot.measure], slot.measure);
          if (slot.is === 'measures')
            for (const { measure } of slot.list) assert.ok(measures[measure], measure);
        }
    });

    it('begins with openings that would be taken from a model too', () => {
      for (const opening of openings) assert.deepEqual([...openingProblems(opening, [], language)], []);
    });
  });
}

it('texts have the same ids in every language', () => {
  for (const language of languages) {
    assert.deepEqual(Object.keys(texts[language].connectives), Object.keys(texts.en.connectives));
    assert.deepEqual(Object.keys(texts[language].suggestions), Object.keys(texts.en.suggestions));
    assert.deepEqual(Object.keys(texts[language].measures), Object.keys(texts.en.measures));
  }
});
