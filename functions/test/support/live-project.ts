import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { readTerraform } from '../../../scripts/deployment/read-terraform.ts';
import { rolesOfFunctions } from '../../../scripts/deployment/role-table.ts';
import { deployment } from '../../src/deployment.ts';
import { kebabCase } from './deployed-functions.ts';

export const liveProjectId = 'clarity-loop-test';
const number = '123456789012';
const region = 'europe-west4';
const email = (account: string) => `${account}@${liveProjectId}.iam.gserviceaccount.com`;
const pubsubAgent = `serviceAccount:service-${number}@gcp-sa-pubsub.iam.gserviceaccount.com`;
const parent = `projects/${liveProjectId}`;
const key = (name: string) => `${parent}/locations/${region}/keyRings/clarity-loop/cryptoKeys/${name}`;

interface Binding {
  role: string;
  members: string[];
  condition?: { title: string; expression: string };
}
export interface Answer {
  [field: string]: unknown;
  bindings?: Binding[];
}
/** What Google answers to each request: `METHOD host/path` -> JSON, in the shapes of its REST references. */
export type Answers = Record<string, Answer>;

const rows = deployment as Record<
  string,
  { ingressSettings: string; retry?: boolean; timeoutSeconds: number }
>;

/** https://cloud.google.com/functions/docs/reference/rest/v2/projects.locations.functions */
function deployedFunction(name: string): Answer {
  const { ingressSettings, retry, timeoutSeconds } = rows[name]!;
  const service = `${parent}/locations/${region}/services/${name.toLowerCase()}`;
  return {
    name: `${parent}/locations/${region}/functions/${name}`,
    environment: 'GEN_2',
    state: 'ACTIVE',
    buildConfig: { runtime: 'nodejs24', entryPoint: name },
    serviceConfig: {
      service,
      timeoutSeconds,
      ingressSettings,
      serviceAccountEmail: email(kebabCase(name)),
    },
    ...(retry
      ? {
          eventTrigger: {
            trigger: `${parent}/locations/${region}/triggers/${name.toLowerCase()}-123456`,
            retryPolicy: 'RETRY_POLICY_RETRY',
            serviceAccountEmail: email(kebabCase(name)),
          },
        }
      : {}),
  };
}

const conditions: Record<string, Binding['condition']> = Object.fromEntries(
  ['recordings/', 'exports/'].map((prefix) => [
    prefix,
    {
      title: `${prefix} only`,
      expression: `resource.name.startsWith("projects/_/buckets/${liveProjectId}.firebasestorage.app/objects/${prefix}")`,
    },
  ]),
);

/** The answers of a project that is as infra/ describes it. */
export async function liveProject(): Promise<Answers> {
  const terraform = await readTerraform();
  const granted = [...rolesOfFunctions(terraform)].flatMap(([account, roles]) =>
    roles.map((text) => {
      const [role, on = 'project'] = text.split(' on ') as [string, string?];
      return { account, on, role: role.startsWith('roles/') ? role : `${parent}/roles/${role}` };
    }),
  );
  /** https://cloud.google.com/iam/docs/reference/rest/v1/Policy */
  const policy = (places: string[], ...others: Binding[]): Answer => ({
    version: 3,
    etag: 'BwX',
    bindings: [
      ...granted
        .filter(({ on }) => places.includes(on))
        .map(({ account, on, role }) => ({
          role,
          members: [`serviceAccount:${email(account)}`],
          ...(conditions[on] ? { condition: conditions[on] } : {}),
        })),
      ...others,
    ],
  });
  const bucket = `storage.googleapis.com/storage/v1/b/${liveProjectId}.firebasestorage.app`;
  const pubsub = `pubsub.googleapis.com/v1/${parent}`;
  const subscription = `${parent}/subscriptions/eventarc-${region}-onanalysisrequested-123456-sub-789`;
  const answers: Answers = {
    [`GET serviceusage.googleapis.com/v1/${parent}/services?filter=state:ENABLED&pageSize=200`]: {
      services: (terraform.locals['apis'] as string[]).map((name) => ({
        name: `projects/${number}/services/${name}`,
        config: { name },
        state: 'ENABLED',
      })),
    },
    [`GET cloudfunctions.googleapis.com/v2/${parent}/locations/${region}/functions?pageSize=100`]: {
      functions: Object.keys(rows).slice(0, 8).map(deployedFunction),
      nextPageToken: 'two',
    },
    [`GET cloudfunctions.googleapis.com/v2/${parent}/locations/${region}/functions?pageSize=100&pageToken=two`]:
      {
        functions: Object.keys(rows).slice(8).map(deployedFunction),
      },
    [`POST cloudresourcemanager.googleapis.com/v1/${parent}:getIamPolicy`]: policy(['project'], {
      role: 'roles/owner',
      members: ['user:founder@example.com'],
    }),
    [`GET ${bucket}`]: {
      kind: 'storage#bucket',
      iamConfiguration: { publicAccessPrevention: 'enforced', uniformBucketLevelAccess: { enabled: true } },
      encryption: { defaultKmsKeyName: key('storage') },
      lifecycle: {
        rule: [
          {
            action: { type: 'Delete' },
            condition: { daysSinceCustomTime: 30, matchesPrefix: ['recordings/'] },
          },
          { action: { type: 'Delete' }, condition: { age: 90, matchesPrefix: ['recordings/'] } },
          { action: { type: 'Delete' }, condition: { age: 1, matchesPrefix: ['exports/'] } },
        ],
      },
    },
    [`GET ${bucket}/iam?optionsRequestedPolicyVersion=3`]: policy(['bucket', 'recordings/', 'exports/']),
    [`GET firestore.googleapis.com/v1/${parent}/databases/(default)`]: {
      name: `${parent}/databases/(default)`,
      type: 'FIRESTORE_NATIVE',
      pointInTimeRecoveryEnablement: 'POINT_IN_TIME_RECOVERY_ENABLED',
      deleteProtectionState: 'DELETE_PROTECTION_ENABLED',
      cmekConfig: { kmsKeyName: key('firestore') },
    },
    [`GET ${pubsub}/topics/analysis-requested`]: { kmsKeyName: key('pubsub') },
    [`GET ${pubsub}/topics/dead-letters`]: { kmsKeyName: key('pubsub') },
    [`GET ${pubsub}/topics/analysis-requested:getIamPolicy`]: policy(['analysis-requested']),
    [`GET ${pubsub}/topics/dead-letters:getIamPolicy`]: policy(['dead-letters'], {
      role: 'roles/pubsub.publisher',
      members: [pubsubAgent],
    }),
    [`GET ${pubsub}/topics/dead-letters/subscriptions`]: {
      subscriptions: [`${parent}/subscriptions/dead-letters-kept`],
    },
    [`GET ${pubsub}/subscriptions`]: {
      subscriptions: [
        { name: `${parent}/subscriptions/dead-letters-kept`, topic: `${parent}/topics/dead-letters` },
        {
          name: subscription,
          topic: `${parent}/topics/analysis-requested`,
          pushConfig: { pushEndpoint: 'https://onanalysisrequested-x.a.run.app' },
          deadLetterPolicy: { deadLetterTopic: `${parent}/topics/dead-letters`, maxDeliveryAttempts: 5 },
          retryPolicy: { minimumBackoff: '10s', maximumBackoff: '600s' },
          ackDeadlineSeconds: 600,
          messageRetentionDuration: '86400s',
        },
      ],
    },
    [`GET pubsub.googleapis.com/v1/${subscription}:getIamPolicy`]: {
      bindings: [{ role: 'roles/pubsub.subscriber', members: [pubsubAgent] }],
    },
    [`GET secretmanager.googleapis.com/v1/${parent}/secrets/SENTRY_DSN:getIamPolicy`]: policy(['SENTRY_DSN']),
    [`GET cloudkms.googleapis.com/v1/${parent}/locations/${region}/keyRings/clarity-loop/cryptoKeys`]: {
      cryptoKeys: ['firestore', 'pubsub', 'storage'].map((name) => ({
        name: key(name),
        purpose: 'ENCRYPT_DECRYPT',
        rotationPeriod: '7776000s',
      })),
    },
  };
  for (const [name, { ingressSettings }] of Object.entries(rows)) {
    const service = `run.googleapis.com/v2/${parent}/locations/${region}/services/${name.toLowerCase()}`;
    const members =
      ingressSettings === 'ALLOW_ALL' ? ['allUsers'] : [`serviceAccount:${email(kebabCase(name))}`];
    answers[`GET ${service}:getIamPolicy`] = { bindings: [{ role: 'roles/run.invoker', members }] };
  }
  for (const account of [...Object.keys(rows).map(kebabCase), 'ci-applier', 'ci-deployer', 'ci-reader'])
    answers[
      `GET iam.googleapis.com/v1/${parent}/serviceAccounts/${email(account)}/keys?keyTypes=USER_MANAGED`
    ] = {};
  return answers;
}

/** Serves answers over a real socket, one path segment for the host. */
export async function serveAnswers(
  answers: Answers,
): Promise<{ origin: (host: string) => string; tokens: Set<string>; stop: () => Promise<void> }> {
  const tokens = new Set<string>();
  const server = createServer((request, response) => {
    tokens.add(request.headers.authorization ?? '');
    request.resume();
    const answer = answers[`${request.method} ${decodeURIComponent(request.url!.slice(1))}`];
    response.writeHead(answer ? 200 : 403, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(answer ?? { error: { code: 403, message: 'The caller does not have permission' } }),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: (host) => `http://127.0.0.1:${port}/${host}`,
    tokens,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}
