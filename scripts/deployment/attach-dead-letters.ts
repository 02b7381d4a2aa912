// What no field of Firebase or Terraform can: gives the subscription that Eventarc made for onAnalysisRequested its dead-letter topic
// and its settings, and lets Pub/Sub move what failed.
import { analysisTopic, deadLetterTopic } from '../../functions/src/config.ts';
import {
  applicationDefaultToken,
  googleApi,
  grant,
  listAll,
  membersOf,
  type GoogleApi,
  type Policy,
} from './google-api.ts';

const pubsub = 'pubsub.googleapis.com';
const subscriber = 'roles/pubsub.subscriber';

export interface Subscription {
  name: string;
  topic: string;
  deadLetterPolicy?: { deadLetterTopic?: string; maxDeliveryAttempts?: number };
  retryPolicy?: { minimumBackoff?: string; maximumBackoff?: string };
  ackDeadlineSeconds?: number;
  messageRetentionDuration?: string;
  detached?: boolean;
}

/** The settings of the subscription of the analyses. */
export const analysisDelivery = {
  /** The most there is: giving up is decided by the workflow, and what falls into this net is put back. */
  maxDeliveryAttempts: 100,
  /** Between two deliveries: the range that Eventarc's own subscriptions have. */
  retryPolicy: { minimumBackoff: '10s', maximumBackoff: '600s' },
  /** The most there is; longer than the function may take, or a message would come again while it is at work. */
  ackDeadlineSeconds: 600,
  /** How long a message is tried: longer than any upload is. */
  messageRetentionDuration: '604800s',
} as const;

/** What the subscription must have, in the fields of its REST interface. */
function wanted(project: string): Omit<Subscription, 'name' | 'topic'> {
  const { maxDeliveryAttempts, ...settings } = analysisDelivery;
  const deadLetterPolicy = {
    deadLetterTopic: `projects/${project}/topics/${deadLetterTopic}`,
    maxDeliveryAttempts,
  };
  return { deadLetterPolicy, ...settings };
}

/** The subscriptions that Eventarc made for the topic of the analyses; more than one only while a function is renamed. */
export async function analysisSubscriptions(api: GoogleApi, project: string): Promise<Subscription[]> {
  const all = await listAll<Subscription>(
    api,
    pubsub,
    `v1/projects/${project}/subscriptions`,
    'subscriptions',
  );
  return all.filter(
    ({ name, topic, detached }) =>
      topic === `projects/${project}/topics/${analysisTopic}` &&
      /\/subscriptions\/eventarc-/.test(name) &&
      !detached,
  );
}

/** What a subscription lacks, a sentence each. */
export function lackOf(subscription: Subscription, project: string): string[] {
  const name = shortName(subscription.name);
  const { maxDeliveryAttempts, retryPolicy, ackDeadlineSeconds, messageRetentionDuration } = analysisDelivery;
  const { deadLetterPolicy: letters, retryPolicy: backoff } = subscription;
  const lacks: [lack: boolean, sentence: string][] = [
    [
      letters?.deadLetterTopic !== wanted(project).deadLetterPolicy!.deadLetterTopic,
      `has no dead-letter topic ${deadLetterTopic}`,
    ],
    [
      letters?.maxDeliveryAttempts !== maxDeliveryAttempts,
      `does not give up after ${maxDeliveryAttempts} attempts`,
    ],
    [
      backoff?.minimumBackoff !== retryPolicy.minimumBackoff ||
        backoff.maximumBackoff !== retryPolicy.maximumBackoff,
      `does not wait ${retryPolicy.minimumBackoff} to ${retryPolicy.maximumBackoff} between attempts`,
    ],
    [
      subscription.ackDeadlineSeconds !== ackDeadlineSeconds,
      `does not wait ${ackDeadlineSeconds} s for an answer`,
    ],
    [
      subscription.messageRetentionDuration !== messageRetentionDuration,
      `does not keep messages for ${messageRetentionDuration}`,
    ],
  ];
  return lacks.filter(([lack]) => lack).map(([, sentence]) => `${name} ${sentence}`);
}

const shortName = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/** Pub/Sub's own account, which Terraform lets write dead letters. @throws Error where it may not */
async function movingAccount(api: GoogleApi, project: string): Promise<string> {
  const policy = await api.get<Policy>(
    pubsub,
    `v1/projects/${project}/topics/${deadLetterTopic}:getIamPolicy`,
  );
  const agent = membersOf(policy, 'roles/pubsub.publisher').find((member) => /@gcp-sa-pubsub\./.test(member));
  if (!agent)
    throw new Error(
      `Pub/Sub may not publish to ${deadLetterTopic}: run terraform apply (infra/messaging.tf) first.`,
    );
  return agent;
}

/** A dead-letter topic that nobody subscribes to loses what it gets. */
async function assertKept(api: GoogleApi, project: string): Promise<void> {
  const { subscriptions = [] } = await api.get<{ subscriptions?: string[] }>(
    pubsub,
    `v1/projects/${project}/topics/${deadLetterTopic}/subscriptions`,
  );
  if (subscriptions.length === 0)
    throw new Error(
      `${deadLetterTopic} has no subscription: run terraform apply (infra/messaging.tf) first.`,
    );
}

export interface AttachOptions {
  project: string;
  apply: boolean;
  /** Whether there are access policies; the emulator has none. */
  policies: boolean;
}

/**
 * Attaches what is missing, or says it.
 *
 * @returns whether everything is there afterwards
 * @throws Error with one sentence for what Terraform or `firebase deploy` must do first
 */
export async function attachDeadLetters(
  api: GoogleApi,
  { project, apply, policies }: AttachOptions,
  say: (line: string) => void,
): Promise<boolean> {
  await assertKept(api, project);
  const agent = policies ? await movingAccount(api, project) : undefined;
  const found = await analysisSubscriptions(api, project);
  if (found.length === 0)
    throw new Error(
      `No subscription of Eventarc's listens to ${analysisTopic} in ${project}: run firebase deploy first.`,
    );

  let complete = true;
  for (const subscription of found) {
    const lack = await lackWithAccess(api, subscription, project, agent);
    if (lack.length === 0) {
      say(`${shortName(subscription.name)}: everything is there`);
      continue;
    }
    for (const sentence of lack) say(sentence);
    if (!apply) {
      complete = false;
      continue;
    }
    await attach(api, subscription.name, project, agent);
    const after = await lackWithAccess(
      api,
      await api.get<Subscription>(pubsub, `v1/${subscription.name}`),
      project,
      agent,
    );
    for (const sentence of after) say(`still: ${sentence}`);
    if (after.length === 0) say(`${shortName(subscription.name)}: attached`);
    else complete = false;
  }
  if (!complete && !apply) say('Nothing was changed; --apply does it.');
  return complete;
}

async function lackWithAccess(
  api: GoogleApi,
  subscription: Subscription,
  project: string,
  agent: string | undefined,
): Promise<string[]> {
  const lack = lackOf(subscription, project);
  if (!agent) return lack;
  const policy = await api.get<Policy>(pubsub, `v1/${subscription.name}:getIamPolicy`);
  return membersOf(policy, subscriber).includes(agent)
    ? lack
    : [...lack, `${shortName(subscription.name)} does not let Pub/Sub take out what failed`];
}

async function attach(
  api: GoogleApi,
  name: string,
  project: string,
  agent: string | undefined,
): Promise<void> {
  const settings = wanted(project);
  await api.send('PATCH', pubsub, `v1/${name}`, {
    subscription: { name, ...settings },
    updateMask: Object.keys(settings).join(','),
  });
  if (agent) await grant(api, pubsub, `v1/${name}`, subscriber, agent);
}

/** In the live project, or on the Pub/Sub emulator that PUBSUB_EMULATOR_HOST names. */
export function runAttach(
  options: Omit<AttachOptions, 'policies'>,
  say: (line: string) => void,
): Promise<boolean> {
  const emulator = process.env['PUBSUB_EMULATOR_HOST'];
  const api = googleApi(
    emulator
      ? { origin: () => `http://${emulator}` }
      : { token: applicationDefaultToken(), quotaProject: options.project },
  );
  return attachDeadLetters(api, { ...options, policies: !emulator }, say);
}
