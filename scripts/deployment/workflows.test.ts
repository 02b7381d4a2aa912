import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const folder = join(import.meta.dirname, '../../.github/workflows');
const texts = Object.fromEntries(
  readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
);

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}
interface Job {
  uses?: string;
  steps?: Step[];
  environment?: string;
  needs?: string;
  permissions?: Record<string, string>;
  'timeout-minutes'?: number;
}
interface Workflow {
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  jobs: Record<string, Job>;
}
const workflows = Object.entries(texts).map(([name, text]) => ({ file: name, ...(parse(text) as Workflow) }));
const jobs = workflows.flatMap(({ file, jobs }) =>
  Object.entries(jobs).map(([id, job]) => ({ id: `${file} ${id}`, ...job })),
);
const runs = (job: Job) => (job.steps ?? []).map(({ run }) => run ?? '').join('\n');
const signsIn = (step: Step) => step.uses?.startsWith('google-github-actions/auth@') ?? false;

describe('the workflows', () => {
  it('are seen by this test', () => {
    assert.deepEqual(Object.keys(texts).sort(), [
      'check.yml',
      'deploy-environment.yml',
      'deploy.yml',
      'nightly.yml',
    ]);
  });

  it('name every action of others by its commit, with the version beside it, and always the same one', () => {
    const used = Object.values(texts).flatMap((text) => [...text.matchAll(/uses: (\S+)(?: # (\S+))?/g)]);
    const foreign = used.filter(([, action]) => !action!.startsWith('./'));
    assert.ok(foreign.length > 8);
    const pins = new Map<string, string>();
    for (const [line, action, version] of foreign) {
      const [name, commit] = action!.split('@') as [string, string];
      assert.match(commit, /^[0-9a-f]{40}$/, line);
      assert.match(version ?? '', /^v\d+\.\d+\.\d+$/, line);
      assert.equal(pins.get(name) ?? commit, commit, `${name} has two commits`);
      pins.set(name, commit);
    }
  });

  it('know no secret and no key', () => {
    for (const [name, text] of Object.entries(texts))
      assert.doesNotMatch(text, /secrets\.|credentials_json|FIREBASE_TOKEN|--token/, name);
  });

  it('may read the sources, and ask for a token only where they sign in', () => {
    for (const { file, permissions } of workflows) assert.deepEqual(permissions, { contents: 'read' }, file);
    for (const job of jobs.filter(({ steps }) => steps)) {
      const asks = job.permissions?.['id-token'] === 'write';
      assert.equal(asks, job.steps!.some(signsIn), job.id);
    }
  });

  it('install before they sign in, and leave no token of GitHub behind', () => {
    for (const job of jobs) {
      const steps = job.steps ?? [];
      const installs = steps.findIndex(({ run }) => run === 'npm ci');
      const signs = steps.findIndex(signsIn);
      if (installs >= 0 && signs >= 0) assert.ok(installs < signs, job.id);
      for (const { uses, with: inputs } of steps)
        if (uses?.startsWith('actions/checkout@'))
          assert.equal(inputs?.['persist-credentials'], false, job.id);
    }
  });

  it('never run text that somebody outside could have written', () => {
    for (const job of jobs) assert.doesNotMatch(runs(job), /\$\{\{/, job.id);
  });

  it('end by themselves, by day within three quarters of an hour', () => {
    for (const job of jobs.filter(({ steps }) => steps))
      assert.ok(Number(job['timeout-minutes']) <= (job.id === 'nightly.yml deep' ? 90 : 45), job.id);
  });

  it('test every push and pull request, and plan the pull requests', () => {
    const check = workflows.find(({ file }) => file === 'check.yml')!;
    assert.ok('push' in check.on && 'pull_request' in check.on);
    assert.match(runs(check.jobs['test']!), /terraform fmt -check[\s\S]*npm ci[\s\S]*npm test/);
    assert.match(runs(check.jobs['plan']!), /terraform plan/);
    assert.doesNotMatch(runs(check.jobs['plan']!), /terraform apply/);
  });

  it('deploy main through dev and staging to prod', () => {
    const { on, jobs } = workflows.find(({ file }) => file === 'deploy.yml')!;
    assert.deepEqual(on, { push: { branches: ['main'] } });
    const needs = Object.fromEntries(Object.entries(jobs).map(([id, job]) => [id, job.needs]));
    assert.deepEqual(needs, { check: undefined, dev: 'check', staging: 'dev', prod: 'staging' });
  });

  it('apply with an approval, then deploy, attach the dead letters, and verify', () => {
    const { jobs } = workflows.find(({ file }) => file === 'deploy-environment.yml')!;
    const { infrastructure, functions, verify } = jobs;
    assert.equal(infrastructure!.environment, '${{ inputs.environment }}-infra');
    assert.match(runs(infrastructure!), /terraform apply/);
    assert.equal(functions!.needs, 'infrastructure');
    assert.equal(functions!.environment, '${{ inputs.environment }}');
    assert.match(
      runs(functions!),
      /firebase deploy .*--only functions,firestore,storage\n.*attach-dead-letters .*--apply/,
    );
    assert.doesNotMatch(runs(functions!), /--force/);
    assert.equal(verify!.needs, 'functions');
    assert.match(runs(verify!), /npm run verify-deployment/);
  });
});
