import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { actors, documentCases, objectCases, personCases, type AccessCase } from '../support/access.ts';
import { firestoreRules, storageRules, type RulesTarget } from '../support/rules.ts';
import { representatives } from '../support/tier.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const everybody = await actors();

/** A rule with one thing less that it asks for, or one verb more that it allows. */
interface Mutant {
  name: string;
  rules: string;
}

/** Conditions that another one implies: without them the rules are as tight, only less plain. */
const implied = ['request.auth != null', 'request.resource.size <= 256'];

/** Verbs for which the condition of a rule cannot hold anyway: what it asks about is not there. */
const impossible: [asksAbout: RegExp, verbs: string[]][] = [
  [/request\.resource|resource == null/, ['get', 'list', 'update', 'delete']],
  [/[^.]resource\.metadata/, ['create', 'list']],
  // A list of all people cannot be the owner's own.
  [/^allow get: if isOwner\(uid\);/, ['list']],
];

const verbs = ['get', 'list', 'create', 'update', 'delete'];

function mutantsOf(rules: string): Mutant[] {
  const lines = rules.split('\n');
  return lines.flatMap((line, i) => {
    if (line.trim().startsWith('//')) return [];
    const mutant = (name: string, mutated: string): Mutant => ({
      name: `${i + 1}: ${name}`,
      rules: lines.with(i, mutated).join('\n'),
    });
    const mutants = [...line.matchAll(/(&& |return |: if )(?:(?!&&|;).)+/g)].flatMap(([clause, head]) => {
      const count = (bracket: string): number => clause.split(bracket).length - 1;
      const closing = count(')') - count('(');
      // The head of a group in brackets: its other parts are mutated one by one.
      if (closing < 0 || implied.some((condition) => clause.includes(condition))) return [];
      return [mutant(clause.trim(), line.replace(clause, `${head}true${')'.repeat(closing)}`))];
    });
    const allowed = /allow ([a-z, ]+):/.exec(line)?.[1];
    if (!allowed) return mutants;
    const rest = lines.slice(i).join('\n').trim();
    const statement = rest.slice(0, rest.indexOf(';') + 1);
    const covered = allowed.replace('read', 'get, list').split(', ');
    const cannot = impossible.flatMap(([asksAbout, which]) => (asksAbout.test(statement) ? which : []));
    for (const verb of verbs.filter((one) => !covered.includes(one) && !cannot.includes(one))) {
      mutants.push(mutant(`allow ${verb} as well`, line.replace(allowed, `${allowed}, ${verb}`)));
    }
    return [...mutants, mutant('allow nothing', line.replace(': if ', ': if false && '))];
  });
}

async function notices(cases: readonly AccessCase[]): Promise<boolean> {
  for (const { expected, attempt } of cases) {
    const got = await attempt().catch(() => 'neither' as const);
    if (got !== expected) return true;
  }
  return false;
}

function suite(file: string, target: RulesTarget, cases: readonly AccessCase[]): void {
  describe(`every part of ${file} is needed`, () => {
    const rules = readFileSync(join(root, file), 'utf8');
    after(() => target.load(rules));
    const mutants = mutantsOf(rules);
    it('has parts', () => {
      assert.ok(mutants.length > 5);
    });
    for (const { name, rules: mutated } of representatives(mutants, 8)) {
      it(`line ${name}`, async () => {
        await target.load(mutated);
        assert.ok(await notices(cases), 'no test notices');
      });
    }
  });
}

suite('firestore.rules', firestoreRules, [...personCases(everybody), ...documentCases(everybody)]);
suite('storage.rules', storageRules, objectCases(everybody));
