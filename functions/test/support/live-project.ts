import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { readTerraform } from '../../../scripts/deployment/read-terraform.ts';
import { rolesOfFunctions } from '../../../scripts/deployment/role-table.ts';
import { secrets } from '../../src/config.ts';
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
      environmentVariables,
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

/** The values of `.env.example`, as functions have them. */
const environmentVariables = { VERTEX_LOCATION: region, VERTEX_MODEL: 'a-model' };

/**
 * What Google and Firebase grant in every project of their own accord: the Google APIs Service Agent is Editor, Firebase's own
 * account may administer sign-in, and each service's agent has its service's role.
 */
const googleGrants: Binding[] = [
  { role: 'roles/editor', members: [`serviceAccount:${number}@cloudservices.gserviceaccount.com`] },
  {
    role: 'roles/firebase.managementServiceAgent',
    members: [`serviceAccount:service-${number}@gcp-sa-firebase.iam.gserviceaccount.com`],
  },
  ...[
    'roles/firebase.sdkAdminServiceAgent',
    'roles/firebaseauth.admin',
    'roles/iam.serviceAccountTokenCreator',
  ].map((role) => ({
    role,
    members: [`serviceAccount:firebase-adminsdk-fbsvc@${liveProjectId}.iam.gserviceaccount.com`],
  })),
  ...[
    ['roles/artifactregistry.serviceAgent', 'gcp-sa-artifactregistry'],
    ['roles/cloudbuild.serviceAgent', 'gcp-sa-cloudbuild'],
    ['roles/cloudfunctions.serviceAgent', 'gcf-admin-robot'],
    ['roles/cloudscheduler.serviceAgent', 'gcp-sa-cloudscheduler'],
    ['roles/compute.serviceAgent', 'compute-system'],
    ['roles/containerregistry.ServiceAgent', 'containerregistry'],
    ['roles/eventarc.serviceAgent', 'gcp-sa-eventarc'],
    ['roles/firebaserules.system', 'firebase-rules'],
    ['roles/pubsub.serviceAgent', 'gcp-sa-pubsub'],
    ['roles/run.serviceAgent', 'serverless-robot-prod'],
  ].map(([role, service]) => ({
    role: role!,
    members: [`serviceAccount:service-${number}@${service}.iam.gserviceaccount.com`],
  })),
];

const conditions: Record<string, Binding['condition']> = Object.fromEntries(
  ['recordings/', 'exports/'].map((prefix) => [
    prefix,
    {
      title: `${prefix} only`,
      expression: `resource.name.startsWith("projects/_/buckets/${liveProjectId}.firebasestorage.app/objects/${prefix}")`,
    },
  ]),
);

const appId = {
  web: `1:${number}:web:0a1b`,
  ios: `1:${number}:ios:0a1b`,
  android: `1:${number}:android:0a1b`,
};

/** Sign-in, apps, App Check and the model, as infra/firebase.tf and `npm run deploy` leave them. */
function firebaseAnswers(): Answers {
  const app = (kind: keyof typeof appId, more: object) => ({
    apps: [
      {
        name: `${parent}/${kind}Apps/${appId[kind]}`,
        appId: appId[kind],
        displayName: 'Clarity Loop',
        ...more,
      },
    ],
  });
  const apps = `firebase.googleapis.com/v1beta1/${parent}`;
  const appCheck = `firebaseappcheck.googleapis.com`;
  const answers: Answers = {
    // https://cloud.google.com/identity-platform/docs/reference/rest/v2/Config
    [`GET identitytoolkit.googleapis.com/admin/v2/${parent}/config`]: {
      name: `projects/${number}/config`,
      signIn: { email: { enabled: true, passwordRequired: true }, hashConfig: { algorithm: 'SCRYPT' } },
      autodeleteAnonymousUsers: true,
      emailPrivacyConfig: { enableImprovedEmailPrivacy: true },
      passwordPolicyConfig: {
        passwordPolicyEnforcementState: 'ENFORCE',
        forceUpgradeOnSignin: true,
        passwordPolicyVersions: [{ customStrengthOptions: { minPasswordLength: 12 }, schemaVersion: 1 }],
      },
    },
    [`GET ${apps}/webApps?pageSize=100`]: app('web', {}),
    [`GET ${apps}/iosApps?pageSize=100`]: app('ios', { bundleId: 'org.example.clarity' }),
    [`GET ${apps}/androidApps?pageSize=100`]: app('android', { packageName: 'org.example.clarity' }),
    [`GET cloudfunctions.googleapis.com/v2/${parent}/locations/${region}/functions/onAnalysisWritten`]:
      deployedFunction('onAnalysisWritten'),
    [`POST ${region}-aiplatform.googleapis.com/v1/${parent}/locations/${region}/publishers/google/models/a-model:generateContent`]:
      { candidates: [{ content: { role: 'model', parts: [{ text: 'Yes.' }] }, finishReason: 'STOP' }] },
  };
  for (const service of ['firestore', 'firebasestorage', 'identitytoolkit'])
    answers[`GET ${appCheck}/v1beta/${parent}/services/${service}.googleapis.com`] = {
      name: `projects/${number}/services/${service}.googleapis.com`,
      enforcementMode: 'ENFORCED',
    };
  for (const [id, config] of [
    [appId.web, 'recaptchaEnterpriseConfig'],
    [appId.ios, 'appAttestConfig'],
    [appId.android, 'playIntegrityConfig'],
  ]) {
    answers[`GET ${appCheck}/v1/${parent}/apps/${id}/${config}`] = { tokenTtl: '3600s' };
    answers[`GET ${appCheck}/v1/${parent}/apps/${id}/debugTokens`] = {};
  }
  return answers;
}

/** The answers of a project that is as infra/ describes it, with what Google grants of its own accord. */
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
    [`GET cloudresourcemanager.googleapis.com/v1/${parent}`]: {
      projectId: liveProjectId,
      projectNumber: number,
    },
    [`POST cloudresourcemanager.googleapis.com/v1/${parent}:getIamPolicy`]: policy(
      ['project'],
      { role: 'roles/owner', members: ['user:founder@example.com'] },
      ...googleGrants,
    ),
    ...firebaseAnswers(),
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
          deadLetterPolicy: { deadLetterTopic: `${parent}/topics/dead-letters`, maxDeliveryAttempts: 100 },
          retryPolicy: { minimumBackoff: '10s', maximumBackoff: '600s' },
          ackDeadlineSeconds: 600,
          messageRetentionDuration: '604800s',
        },
      ],
    },
    [`GET pubsub.googleapis.com/v1/${subscription}:getIamPolicy`]: {
      bindings: [{ role: 'roles/pubsub.subscriber', members: [pubsubAgent] }],
    },
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
  for (const name of Object.keys(secrets))
    answers[`GET secretmanager.googleapis.com/v1/${parent}/secrets/${name}:getIamPolicy`] = policy([name]);
  for (const account of [...Object.keys(rows).map(kebabCase), 'ci-applier', 'ci-deployer', 'ci-reader'])
    answers[
      `GET iam.googleapis.com/v1/${parent}/serviceAccounts/${email(account)}/keys?keyTypes=USER_MANAGED`
    ] = {};
  return answers;
}

export interface Asked {
  /** As in `Answers`. */
  line: string;
  authorization: string | undefined;
  body: unknown;
}

/** Serves answers over a real socket, one path segment for the host. */
export async function serveAnswers(
  answers: Answers,
): Promise<{ origin: (host: string) => string; asked: Asked[]; stop: () => Promise<void> }> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void reply(request, response);
  }).listen(0, '127.0.0.1');
  const reply = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const line = `${request.method} ${decodeURIComponent(request.url!.slice(1))}`;
    const body = await text(request);
    asked.push({ line, authorization: request.headers.authorization, body: body && JSON.parse(body) });
    const answer = answers[line];
    const failed = answer?.['error'] as { code: number } | undefined;
    response.writeHead(answer ? (failed?.code ?? 200) : 403, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(answer ?? { error: { code: 403, message: 'The caller does not have permission' } }),
    );
  };
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: (host) => `http://127.0.0.1:${port}/${host}`,
    asked,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}
