import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const github = join(import.meta.dirname, '../../.github');
const folder = join(github, 'workflows');
const texts = Object.fromEntries(
  readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
);

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}
interface Job {
  if?: string;
  uses?: string;
  with?: Record<string, unknown>;
  concurrency?: { group: string; 'cancel-in-progress': boolean };
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
const using = (job: Job, action: string) =>
  (job.steps ?? []).filter(({ uses }) => uses?.startsWith(`${action}@`));
const signsIn = (step: Step) => step.uses?.startsWith('google-github-actions/auth@') ?? false;
const jobsOf = (name: string) => workflows.find(({ file }) => file === name)!.jobs;

/** All that a job may do once it has credentials: with them there is no install, no build and no hook. */
const withCredentials = [
  /^terraform (init|plan|show|apply) /,
  /^npm run (deploy|verify-deployment|first-upload) -- --project "\$PROJECT"$/,
];

describe('the workflows', () => {
  it('are seen by this test', () => {
    assert.deepEqual(Object.keys(texts).sort(), [
      'check.yml',
      'deploy-environment.yml',
      'deploy.yml',
      'nightly.yml',
      'scan.yml',
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

  it('may read the sources, write findings of the scan, and ask for a token only where they sign in', () => {
    for (const { file, permissions } of workflows) assert.deepEqual(permissions, { contents: 'read' }, file);
    for (const job of jobs.filter(({ steps }) => steps)) {
      const { contents, ...more } = job.permissions ?? { contents: 'read' };
      assert.equal(contents, 'read', job.id);
      const expected = job.steps!.some(signsIn)
        ? { 'id-token': 'write' }
        : job.id === 'scan.yml codeql'
          ? { 'security-events': 'write' }
          : {};
      assert.deepEqual(more, expected, job.id);
    }
  });

  it('install and fetch before they sign in, run nothing else of a package then, and leave no token of GitHub', () => {
    for (const job of jobs) {
      const steps = job.steps ?? [];
      const signs = steps.findIndex(signsIn);
      const after = signs < 0 ? [] : steps.slice(signs + 1);
      for (const line of after
        .flatMap(({ run = '' }) => run.trim().split('\n'))
        .filter((line) => line !== ''))
        assert.ok(
          withCredentials.some((allowed) => allowed.test(line)),
          `${job.id}: ${line}`,
        );
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

  it('test every push and pull request, and plan what a pull request would change in dev', () => {
    const check = workflows.find(({ file }) => file === 'check.yml')!;
    assert.ok('push' in check.on && 'pull_request' in check.on);
    assert.match(runs(check.jobs['test']!), /terraform fmt -check[\s\S]*npm ci[\s\S]*npm test/);
    const plan = runs(check.jobs['plan']!);
    assert.match(plan, /terraform plan .*-var-file=dev\.tfvars/);
    assert.doesNotMatch(plan, /terraform apply/);
  });

  it('look at the packages of a pull request, and at the sources and the workflows every week', () => {
    const { dependencies } = jobsOf('check.yml');
    assert.equal(dependencies!.if, "github.event_name == 'pull_request'");
    assert.equal(using(dependencies!, 'actions/dependency-review-action').length, 1);
    const { on, jobs } = workflows.find(({ file }) => file === 'scan.yml')!;
    assert.deepEqual(Object.keys(on), ['push', 'pull_request', 'schedule']);
    assert.equal(using(jobs['codeql']!, 'github/codeql-action/analyze').length, 1);
  });

  it('deploy main through dev and staging to prod, each waiting for nobody but itself', () => {
    const { on, jobs } = workflows.find(({ file }) => file === 'deploy.yml')!;
    assert.deepEqual(on, { push: { branches: ['main'] } });
    assert.equal('concurrency' in workflows.find(({ file }) => file === 'deploy.yml')!, false);
    const needs = Object.fromEntries(Object.entries(jobs).map(([id, job]) => [id, job.needs]));
    assert.deepEqual(needs, {
      check: undefined,
      build: 'check',
      dev: 'build',
      staging: 'dev',
      prod: 'staging',
    });
    for (const name of ['dev', 'staging', 'prod']) {
      assert.deepEqual(jobs[name]!.with, { environment: name });
      assert.deepEqual(jobs[name]!.concurrency, { group: `deploy-${name}`, 'cancel-in-progress': false });
    }
  });

  it('build once, without credentials, and deploy what was built', () => {
    const { build } = jobsOf('deploy.yml');
    assert.equal(build!.steps!.some(signsIn), false);
    assert.match(runs(build!), /npm ci\nnpm run build\n/);
    const [kept] = using(build!, 'actions/upload-artifact');
    const [fetched] = using(jobsOf('deploy-environment.yml')['functions']!, 'actions/download-artifact');
    assert.partialDeepStrictEqual(kept!.with, { name: 'functions', path: 'functions/lib' });
    assert.deepEqual(fetched!.with, { name: 'functions', path: 'functions/lib' });
  });

  it('show a plan, and apply that very plan after an approval, with the committed providers', () => {
    const { plan, apply } = jobsOf('deploy-environment.yml');
    assert.equal(plan!.environment, '${{ inputs.environment }}');
    assert.match(
      runs(plan!),
      /plan .*-out=tfplan\n\s*terraform show -no-color tfplan >> "\$GITHUB_STEP_SUMMARY"/,
    );
    assert.equal(apply!.needs, 'plan');
    assert.equal(apply!.environment, '${{ inputs.environment }}-infra');
    assert.match(runs(apply!), /terraform apply -input=false tfplan$/m);
    const [kept] = using(plan!, 'actions/upload-artifact');
    const [fetched] = using(apply!, 'actions/download-artifact');
    assert.equal(kept!.with!['name'], fetched!.with!['name']);
    assert.deepEqual([kept!.with!['path'], fetched!.with!['path']], ['infra/tfplan', 'infra']);
    // Without the lock file, or with another provider than it names, init changes nothing and fails.
    for (const job of jobs.filter((job) => job.steps?.some(signsIn)))
      for (const [init] of runs(job).matchAll(/terraform init .*/g))
        assert.match(init, /-lockfile=readonly /);
  });

  it('deploy after that, verify, and in dev send a first upload', () => {
    const { functions, verify, 'first-upload': first } = jobsOf('deploy-environment.yml');
    assert.equal(functions!.needs, 'apply');
    assert.match(runs(functions!), /npm run deploy /);
    assert.equal(verify!.needs, 'functions');
    assert.match(runs(verify!), /npm run verify-deployment /);
    assert.equal(first!.needs, 'verify');
    assert.equal(first!.if, "inputs.environment == 'dev'");
    assert.match(runs(first!), /npm run first-upload /);
    for (const job of [functions!, verify!, first!])
      assert.equal(job.environment, '${{ inputs.environment }}');
  });
});

describe('what GitHub does by itself', () => {
  it('updates every lock file there is, and leaves a new version alone for a week', () => {
    const { updates } = parse(readFileSync(join(github, 'dependabot.yml'), 'utf8')) as {
      updates: {
        'package-ecosystem': string;
        directory?: string;
        directories?: string[];
        cooldown: { 'default-days': number };
      }[];
    };
    const places = updates.flatMap((one) =>
      (one.directories ?? [one.directory!]).map((place) => `${one['package-ecosystem']} ${place}`),
    );
    assert.deepEqual(places, ['npm /', 'npm /functions', 'github-actions /', 'terraform /infra']);
    for (const { cooldown } of updates) assert.equal(cooldown['default-days'], 7);
  });

  it('tells who has found a vulnerability where to say it', () => {
    assert.match(readFileSync(join(github, 'SECURITY.md'), 'utf8'), /Security > Report a vulnerability/);
  });
});
