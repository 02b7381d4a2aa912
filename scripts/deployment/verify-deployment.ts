// Reads a live project and says where it is not what infra/ and the functions say: APIs, functions and who they run as, every role
// of theirs, who may call them, keys of accounts, the bucket, the database, the topics, the keys, sign-in, App Check, the model.
// Changes nothing.
import { analysisTopic, deadLetterTopic, region, secrets } from '../../functions/src/config.ts';
import { accountOf, emailOf, invoker, rows, type Row } from './accounts.ts';
import { analysisSubscriptions, lackOf } from './attach-dead-letters.ts';
import { serviceOf } from './callers.ts';
import { unless, type Check, type Live } from './check.ts';
import { environmentOf, type Environment } from './environment.ts';
import { listAll, membersOf, type GoogleApi, type Policy } from './google-api.ts';
import { readTerraform } from './read-terraform.ts';
import { rolesOfFunctions } from './role-table.ts';
import { firebaseChecks } from './verify-firebase.ts';

const everybody = ['allUsers', 'allAuthenticatedUsers'];
const day = 86_400;

interface LiveFunction {
  name: string;
  state: string;
  buildConfig?: { runtime?: string };
  serviceConfig?: { serviceAccountEmail?: string; ingressSettings?: string };
  eventTrigger?: { serviceAccountEmail?: string; retryPolicy?: string };
}

const bucketOf = (project: string): string => `${project}.firebasestorage.app`;

const projectPolicy = ({ api, project }: Live): Promise<Policy> =>
  api.send('POST', 'cloudresourcemanager.googleapis.com', `v1/projects/${project}:getIamPolicy`, {
    options: { requestedPolicyVersion: 3 },
  });
const bucketPolicy = ({ api, project }: Live): Promise<Policy> =>
  api.get('storage.googleapis.com', `storage/v1/b/${bucketOf(project)}/iam?optionsRequestedPolicyVersion=3`);
const topicPolicy = ({ api, project }: Live, topic: string): Promise<Policy> =>
  api.get('pubsub.googleapis.com', `v1/projects/${project}/topics/${topic}:getIamPolicy`);
const secretPolicy = ({ api, project }: Live, secret: string): Promise<Policy> =>
  api.get('secretmanager.googleapis.com', `v1/projects/${project}/secrets/${secret}:getIamPolicy`);
const servicePolicy = ({ api, project }: Live, name: string): Promise<Policy> =>
  api.get('run.googleapis.com', `${serviceOf(project, name)}:getIamPolicy`);

/**
 * What Google itself gives in every project and needs; nothing else of a service account may be owner or editor. The account of
 * Compute Engine gets Editor too where no organisation forbids it, but whoever deploys may act as it: Terraform takes that away.
 */
const googleGrants = (projectNumber: string): { member: string; role: string }[] => [
  // The Google APIs Service Agent. https://cloud.google.com/iam/docs/service-account-types#google-managed
  { member: `serviceAccount:${projectNumber}@cloudservices.gserviceaccount.com`, role: 'roles/editor' },
];

const checks: Check[] = [
  {
    name: 'every API is on',
    async problems({ api, project, terraform }) {
      const enabled = await listAll<{ config: { name: string } }>(
        api,
        'serviceusage.googleapis.com',
        `v1/projects/${project}/services?filter=state:ENABLED&pageSize=200`,
        'services',
      );
      const names = enabled.map(({ config }) => config.name);
      return (terraform.locals['apis'] as string[])
        .filter((name) => !names.includes(name))
        .map((name) => `${name} is off`);
    },
  },
  {
    name: 'every function is there, runs as its own account and is called by whom it should be',
    async problems({ api, project }) {
      const parent = `v2/projects/${project}/locations/${region}/functions`;
      const found = await listAll<LiveFunction>(
        api,
        'cloudfunctions.googleapis.com',
        `${parent}?pageSize=100`,
        'functions',
      );
      return rows.flatMap(([name, row]) => {
        const live = found.find((one) => one.name.endsWith(`/${name}`));
        return live ? differences(name, row, live, project) : [`${name} is not deployed`];
      });
    },
  },
  {
    name: 'every function has the roles of the table, and no other',
    async problems(live) {
      const granted = await grantedRoles(live);
      return [...rolesOfFunctions(live.terraform)].flatMap(([account, expected]) => {
        const found = granted.get(emailOf(account, live.project)) ?? [];
        return [
          ...expected.filter((role) => !found.includes(role)).map((role) => `${account} lacks ${role}`),
          ...found.filter((role) => !expected.includes(role)).map((role) => `${account} has ${role} too`),
        ];
      });
    },
  },
  {
    name: 'only what clients call is open to everybody',
    async problems(live) {
      const found = await Promise.all(
        rows.map(async ([name, { ingressSettings }]) => {
          const callers = membersOf(await servicePolicy(live, name), invoker);
          const open = callers.some((member) => everybody.includes(member));
          return ingressSettings === 'ALLOW_ALL'
            ? unless(open, `${name} cannot be called by clients`)
            : unless(!open, `${name} can be called by everybody`);
        }),
      );
      return found.flat();
    },
  },
  {
    name: 'nobody holds the whole project, and there are no keys of accounts',
    async problems(live) {
      const { bindings = [] } = await projectPolicy(live);
      const { projectNumber } = await live.api.get<{ projectNumber: string }>(
        'cloudresourcemanager.googleapis.com',
        `v1/projects/${live.project}`,
      );
      const known = googleGrants(projectNumber);
      const broad = bindings
        .filter(({ role }) => /^roles\/(owner|editor)$/.test(role))
        .flatMap(({ role, members }) =>
          members
            .filter((member) => member.startsWith('serviceAccount:'))
            .filter((member) => !known.some((one) => one.member === member && one.role === role))
            .map((member) => `${member} has ${role}`),
        );
      const open = bindings
        .filter(({ members }) => members.some((member) => everybody.includes(member)))
        .map(({ role }) => `everybody has ${role}`);
      const accounts = [...rolesOfFunctions(live.terraform).keys(), ...ciAccounts(live)];
      const keys = await Promise.all(accounts.map((account) => keysOfAccount(live, account)));
      return [...broad, ...open, ...keys.flat()];
    },
  },
  {
    name: 'the bucket is closed, encrypted with our key, and forgets in time',
    problems: bucketProblems,
  },
  {
    name: 'the database is encrypted with our key, can be set back and cannot be deleted',
    async problems({ api, project, environment }) {
      const database = await api.get<{
        cmekConfig?: { kmsKeyName?: string };
        pointInTimeRecoveryEnablement?: string;
        deleteProtectionState?: string;
      }>('firestore.googleapis.com', `v1/projects/${project}/databases/(default)`);
      return [
        ...unless(
          environment.own_keys === false || Boolean(database.cmekConfig?.kmsKeyName),
          'the database has no key of ours',
        ),
        ...unless(
          database.pointInTimeRecoveryEnablement === 'POINT_IN_TIME_RECOVERY_ENABLED',
          'the database cannot be set back',
        ),
        ...unless(
          database.deleteProtectionState === 'DELETE_PROTECTION_ENABLED',
          'the database can be deleted',
        ),
      ];
    },
  },
  {
    name: 'messages are encrypted with our key, and what is delivered in vain is kept',
    problems: messageProblems,
  },
  {
    name: 'keys are renewed within 90 days',
    async problems({ api, project }) {
      const keys = await listAll<{ name: string; rotationPeriod?: string }>(
        api,
        'cloudkms.googleapis.com',
        `v1/projects/${project}/locations/${region}/keyRings/clarity-loop/cryptoKeys`,
        'cryptoKeys',
      );
      return [
        ...unless(keys.length > 0, 'there are no keys'),
        ...keys
          .filter(({ rotationPeriod }) => !(parseFloat(rotationPeriod ?? '') <= 90 * day))
          .map(({ name }) => `the key ${name.slice(name.lastIndexOf('/') + 1)} is not renewed`),
      ];
    },
  },
  ...firebaseChecks,
];

function differences(name: string, row: Row, live: LiveFunction, project: string): string[] {
  const { state, buildConfig = {}, serviceConfig = {}, eventTrigger } = live;
  const email = emailOf(accountOf(name), project);
  return [
    ...unless(state === 'ACTIVE', `${name} is ${state}`),
    ...unless(buildConfig.runtime === 'nodejs24', `${name} runs on ${buildConfig.runtime ?? 'nothing'}`),
    ...unless(
      serviceConfig.serviceAccountEmail === email,
      `${name} runs as ${serviceConfig.serviceAccountEmail ?? 'nobody'}`,
    ),
    ...unless(
      serviceConfig.ingressSettings === row.ingressSettings,
      `${name} takes calls of ${serviceConfig.ingressSettings ?? 'nobody'}`,
    ),
    ...(row.retry
      ? [
          ...unless(
            eventTrigger?.retryPolicy === 'RETRY_POLICY_RETRY',
            `${name} is not called again when it fails`,
          ),
          ...unless(
            eventTrigger?.serviceAccountEmail === email,
            `${name} is called as ${eventTrigger?.serviceAccountEmail ?? 'nobody'}`,
          ),
        ]
      : []),
  ];
}

/** The roles of every account, written as in the table: `clarityNarrator`, `roles/pubsub.publisher on dead-letters`. */
async function grantedRoles(live: Live): Promise<Map<string, string[]>> {
  const granted = new Map<string, string[]>();
  const note = ({ bindings = [] }: Policy, on: (expression: string) => string) => {
    for (const { role, members, condition } of bindings) {
      const place = on(condition?.expression ?? '');
      const short = role.replace(/^projects\/[^/]+\/roles\//, '');
      for (const member of members) {
        const email = member.replace(/^serviceAccount:/, '');
        granted.set(email, [...(granted.get(email) ?? []), place ? `${short} on ${place}` : short]);
      }
    }
  };
  note(await projectPolicy(live), () => '');
  note(await bucketPolicy(live), (expression) => {
    const prefix = /objects\/(\w+\/)/.exec(expression)?.[1];
    return prefix ?? 'bucket';
  });
  for (const topic of [analysisTopic, deadLetterTopic]) note(await topicPolicy(live, topic), () => topic);
  for (const name of Object.keys(secrets)) note(await secretPolicy(live, name), () => name);
  for (const [name] of rows) {
    const own = `serviceAccount:${emailOf(accountOf(name), live.project)}`;
    const { bindings = [] } = await servicePolicy(live, name);
    const of = (mine: boolean) => ({
      bindings: bindings.map((one) => ({
        ...one,
        members: one.members.filter((member) => (member === own) === mine),
      })),
    });
    note(of(true), () => 'itself');
    note(of(false), () => name);
  }
  return granted;
}

const ciAccounts = ({ terraform }: Live): string[] =>
  Object.keys(terraform.locals['ci'] as object).map((name) => `ci-${name}`);

async function keysOfAccount({ api, project }: Live, account: string): Promise<string[]> {
  const email = emailOf(account, project);
  const { keys = [] } = await api.get<{ keys?: unknown[] }>(
    'iam.googleapis.com',
    `v1/projects/${project}/serviceAccounts/${email}/keys?keyTypes=USER_MANAGED`,
  );
  return unless(keys.length === 0, `${account} has ${keys.length} key${keys.length === 1 ? '' : 's'}`);
}

async function bucketProblems(live: Live): Promise<string[]> {
  const { api, project } = live;
  const bucket = await api.get<{
    iamConfiguration?: { publicAccessPrevention?: string; uniformBucketLevelAccess?: { enabled?: boolean } };
    encryption?: { defaultKmsKeyName?: string };
    lifecycle?: { rule?: { action: { type: string }; condition: Record<string, unknown> }[] };
  }>('storage.googleapis.com', `storage/v1/b/${bucketOf(project)}`);
  const { bindings = [] } = await bucketPolicy(live);
  const deletes = (prefix: string, field: string) =>
    (bucket.lifecycle?.rule ?? []).some(
      ({ action, condition }) =>
        action.type === 'Delete' &&
        typeof condition[field] === 'number' &&
        (condition['matchesPrefix'] as string[] | undefined)?.includes(prefix),
    );
  return [
    ...unless(
      bucket.iamConfiguration?.publicAccessPrevention === 'enforced',
      'the bucket could become public',
    ),
    ...unless(
      bucket.iamConfiguration?.uniformBucketLevelAccess?.enabled === true,
      'the bucket has object ACLs',
    ),
    ...unless(Boolean(bucket.encryption?.defaultKmsKeyName), 'the bucket has no key of ours'),
    ...unless(deletes('recordings/', 'daysSinceCustomTime'), 'recordings stay after their analysis'),
    ...unless(deletes('recordings/', 'age'), 'recordings that nobody analysed stay'),
    ...unless(deletes('exports/', 'age'), 'exports stay'),
    ...bindings
      .filter(({ members }) => members.some((member) => everybody.includes(member)))
      .map(({ role }) => `everybody has ${role} on the bucket`),
  ];
}

async function messageProblems(live: Live): Promise<string[]> {
  const { api, project } = live;
  const pubsub = 'pubsub.googleapis.com';
  const keyless = await Promise.all(
    [analysisTopic, deadLetterTopic].map(async (topic) => {
      const { kmsKeyName } = await api.get<{ kmsKeyName?: string }>(
        pubsub,
        `v1/projects/${project}/topics/${topic}`,
      );
      return unless(Boolean(kmsKeyName), `the topic ${topic} has no key of ours`);
    }),
  );
  const { subscriptions: kept = [] } = await api.get<{ subscriptions?: string[] }>(
    pubsub,
    `v1/projects/${project}/topics/${deadLetterTopic}/subscriptions`,
  );
  const agent = membersOf(await topicPolicy(live, deadLetterTopic), 'roles/pubsub.publisher').find((member) =>
    /@gcp-sa-pubsub\./.test(member),
  );
  const analysis = await analysisSubscriptions(api, project);
  const lack = await Promise.all(
    analysis.map(async (subscription) => {
      const policy = await api.get<Policy>(pubsub, `v1/${subscription.name}:getIamPolicy`);
      const moves = agent !== undefined && membersOf(policy, 'roles/pubsub.subscriber').includes(agent);
      return [
        ...lackOf(subscription, project),
        ...unless(moves, 'Pub/Sub may not move what failed to the dead letters'),
      ];
    }),
  );
  return [
    ...keyless.flat(),
    ...unless(
      kept.some((name) => name.endsWith('/dead-letters-kept')),
      'nothing keeps what was given up',
    ),
    ...unless(analysis.length > 0, `no subscription of Eventarc's listens to ${analysisTopic}`),
    ...lack.flat(),
  ];
}

/**
 * Checks everything and says each verdict; what cannot be read is a problem, not a reason to stop.
 *
 * @param environment what the project chooses; otherwise what infra/*.tfvars says
 * @returns the number of problems
 */
export async function verifyDeployment(
  api: GoogleApi,
  project: string,
  say: (line: string) => void,
  environment?: Environment,
): Promise<number> {
  const live: Live = {
    api,
    project,
    terraform: await readTerraform(),
    environment: environment ?? (await environmentOf(project)),
  };
  let found = 0;
  for (const { name, problems } of checks) {
    const sentences = await problems(live).catch((problem: unknown) => [(problem as Error).message]);
    say(`${sentences.length === 0 ? 'ok  ' : 'NO  '} ${name}`);
    for (const sentence of sentences) say(`       ${sentence}`);
    found += sentences.length;
  }
  say(
    found === 0 ? `${project} is as described.` : `${found} problem${found === 1 ? '' : 's'} in ${project}.`,
  );
  return found;
}
