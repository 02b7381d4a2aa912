import assert from 'node:assert/strict';
import { byFolder } from './coverage.ts';

const figures = (total: number, covered: number) => ({
  lines: { total, covered },
  branches: { total, covered },
});

describe('coverage by folder', () => {
  it('sums the files of a folder, and those above all folders as "."', () => {
    const summary = {
      total: figures(100, 50),
      '/src/app.ts': figures(10, 5),
      '/src/domain/day.ts': figures(20, 20),
      '/src/domain/deep/er.ts': figures(20, 10),
      '/src/entries/a.ts': figures(4, 0),
    };
    assert.deepEqual(byFolder(summary, '/src'), [
      { folder: '.', ...figures(10, 5) },
      { folder: 'domain', ...figures(40, 30) },
      { folder: 'entries', ...figures(4, 0) },
    ]);
  });
});
