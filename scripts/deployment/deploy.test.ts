import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { deployArguments, deployEnvironment, mustHaveValues } from './deploy.ts';
import { params, region } from '../../functions/src/config.ts';
import { deployedFunctions } from '../../functions/test/support/deployed-functions.ts';
import { root } from '../lib/root.ts';

const functions = path.join(root, 'functions');
const project = 'clarity-loop-test';
const example = () => parseEnv(readFileSync(path.join(functions, '.env.example'), 'utf8'));

interface Endpoint {
  id: string;
  minInstances?: number;
  labels?: Record<string, string>;
}
interface Backend {
  endpoints: Record<string, Record<string, Endpoint>>;
}
interface Build {
  params: { name: string; type: string }[];
}
interface Options {
  force: boolean;
  nonInteractive: boolean;
}
interface Index {
  name: string;
}
interface FirestoreApi {
  getDatabase: () => Promise<{ databaseEdition: string }>;
  listIndexes: () => Promise<Index[]>;
  listFieldOverrides: () => Promise<Index[]>;
  createIndex: () => Promise<void>;
  patchField: () => Promise<void>;
  deleteIndex: (index: Index) => Promise<void>;
  deleteField: (field: Index) => Promise<void>;
  deploy: (options: Options & { project: string }, indexes: unknown[], fields: unknown[]) => Promise<void>;
}

/** What `firebase deploy` runs, where it would ask. */
const require = createRequire(import.meta.url);
const tools = <Module>(file: string) => require(`firebase-tools/lib/${file}`) as Module;
const prompts = tools<{
  promptForFailurePolicies: (options: Options, want: Backend, have: Backend) => Promise<void>;
  promptForMinInstances: (options: Options, want: Backend, have: Backend) => Promise<void>;
  promptForFunctionDeletion: (gone: Endpoint[], options: Options) => Promise<boolean>;
  promptForUnsafeMigration: (updates: object[], options: Options) => Promise<object[]>;
}>('deploy/functions/prompts.js');
const prepare = tools<{
  inferDetailsFromExisting: (want: Backend, have: Backend, usedDotenv: boolean) => void;
  resolveCpuAndConcurrency: (want: Backend) => void;
}>('deploy/functions/prepare.js');
const { createDeploymentPlan } = tools<{
  createDeploymentPlan: (of: object) => Promise<{
    regionalChangesets: Record<string, { endpointsToDelete: Endpoint[]; endpointsToUpdate: object[] }>;
  }>;
}>('deploy/functions/release/planner.js');
const { getRuntimeDelegate } = tools<{
  getRuntimeDelegate: (context: object) => Promise<{
    validate: () => Promise<void>;
    discoverBuild: (config: object, env: object) => Promise<Build>;
  }>;
}>('deploy/functions/runtimes/index.js');
const { resolveBackend } = tools<{ resolveBackend: (of: object) => Promise<{ backend: Backend }> }>(
  'deploy/functions/build.js',
);
const { loadUserEnvs } = tools<{ loadUserEnvs: (of: object) => Record<string, string> }>('functions/env.js');
const { setNonInteractive } = tools<{ setNonInteractive: (value: boolean) => void }>('prompt.js');
const secretManager = tools<{ getSecretMetadata: () => Promise<object> }>('gcp/secretManager.js');
const firestore = tools<{ FirestoreApi: new () => FirestoreApi }>('firestore/api.js');
const { testResourceIamPermissions } = tools<{
  testResourceIamPermissions: (...asked: unknown[]) => Promise<{ passed: boolean }>;
}>('gcp/iam.js');

const empty = (): Backend => ({ endpoints: {} });

/** The options of the `firebase deploy` of one target. */
function optionsOf(target: string): Options {
  const args = deployArguments(project).find((one) =>
    one[one.indexOf('--only') + 1]!.split(',').includes(target),
  )!;
  return { force: args.includes('--force'), nonInteractive: args.includes('--non-interactive') };
}

describe('firebase deploy, as the workflow calls it', function () {
  this.timeout(60_000);
  let build: Build;
  let folder: string;
  const secretMetadata = secretManager.getSecretMetadata;

  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'deploy-values-'));
    secretManager.getSecretMetadata = () =>
      Promise.resolve({ secret: {}, secretVersion: { state: 'ENABLED' } });
    // A question throws, as it does in a workflow.
    setNonInteractive(true);
    process.env['FIREBASE_FUNCTIONS_DISCOVERY_OUTPUT_PATH'] = 'true';
    const delegate = await getRuntimeDelegate({
      projectId: project,
      projectDir: root,
      sourceDir: functions,
      runtime: 'nodejs24',
    });
    await delegate.validate();
    build = await delegate.discoverBuild({}, {});
  });
  after(() => {
    rmSync(folder, { recursive: true });
    delete process.env['FIREBASE_FUNCTIONS_DISCOVERY_OUTPUT_PATH'];
    secretManager.getSecretMetadata = secretMetadata;
    setNonInteractive(false);
  });

  /** What is to be deployed, with the values of `.env.example` and others; undefined leaves one out. */
  async function want(values: Record<string, string | undefined> = {}): Promise<Backend> {
    const lines = Object.entries({ ...example(), ...values }).filter(([, value]) => value !== undefined);
    writeFileSync(
      path.join(folder, `.env.${project}`),
      lines.map(([name, value]) => `${name}=${value}`).join('\n'),
    );
    const userEnvs = loadUserEnvs({ functionsSource: folder, projectId: project, projectDir: root });
    const { backend } = await resolveBackend({
      build: structuredClone(build),
      firebaseConfig: { projectId: project, storageBucket: `${project}.firebasestorage.app` },
      userEnvs,
      codebase: 'default',
      nonInteractive: optionsOf('functions').nonInteractive,
      isEmulator: false,
    });
    return backend;
  }

  /** Everything that could be asked of a deploy of functions, in the order of a deploy. */
  async function questions(wanted: Backend, there: Backend, options = optionsOf('functions')): Promise<void> {
    prepare.inferDetailsFromExisting(wanted, there, true);
    prepare.resolveCpuAndConcurrency(wanted);
    await prompts.promptForFailurePolicies(options, wanted, there);
    await prompts.promptForMinInstances(options, wanted, there);
    const plan = await createDeploymentPlan({
      codebase: 'default',
      wantBackend: wanted,
      haveBackend: there,
      projectId: project,
    });
    const changes = Object.values(plan.regionalChangesets);
    const gone = changes.flatMap(({ endpointsToDelete }) => endpointsToDelete);
    assert.equal(await prompts.promptForFunctionDeletion(gone, options), true);
    const updates = changes.flatMap(({ endpointsToUpdate }) => endpointsToUpdate);
    assert.deepEqual(await prompts.promptForUnsafeMigration(updates, options), updates);
  }

  it('has all functions, with the values of .env.example', async () => {
    const { endpoints } = await want();
    assert.deepEqual(Object.keys(endpoints[region]!).sort(), deployedFunctions);
  });

  it('asks nothing the first time', async () => {
    await questions(await want(), empty());
  });

  it('asks nothing where instances are kept warm, also later', async () => {
    const warm = { MIN_INSTANCES: '1' };
    await questions(await want(warm), empty());
    await questions(await want(warm), await want());
  });

  it('asks nothing where a function is no longer there', async () => {
    const there = await want();
    const old = { ...there.endpoints[region]!['sweepStalled']!, id: 'sweepOften' };
    there.endpoints[region]!['sweepOften'] = { ...old, labels: { 'deployment-tool': 'cli-firebase' } };
    await questions(await want(), there);
  });

  it('would be refused without --force in each of these cases', async () => {
    const unforced = { ...optionsOf('functions'), force: false };
    await assert.rejects(questions(await want(), empty(), unforced), /--force .* failure policy/);
    const warm = await want({ MIN_INSTANCES: '1' });
    await assert.rejects(questions(warm, await want(), unforced), /--force .* minimum bill/);
  });

  for (const name of Object.keys(params)) {
    it(`stops where ${name} is missing, so .env.example has it`, async () => {
      assert.ok(name in example());
      await assert.rejects(want({ [name]: undefined }), new RegExp(`have no value .*: ${name}\n`));
    });
  }

  it('deletes no index and no TTL policy that firestore.indexes.json does not name, and does not ask', async () => {
    const options = { ...optionsOf('firestore'), project };
    const place = `projects/${project}/databases/(default)/collectionGroups`;
    const other = `${place}/made-by-terraform`;
    const done: string[] = [];
    const note = (what: string) => () => {
      done.push(what);
      return Promise.resolve();
    };
    const api = Object.assign(new firestore.FirestoreApi(), {
      getDatabase: () => Promise.resolve({ databaseEdition: 'STANDARD' }),
      listIndexes: () =>
        Promise.resolve([{ name: `${other}/indexes/one`, queryScope: 'COLLECTION', fields: [] }]),
      listFieldOverrides: () =>
        Promise.resolve([
          { name: `${other}/fields/expiresAt`, ttlConfig: { state: 'ACTIVE' }, indexConfig: {} },
        ]),
      createIndex: note('create'),
      patchField: note('patch'),
      deleteIndex: note('delete an index'),
      deleteField: note('delete a policy'),
    });
    const { indexes, fieldOverrides } = JSON.parse(
      readFileSync(path.join(root, 'firestore.indexes.json'), 'utf8'),
    ) as { indexes: unknown[]; fieldOverrides: unknown[] };
    await api.deploy(options, indexes, fieldOverrides);
    assert.deepEqual([...new Set(done)], ['create', 'patch']);
    assert.equal(done.length, indexes.length + fieldOverrides.length);
  });

  it('does not ask whether the deployer may act as the App Engine account', async () => {
    const before = process.env['FIREBASE_SKIP_INFORMATIONAL_IAM'];
    Object.assign(process.env, deployEnvironment);
    try {
      // It would be asked over the network, which a closed port stands for.
      const { passed } = await testResourceIamPermissions('http://127.0.0.1:9', 'v1', 'accounts/one', ['a']);
      assert.equal(passed, true);
    } finally {
      if (before === undefined) delete process.env['FIREBASE_SKIP_INFORMATIONAL_IAM'];
    }
  });
});

describe('the values of a project', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'values-'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('must be there before anything is deployed', () => {
    assert.throws(() => {
      mustHaveValues('other-project', folder);
    }, /functions\/\.env\.other-project is missing: copy functions\/\.env\.example/);
  });

  it('may be empty, but none may be left out', () => {
    const lines = Object.keys(example()).map((name) => `${name}=`);
    const file = path.join(folder, `.env.${project}`);
    writeFileSync(file, lines.join('\n'));
    mustHaveValues(project, folder);
    writeFileSync(file, lines.filter((line) => !/^(LOG_LEVEL|MAX_INSTANCES)=/.test(line)).join('\n'));
    assert.throws(() => {
      mustHaveValues(project, folder);
    }, /\.env\.clarity-loop-test lacks LOG_LEVEL, MAX_INSTANCES: take/);
  });
});
