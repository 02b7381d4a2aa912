import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { actors, documentCases, objectCases, personCases, type AccessCase } from '../support/access.ts';
import { firestoreCoverage, firestoreRules, type CoveredExpression } from '../support/rules.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const everybody = await actors();

function holds(cases: readonly AccessCase[]): void {
  for (const { name, expected, attempt } of cases) {
    it(name, async () => {
      assert.equal(await attempt(), expected);
    });
  }
}

describe('firestore.rules', () => {
  before(() => firestoreRules.load(readFileSync(join(root, 'firestore.rules'), 'utf8')));
  holds(documentCases(everybody));
  holds(personCases(everybody));
});

describe('the coverage of firestore.rules', () => {
  it('is whole: every expression has been evaluated', async () => {
    const flat = (expression: CoveredExpression): CoveredExpression[] => [
      expression,
      ...(expression.children ?? []).flatMap(flat),
    ];
    const expressions = (await firestoreCoverage()).flatMap(flat);
    const missed = expressions.filter(({ values }) => !values);
    console.log(`    ${expressions.length - missed.length} of ${expressions.length} expressions evaluated`);
    assert.deepEqual(
      missed.map(({ sourcePosition }) => sourcePosition.line),
      [],
    );
    assert.ok(expressions.length > 20);
  });
});

describe('storage.rules', () => {
  holds(objectCases(everybody));
});
