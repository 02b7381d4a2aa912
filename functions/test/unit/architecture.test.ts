import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { deployedFunctions, kebabCase } from '../support/deployed-functions.ts';

const source = join(import.meta.dirname, '../../src');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
);
const text = (file: string) => readFileSync(join(source, file), 'utf8');

describe('the sources', () => {
  it('have no clock, chance, network or process inside', () => {
    for (const file of files.filter((name) => /^(domain|ingest|workflows|contract|report)\//.test(name)))
      assert.doesNotMatch(
        text(file),
        /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.|\bfetch\(/,
        file,
      );
  });

  it('read the environment in one place', () => {
    assert.deepEqual(
      files.filter((file) => /\bprocess\.env\b/.test(text(file))),
      ['config.ts'],
    );
  });

  describe('of the deployed functions', () => {
    const entries = files.filter((file) => file.startsWith('entries/'));
    const listed = [...text('index.ts').matchAll(/export \{ (\w+) \} from '\.\/entries\/([\w-]+)\.ts'/g)];

    for (const file of entries) {
      const name = deployedFunctions.find((one) => kebabCase(one) === basename(file, '.ts'))!;
      it(`${name} is one file: one function of its name, at most 40 lines, in the contents`, () => {
        const code = text(file);
        const exported = [
          ...code.matchAll(/^export\s+(?:const|function|async function|class|let)\s+(\w+)/gm),
        ].map(([, found]) => found);
        assert.deepEqual(exported, [name]);
        assert.equal(code.match(/^export\b/gm)!.length, 1);
        const lines = code.trimEnd().split('\n').length;
        assert.ok(lines <= 40, `${lines} lines`);
        assert.ok(listed.some(([, one, from]) => one === name && from === kebabCase(name)));
      });
    }

    it('are all listed once, and nothing else is', () => {
      assert.deepEqual(listed.map(([, name]) => name).sort(), deployedFunctions);
      const rest = text('index.ts')
        .replace(/^\/\/.*$|^export \{ \w+ \} from '\.\/entries\/[\w-]+\.ts';$/gm, '')
        .trim();
      assert.equal(rest, '');
    });
  });
});
