import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ICruiseResult } from 'dependency-cruiser';
import { root } from '../lib/root.ts';
import { judgedImports, roomOf } from './law.ts';
import { withPicture } from './picture.ts';
import { rooms } from './rooms.ts';

describe('the architecture', function () {
  this.timeout(30_000);
  let result: ICruiseResult;
  before(async () => {
    result = await judgedImports();
  });

  it('is seen by this test: every file has a room, and every room has files', () => {
    const own = result.modules
      .map(({ source }) => source)
      .filter((file) => /^(functions\/(src|client)|scripts)\//.test(file));
    const atTheDoor = own.filter((file) => !roomOf(file));
    assert.deepEqual(atTheDoor, []);
    assert.deepEqual([...new Set(own.map(roomOf))].sort(), Object.keys(rooms).sort());
    assert.deepEqual(
      result.modules.flatMap(({ source, dependencies }) =>
        dependencies
          .filter(({ couldNotResolve }) => couldNotResolve)
          .map(({ module }) => `${source}: ${module}`),
      ),
      [],
    );
  });

  it('lets imports point one way only, keeps the packages of others at the edge, and has no circle', () => {
    assert.deepEqual(
      result.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} imports ${to}`),
      [],
    );
  });

  it('is drawn in functions/README.md as it is', async () => {
    const page = readFileSync(path.join(root, 'functions/README.md'), 'utf8');
    assert.ok((await withPicture(page)) === page, 'npm run draw-architecture');
  });

  it('names files in one style, so that a name is never a guess', () => {
    const files = ['functions/src', 'functions/client', 'functions/test', 'scripts'].flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }),
    );
    const others = files.filter(
      (file) => /\.(ts|mjs|cjs|py)$/.test(file) && !/^[a-z0-9.-]+$/.test(path.basename(file)),
    );
    assert.deepEqual(others, []);
  });
});
