import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { root } from '../lib/root.ts';
import { retirementProblem, servedUntil } from './gemini-models.ts';

const at = (day: string) => Date.parse(`${day}T12:00:00Z`);

describe('the model that writes texts', () => {
  const example = readFileSync(path.join(root, 'functions/.env.example'), 'utf8');
  const model = parseEnv(example)['VERTEX_MODEL']!;

  it('has its last day beside the parameter, and is the one of the demo', () => {
    assert.match(example, new RegExp(`${model}: ${servedUntil[model]}`));
    const demo = parseEnv(readFileSync(path.join(root, 'functions/.env.demo-clarity-loop'), 'utf8'));
    assert.equal(demo['VERTEX_MODEL'], model);
  });

  it('is warned of from 60 days before that on', () => {
    const problem = retirementProblem(model, Date.now());
    // No reason for a test to fail on a day on which nothing was changed; a deploy does.
    if (problem) console.warn(`      WARNING: ${problem}`);
    assert.equal(retirementProblem('gemini-3.5-flash-lite', at('2027-05-21')), undefined);
    assert.match(retirementProblem('gemini-3.5-flash-lite', at('2027-05-23'))!, /until 2027-07-21 only/);
  });

  it('is not deployed when it is gone, or when nobody knows how long it is served', () => {
    assert.match(retirementProblem('gemini-2.5-flash', at('2026-11-25'))!, /2026-10-16/);
    assert.match(retirementProblem('gemini-9', at('2026-11-25'))!, /Nobody has looked up/);
  });
});
