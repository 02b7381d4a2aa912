// What nobody can say without the network: that the package installs beside every Firebase SDK it asks for, that the bridges'
// own types fit, that Swift parses. In folders of their own, outside the lock files.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import rootPackage from '../../package.json' with { type: 'json' };
import { contractPackage } from './contract-package.ts';
import { root } from '../lib/root.ts';
import { blocksOf, others } from '../../functions/test/support/guide.ts';
import { temporaryFolder } from '../../functions/test/support/temporary-folder.ts';
import { deeply } from '../../functions/test/support/tier.ts';

const minutes = 60_000;
const tsc = path.join(root, 'node_modules/typescript/bin/tsc');

describe('the package, installed into a project', () => {
  const folder = temporaryFolder();
  const run = (file: string, ...args: string[]): string => {
    try {
      return execFileSync(file, args, { cwd: folder.path(), encoding: 'utf8', stdio: 'pipe' });
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      return assert.fail(`${path.basename(args[0] ?? file)}: ${stdout}${stderr}`);
    }
  };
  const install = (...packages: string[]): string =>
    run('npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages);

  /** The package as npm packs it. */
  function packed(): string {
    for (const [file, text] of contractPackage()) folder.write(`package/${file}`, text);
    run('npm', 'pack', '--silent', './package');
    return './clarity-loop-contract-0.1.0.tgz';
  }

  const app = `
    import { initializeApp } from 'firebase/app';
    import { sampleUnits, type HealthSample } from '@clarity-loop/contract';
    import { ClientError, clarityLoop } from '@clarity-loop/contract/client';
    import { fromHealthKit } from '@clarity-loop/contract/healthkit';
    import { fromHealthConnect } from '@clarity-loop/contract/health-connect';
    import { createSync, syncServer } from '@clarity-loop/contract/sync';
    const loop = clarityLoop(initializeApp({ projectId: 'demo-project', apiKey: 'none' }));
    const samples: HealthSample[] = fromHealthKit({ samples: [] }).samples;
    const { records } = fromHealthConnect('Steps', [], { timeZone: 'UTC' });
    const made = [typeof createSync, typeof syncServer(loop).send, sampleUnits.heartRate[0], samples.length + records.length];
    loop.uploads().catch((error: ClientError) => {
      console.log(JSON.stringify([...made, error.code, error.sentence('de')]));
      process.exit();
    });`;

  for (const [firebase, resolutions] of [
    ['10', ['node16', 'bundler']],
    ['11', ['node16']],
    [rootPackage.devDependencies.firebase, ['node10', 'node16', 'bundler']],
  ] as const) {
    deeply(`works with firebase ${firebase} and module resolution ${resolutions.join(', ')}`, function () {
      this.timeout(5 * minutes);
      folder.write('package.json', '{ "private": true, "type": "module" }');
      install(packed(), `firebase@${firebase}`, '@types/node@24');
      folder.write('app.ts', app);
      for (const resolution of resolutions) {
        const options = {
          ...{ strict: true, target: 'es2022', lib: ['es2022', 'dom', 'dom.iterable'], types: ['node'] },
          ...{
            skipLibCheck: true,
            rootDir: '.',
            moduleResolution: resolution,
            noEmit: resolution !== 'node16',
          },
          module: resolution === 'node16' ? 'node16' : 'es2022',
          // TypeScript 6 says that it is of yesterday; older projects use it.
          ...(resolution === 'node10' ? { ignoreDeprecations: '6.0' } : {}),
        };
        folder.write('tsconfig.json', JSON.stringify({ compilerOptions: options, files: ['app.ts'] }));
        run(process.execPath, tsc, '-p', '.');
      }
      const said = JSON.parse(run(process.execPath, 'app.js')) as unknown[];
      const sentence = 'Bitte melde dich noch einmal an.';
      assert.deepEqual(said, ['function', 'function', 'count/min', 0, 'auth/missing-token', sentence]);
    });
  }

  deeply("takes what the bridges of React Native give, by the bridges' own types", function () {
    this.timeout(5 * minutes);
    folder.write('package.json', '{ "private": true, "type": "module" }');
    install(
      packed(),
      '--legacy-peer-deps',
      '@types/node@24',
      `firebase@${rootPackage.devDependencies.firebase}`,
    );
    // Their peers are React Native itself, of which no type is needed.
    const bridges = ['@kingstinct/react-native-healthkit@16.0.0', 'react-native-health-connect@4.1.3'];
    install('--legacy-peer-deps', ...bridges, 'react-native-nitro-modules@0.35.0');
    folder.write(
      'app.ts',
      `import * as HealthKit from '@kingstinct/react-native-healthkit';
       import * as HealthConnect from 'react-native-health-connect';
       import { fromHealthKit } from '@clarity-loop/contract/healthkit';
       import { fromHealthConnect, fromHealthConnectChanges } from '@clarity-loop/contract/health-connect';
       import { healthConnectSource, healthKitSource } from '@clarity-loop/contract/sync';
       export const sources = [healthKitSource(HealthKit), healthConnectSource(HealthConnect, { timeZone: () => 'UTC' })];
       export async function map() {
         const limit = 100;
         fromHealthKit(await HealthKit.queryQuantitySamplesWithAnchor('HKQuantityTypeIdentifierHeartRate', { limit, unit: 'count/min' }));
         fromHealthKit(await HealthKit.queryCategorySamplesWithAnchor('HKCategoryTypeIdentifierSleepAnalysis', { limit }));
         fromHealthKit(await HealthKit.queryWorkoutSamplesWithAnchor({ limit }));
         const timeRangeFilter = { operator: 'after', startTime: '2026-06-01T00:00:00Z' } as const;
         fromHealthConnect('SleepSession', (await HealthConnect.readRecords('SleepSession', { timeRangeFilter })).records, { timeZone: 'UTC' });
         fromHealthConnectChanges(await HealthConnect.getChanges({ changesToken: 't' }), {}, { timeZone: 'UTC' });
         // @ts-expect-error: types that are not there would fit anything
         fromHealthKit(await HealthKit.isHealthDataAvailableAsync());
       }`,
    );
    const compilerOptions = {
      ...{ strict: true, noEmit: true, skipLibCheck: true, exactOptionalPropertyTypes: true },
      ...{ target: 'es2022', lib: ['es2022', 'dom'], module: 'nodenext', types: ['node'] },
    };
    folder.write('guide.ts', blocksOf('ts').join('\n'));
    folder.write('others.d.ts', others);
    const sources = ['app.ts', 'guide.ts', 'others.d.ts'];
    folder.write('tsconfig.json', JSON.stringify({ compilerOptions, files: sources }));
    run(process.execPath, tsc, '-p', '.');
  });

  deeply('has Swift that parses', function () {
    this.timeout(5 * minutes);
    folder.write('package.json', '{ "private": true }');
    install('--legacy-peer-deps', 'tree-sitter@0.22.4', 'tree-sitter-swift@0.7.1');
    const required = createRequire(folder.path('package.json'));
    const Parser = required('tree-sitter') as new () => {
      setLanguage(language: unknown): void;
      parse(read: (index: number) => string): { rootNode: { hasError: boolean } };
    };
    const parser = new Parser();
    parser.setLanguage(required('tree-sitter-swift'));
    const hasError = (text: string): boolean =>
      parser.parse((index) => text.slice(index, index + 10_000)).rootNode.hasError;
    assert.equal(hasError('func none( {'), true);
    for (const text of blocksOf('swift')) assert.equal(hasError(text), false);
    const swift = fs.globSync('functions/client/swift/**/*.swift', { cwd: root });
    assert.ok(swift.length > 5, `${swift.length}`);
    for (const file of swift)
      assert.equal(hasError(fs.readFileSync(path.join(root, file), 'utf8')), false, file);
  });
});
