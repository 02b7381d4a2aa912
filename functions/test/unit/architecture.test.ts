import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import {
  importsOf,
  placeOf,
  source,
  sourceFiles,
  type Import,
} from '../../../scripts/architecture/imports.ts';
import { withPicture } from '../../../scripts/architecture/picture.ts';
import { deployedFunctions, kebabCase } from '../support/deployed-functions.ts';

/** Which folder may import which; the linter has the same table. */
const layers: Record<string, string[]> = {
  domain: [],
  contract: ['domain'],
  workflows: ['domain', 'contract'],
  report: ['domain', 'contract'],
  adapters: ['domain', 'contract', 'workflows'],
  platform: ['domain', 'config'],
  entries: ['domain', 'contract', 'workflows', 'report', 'platform', 'app', 'config', 'deployment'],
  observations: ['domain', 'platform', 'workflows'],
  app: ['adapters', 'config', 'observations', 'platform', 'workflows'],
  config: [],
  deployment: ['config'],
  global: ['config'],
  index: ['entries'],
};
/** Places that may import packages of others, and the only ones the rest may. */
const takesPackages = ['adapters', 'platform', 'entries', 'app', 'config', 'deployment', 'global'];
const allowedPackages: Record<string, string[]> = {
  contract: ['valibot'],
  // Scales and shapes of the charts, and the writing of HTML.
  report: ['d3-scale', 'd3-shape', 'hast', 'hast-util-to-html'],
};
/** What apps import and no function does. */
const doors = ['contract/client.ts', 'contract/index.ts'];
/** What the runtime brings along; the domain computes, so it needs no more than hashes. */
const allowedBuiltins: Record<string, string[]> = {
  domain: ['node:crypto'],
  contract: [],
  report: ['node:crypto'],
  workflows: ['node:crypto', 'node:stream', 'node:string_decoder', 'node:zlib'],
};

const files = sourceFiles;
const text = (file: string) => readFileSync(file, 'utf8');

const imports = files.flatMap(importsOf);
const own = imports.filter(({ target }) => target.startsWith('.'));
const foreign = imports.filter(({ target }) => !target.startsWith('.') && !target.startsWith('node:'));
const builtin = imports.filter(({ target }) => target.startsWith('node:'));
const said = ({ file, target }: Import) => `${relative(source, file)} imports ${target}`;

describe('the architecture', () => {
  it('is seen by this test', () => {
    assert.ok(files.length > 40 && own.length > 100 && foreign.length > 15 && builtin.length > 10);
    assert.deepEqual([...new Set(files.map(placeOf))].sort(), Object.keys(layers).sort());
  });

  it('is drawn in functions/README.md as it is', () => {
    const page = text(join(source, '..', 'README.md'));
    assert.ok(withPicture(page) === page, 'npm run draw-architecture');
  });

  it('lets imports point one way only', () => {
    const wrong = own.filter(({ file, target }) => {
      const [from, to] = [placeOf(file), placeOf(resolve(dirname(file), target))];
      return from !== to && !layers[from]!.includes(to);
    });
    assert.deepEqual(wrong.map(said), []);
  });

  it('keeps the packages of others at the edge', () => {
    const wrong = foreign.filter(({ file, target }) => {
      const place = placeOf(file);
      if (relative(source, file) === 'contract/client.ts' && /^firebase\/\w+$/.test(target)) return false;
      return !takesPackages.includes(place) && !allowedPackages[place]?.includes(target);
    });
    assert.deepEqual(wrong.map(said), []);
  });

  it("keeps what is for apps out of the functions, and the functions' SDK out of apps", () => {
    const toDoors = own.filter(({ file, target }) =>
      doors.includes(relative(source, resolve(dirname(file), target))),
    );
    assert.deepEqual(toDoors.map(said), []);
    const firebase = foreign.filter(({ target }) => /^firebase(\/|$)/.test(target));
    assert.deepEqual(
      [...new Set(firebase.map(({ file }) => relative(source, file)))],
      ['contract/client.ts'],
    );
  });

  it('keeps files, clocks, networks and processes out of the inside', () => {
    const wrong = builtin.filter(({ file, target }) => {
      const allowed = allowedBuiltins[placeOf(file)];
      return allowed !== undefined && !allowed.includes(target);
    });
    assert.deepEqual(wrong.map(said), []);
    for (const file of files.filter((name) =>
      ['domain', 'workflows', 'contract', 'report'].includes(placeOf(name)),
    )) {
      assert.doesNotMatch(
        text(file),
        /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.|\bfetch\(/,
        relative(source, file),
      );
    }
  });

  it('names every import with its file, so that Node runs it as it is', () => {
    assert.deepEqual(own.filter(({ target }) => !target.endsWith('.ts')).map(said), []);
  });

  it('reads the environment in one place', () => {
    const readers = files.filter((file) => /\bprocess\.env\b/.test(text(file)));
    assert.deepEqual(readers.map(placeOf), ['config']);
  });

  it('has no circle of files', () => {
    const targets = new Map(
      files.map((file) => [
        file,
        own.filter((one) => one.file === file).map(({ target }) => resolve(dirname(file), target)),
      ]),
    );
    const done = new Set<string>();
    const visit = (file: string, path: string[]): void => {
      assert.ok(!path.includes(file), [...path, file].map((name) => relative(source, name)).join(' -> '));
      if (done.has(file)) return;
      for (const target of targets.get(file) ?? []) visit(target, [...path, file]);
      done.add(file);
    };
    // Types may point back (facts describe an analysis); code may not.
    const types = /import type [^;]*from '([^']+)'/g;
    for (const file of files) {
      const onlyTypes = new Set(
        [...text(file).matchAll(types)].map(([, target]) => resolve(dirname(file), target!)),
      );
      targets.set(
        file,
        targets.get(file)!.filter((target) => !onlyTypes.has(target)),
      );
    }
    for (const file of files) visit(file, []);
  });

  describe('of the deployed functions', () => {
    const entries = files.filter((file) => placeOf(file) === 'entries');
    const listed = [
      ...text(join(source, 'index.ts')).matchAll(/export \{ (\w+) \} from '\.\/entries\/([\w-]+)\.ts'/g),
    ];

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
      const rest = text(join(source, 'index.ts'))
        .replace(/^\/\/.*$|^export \{ \w+ \} from '\.\/entries\/[\w-]+\.ts';$/gm, '')
        .trim();
      assert.equal(rest, '');
    });
  });
});
