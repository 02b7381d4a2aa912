import assert from 'node:assert/strict';
import { judged, type Judged } from './judged.ts';
import { people } from './people.ts';
import { peoplePage } from './pictures.ts';
import { languages } from '../../functions/src/domain/languages.ts';
import { goldenTexts, tenWeeks } from './texts.ts';

describe('what is told of people whose truth is known', () => {
  const all: Judged[] = [];

  it('is told of thirty people and more, each with a name', () => {
    assert.ok(people.length >= 30);
    assert.equal(new Set(people.map(({ name }) => name)).size, people.length);
  });

  for (const person of people) {
    it(`is true of ${person.name}: ${person.life}`, async () => {
      const one = await judged(person);
      all.push(one);
      assert.deepEqual(one.complaints, [], `${one.truth}; told: ${one.told}`);
    });
  }

  for (const language of languages) {
    it(`reads as it was read by people: ten weeks in ${language} (else: npm run people -- --texts, and read them)`, () => {
      assert.equal(tenWeeks(all, language), goldenTexts(language));
    });
  }

  it('fits into the documents: a summary of a day is below 4 KiB', () => {
    const sizes = all.flatMap(({ week }) => week.summaries.map((summary) => JSON.stringify(summary).length));
    assert.ok(sizes.length > 200 && Math.max(...sizes) < 4096, String(Math.max(...sizes)));
  });

  it('can be looked at, on a page that needs nothing else', () => {
    const page = peoplePage(all);
    for (const { name } of people) assert.ok(page.includes(`<h2>${name}</h2>`), name);
    assert.doesNotMatch(page, /<script|NaN|undefined/);
  });
});
