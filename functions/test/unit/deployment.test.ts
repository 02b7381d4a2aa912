import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { deployment } from '../../src/deployment.ts';
import { region } from '../../src/config.ts';
import { deployedFunctions, kebabCase } from '../support/deployed-functions.ts';

const functions = join(import.meta.dirname, '../..');
const lib = join(functions, 'lib');

interface Endpoint {
  availableMemoryMb: number;
  cpu: number;
  concurrency: number;
  minInstances: number | string;
  maxInstances: number | string;
  timeoutSeconds: number;
  serviceAccountEmail: string;
  ingressSettings: string;
  region: string[];
  httpsTrigger?: { invoker?: string[] };
  callableTrigger?: object;
  scheduleTrigger?: { schedule: string };
  eventTrigger?: { eventType: string; retry: boolean; eventFilters: Record<string, string> };
}
interface Manifest {
  endpoints: Record<string, Endpoint>;
  params: { name: string; type: string }[];
  requiredAPIs: { api: string }[];
}
type Row = Record<string, unknown> & { serviceAccount: { toCEL(): string } };
const rows = deployment as unknown as Record<string, Row>;

const newest = (folder: string): number =>
  Math.max(
    ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(
      (name) => statSync(join(folder, name)).mtimeMs,
    ),
  );

/** The production bundles, made anew only where they are older than their sources. */
function built(): void {
  const index = join(lib, 'index.cjs');
  if (existsSync(index) && statSync(index).mtimeMs > newest(join(functions, 'src'))) return;
  const { status, stderr } = spawnSync(process.execPath, ['build.mjs'], { cwd: functions, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

/** The first answer: the program says that it serves a moment before it does, so it is asked until then. */
async function answered(url: string, child: ChildProcess): Promise<Response> {
  for (;;) {
    try {
      return await fetch(url);
    } catch (problem) {
      if (child.exitCode !== null) throw problem;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** What `firebase deploy` asks of the SDK's own program: every function with its options, or the sentence why not. */
async function discover(): Promise<Manifest> {
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [join(functions, 'node_modules/firebase-functions/lib/bin/firebase-functions.js'), functions],
    {
      // As at deploy time: no FUNCTION_TARGET, and none of the values.
      env: { PATH: process.env.PATH, PORT: String(port), FUNCTIONS_CONTROL_API: 'true' },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  try {
    const response = await answered(`http://127.0.0.1:${port}/__/functions.yaml`, child);
    const body = await response.text();
    assert.equal(response.status, 200, body);
    return JSON.parse(body) as Manifest;
  } finally {
    child.kill();
  }
}

const megabytes = { '256MiB': 256, '512MiB': 512, '1GiB': 1024 } as Record<string, number>;

/** An option as the manifest writes it: a param as an expression that the CLI resolves. */
const written = (option: unknown): unknown =>
  typeof option === 'object' && option !== null ? (option as { toCEL(): string }).toCEL() : option;

describe('what firebase deploy discovers', function () {
  this.timeout(60_000);
  let manifest: Manifest;
  before(async () => {
    built();
    manifest = await discover();
  });

  it('is every entry, from the bundles, without a single value of a project', () => {
    assert.deepEqual(Object.keys(manifest.endpoints).sort(), deployedFunctions);
  });

  for (const name of deployedFunctions) {
    it(`${name} has the size, the account and the callers of its row`, () => {
      const [endpoint, row] = [manifest.endpoints[name]!, rows[name]!];
      assert.deepEqual(
        {
          memory: endpoint.availableMemoryMb,
          cpu: endpoint.cpu,
          concurrency: endpoint.concurrency,
          minInstances: endpoint.minInstances,
          maxInstances: endpoint.maxInstances,
          timeoutSeconds: endpoint.timeoutSeconds,
          ingress: endpoint.ingressSettings,
          invoker: endpoint.httpsTrigger?.invoker?.[0],
          retry: endpoint.eventTrigger?.retry,
          account: endpoint.serviceAccountEmail,
          region: endpoint.region,
        },
        {
          memory: megabytes[row['memory'] as string],
          cpu: row['cpu'],
          concurrency: row['concurrency'],
          minInstances: written(row['minInstances']),
          maxInstances: written(row['maxInstances']),
          timeoutSeconds: row['timeoutSeconds'],
          ingress: row['ingressSettings'],
          invoker: row['invoker'],
          retry: row['retry'],
          account: `${kebabCase(name)}@{{ params.PROJECT_ID }}.iam.gserviceaccount.com`,
          region: [region],
        },
      );
    });
  }

  it('delivers every event again that failed, and lets only Google call what events and schedules start', () => {
    for (const [name, { eventTrigger, scheduleTrigger, ingressSettings }] of Object.entries(
      manifest.endpoints,
    )) {
      if (eventTrigger) assert.equal(eventTrigger.retry, true, name);
      const internal = eventTrigger !== undefined || scheduleTrigger !== undefined;
      assert.equal(ingressSettings, internal ? 'ALLOW_INTERNAL_ONLY' : 'ALLOW_ALL', name);
    }
  });

  it('asks for no value that functions/.env.example does not explain', () => {
    const example = readFileSync(join(functions, '.env.example'), 'utf8');
    const chosen = manifest.params.filter(({ type }) => type !== 'secret');
    assert.notEqual(chosen.length, 0);
    for (const { name } of chosen) assert.match(example, new RegExp(`^${name}=`, 'm'), name);
  });
});

describe('the rows of the deployment', () => {
  it('are there for every function, and for nothing else', () => {
    assert.deepEqual(Object.keys(rows).sort(), deployedFunctions);
  });

  it('give each function an account of its own, with an id that Google takes', () => {
    for (const [name, { serviceAccount }] of Object.entries(rows)) {
      const [id] = serviceAccount.toCEL().split('@');
      assert.equal(id, kebabCase(name));
      assert.match(id, /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/);
    }
  });

  it('never ask a part of a CPU for several requests at once, and always have a ceiling', () => {
    for (const [name, { cpu, concurrency, maxInstances }] of Object.entries(rows)) {
      assert.ok(Number(cpu) >= 1 || concurrency === 1, name);
      assert.notEqual(maxInstances, undefined, name);
    }
  });
});
