import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import command from '../commands/report.ts';
import { sampleWeek } from '../sample-data/sample-week.ts';
import { ran } from '../../functions/test/support/commands.ts';
import { temporaryFolder } from '../../functions/test/support/temporary-folder.ts';

const report = (...args: string[]) => ran(command, ...args);

describe('npm run report', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const file = (name: string) => folder.path(name);

  it('writes one page from several files of one person, compared with the week before', async () => {
    const { samples, ...envelope } = sampleWeek({ days: 14 });
    const half = samples.length / 2;
    writeFileSync(file('one.json'), JSON.stringify({ ...envelope, samples: samples.slice(0, half) }));
    writeFileSync(file('two.json'), JSON.stringify({ ...envelope, samples: samples.slice(half) }));
    const { status, stderr } = await report(
      file('one.json'),
      file('two.json'),
      ...['-o', file('week.html'), '--language', 'de'],
    );
    assert.equal(status, 0, stderr);
    const page = readFileSync(file('week.html'), 'utf8');
    assert.ok(page.startsWith('<!doctype html>\n<html lang="de">'));
    assert.ok(page.includes('Woche davor: 2.–8. Juni 2025'));
  });

  it('says in one sentence what is wrong, and writes nothing', async () => {
    writeFileSync(file('week.json'), JSON.stringify(sampleWeek({ days: 1 })));
    for (const [args, sentence] of [
      [[], /FILE is missing/],
      [[file('week.json')], /--out FILE is missing/],
      [[file('week.json'), '-o', file('x.html'), '--language', 'fr'], /--language must be one of en, es, de/],
      [[file('absent.json'), '-o', file('x.html')], /there is no such file/],
    ] as [string[], RegExp][]) {
      const { status, stdout, stderr } = await report(...args);
      const [said, usage] = stderr.split('\n');
      assert.match(said!, sentence);
      assert.deepEqual([status, stdout], [usage ? 2 : 1, '']);
    }
    assert.ok(!existsSync(file('x.html')));
  });
});
