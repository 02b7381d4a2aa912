import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { convertPat } from './pat/convert.ts';
import { productLines, verdictTable, verifyModels, type Verdict } from './verify-models.ts';
import { sleepModelFile } from '../../functions/src/adapters/onnx.ts';
import { randomPat, shapeOfSize, writePat } from '../../functions/test/support/pat.ts';
import command from '../commands/verify-models.ts';
import { ran } from '../../functions/test/support/commands.ts';
import { temporaryFolder } from '../../functions/test/support/temporary-folder.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const shipped = path('../../functions/models');
const names = { sleep: basename(sleepModelFile, '.json'), pat: 'pat-s' };

describe('verify-models', () => {
  const folder = temporaryFolder();
  const work = temporaryFolder();
  let converted: Map<string, Buffer>;
  before(async () => {
    const made = mkdtempSync(join(tmpdir(), 'pat-'));
    await writePat(join(made, 'weights.h5'), randomPat(shapeOfSize('S')));
    const { written } = await convertPat(join(made, 'weights.h5'), join(made, 'models'));
    converted = new Map(written.map((file) => [basename(file), readFileSync(file)]));
    rmSync(made, { recursive: true });
  });
  beforeEach(() => {
    // What is shipped; whatever the person at this machine has installed beside it is not looked at.
    for (const end of ['.onnx', '.json', '.golden.json']) {
      cpSync(`${shipped}/${names.sleep}${end}`, folder.path(`${names.sleep}${end}`));
    }
    for (const [name, bytes] of converted) writeFileSync(folder.path(name), bytes);
  });

  const verdict = async (stem: string): Promise<Verdict> => {
    const verdicts = await verifyModels(folder.path());
    return verdicts.find(({ file }) => file.startsWith(stem))!;
  };
  const changeManifest = (stem: string, edit: (manifest: Record<string, unknown>) => void) => {
    const file = folder.path(`${stem}.json`);
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    edit(manifest);
    writeFileSync(file, JSON.stringify(manifest));
  };

  it('finds nothing wrong with what is shipped and what was converted', async () => {
    const verdicts = await verifyModels(folder.path());
    assert.deepEqual(
      verdicts.map(({ file, failed }) => [file, failed]),
      [
        ['pat-s.json', undefined],
        [sleepModelFile, undefined],
      ],
    );
    const table = verdictTable(verdicts);
    assert.match(
      table,
      /^model +version +task +manifest +file +hash +loads +shapes +golden +held out +licence\n/,
    );
    assert.match(table, /\npat-s .* yes +yes +yes +yes +yes +\d\.\de-\d +none: an encoder +CC-BY-4\.0\n/);
    assert.match(table, /\nsleep-tcn .*\d\.\de-\d +AUC wake 0\.\d+ \(heart rate\) +ODC-BY-1\.0$/);
  });

  it('prints what people are told, each figure with its interval and its command', async () => {
    const lines = productLines(await verifyModels(folder.path()));
    assert.match(lines[0]!, /^What people are told by sleep-tcn 4 /);
    for (const line of lines.slice(1)) {
      assert.match(
        line,
        /^ {2}\S.* -?\.?\d+\S* \(-?\.?\d\S* to -?\.?\d\S*\).*: npm run evaluate-sleep -- --\w+ DIR$/,
      );
    }
    assert.match(lines[1]!, /nights found; total sleep time off by .* cover /);
    assert.ok(lines.some((line) => line.startsWith('  DREAMT, 100 nights')));
  });

  for (const stem of Object.values(names)) {
    const model = `${stem}.onnx`;
    const replace = (bytes: Buffer) => {
      writeFileSync(folder.path(model), bytes);
      changeManifest(stem, (manifest) => {
        manifest['sha256'] = createHash('sha256').update(bytes).digest('hex');
      });
    };
    for (const [failed, spoil] of [
      ['manifest', () => folder.write(`${stem}.json`, '{')],
      ['file', () => rmSync(folder.path(model))],
      [
        'hash',
        () => {
          const bytes = readFileSync(folder.path(model));
          bytes[50_000]! ^= 1;
          writeFileSync(folder.path(model), bytes);
        },
      ],
      ['loads', () => replace(readFileSync(folder.path(model)).subarray(0, 30_000))],
      [
        'shapes',
        () => {
          const text = readFileSync(folder.path(model), 'latin1');
          const renamed = text.replaceAll('features', 'measures').replaceAll('activity', 'movement');
          replace(Buffer.from(renamed, 'latin1'));
        },
      ],
      ['golden', () => rmSync(folder.path(`${stem}.golden.json`))],
      ['golden', () => folder.write(`${stem}.golden.json`, '{"cases": []}')],
      [
        'golden',
        () => folder.write(`${stem}.golden.json`, '{"cases": [{"minutes": 1, "features": [], "input": []}]}'),
      ],
      [
        'golden',
        () => {
          const text = readFileSync(folder.path(`${stem}.golden.json`), 'utf8');
          folder.write(
            `${stem}.golden.json`,
            text.replace(/(?:embedding|probabilities)":\[+-?/, (found) => `${found}9`),
          );
        },
      ],
    ] as [Verdict['failed'], () => void][]) {
      it(`finds out what is wrong with ${stem}: ${failed}`, async () => {
        spoil();
        const found = await verdict(stem);
        assert.equal(found.failed, failed);
        assert.match(found.problem!, /^[^\n]+\.$/);
        const cells = verdictTable([found]).split('\n')[1]!;
        if (failed !== 'golden') assert.match(cells, / NO +(-|none|AUC)/);
      });
    }
  }

  it('misses the sleep model, and a manifest for every model', async () => {
    rmSync(folder.path(`${names.sleep}.json`));
    writeFileSync(folder.path('stray.onnx'), 'x');
    const wrong = (await verifyModels(folder.path())).filter(({ failed }) => failed);
    assert.deepEqual(
      wrong.map(({ file, problem }) => [file, problem]),
      [
        [sleepModelFile, 'The sleep model is not installed.'],
        [`${names.sleep}.onnx`, 'No manifest describes this model.'],
        ['stray.onnx', 'No manifest describes this model.'],
      ],
    );
    assert.equal((await verifyModels(work.path('nowhere'))).length, 1);
  });

  it('exits with 0 when all is well and with 1 when anything is wrong', async () => {
    const run = () => ran(command, '--folder', folder.path());
    const good = await run();
    assert.equal(good.status, 0, good.stderr);
    rmSync(folder.path('pat-s.onnx'));
    const bad = await run();
    assert.equal(bad.status, 1);
    assert.match(
      bad.stdout,
      /\n\npat-s\.json: The model file is not installed\.\n\nWhat people are told by /,
    );
  });
});
