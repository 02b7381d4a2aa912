import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import {
  analysisDelivery,
  attachDeadLetters,
  type Subscription,
} from '../../../scripts/deployment/attach-dead-letters.ts';
import { googleApi } from '../../../scripts/deployment/google-api.ts';
import '../support/emulators.ts';

const emulator = `http://${process.env['PUBSUB_EMULATOR_HOST']}`;
const api = googleApi({ origin: () => emulator });
const pubsub = 'pubsub.googleapis.com';

async function put(path: string, body: object = {}): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${emulator}/v1/${path}`, {
    method: 'PUT',
    headers,
    body: JSON.stringify(body),
  });
  assert.equal(response.status, 200, await response.text());
}

describe('attaching dead letters to the subscription that Eventarc made', () => {
  let project: string;
  let eventarc: string;
  let said: string[];
  beforeEach(async () => {
    // The emulator keeps any number of projects apart.
    project = `attach-${randomBytes(4).toString('hex')}`;
    eventarc = `projects/${project}/subscriptions/eventarc-europe-west4-onanalysisrequested-123456-sub-789`;
    said = [];
    for (const topic of ['analysis-requested', 'dead-letters'])
      await put(`projects/${project}/topics/${topic}`);
  });

  const attach = (apply: boolean) =>
    attachDeadLetters(api, { project, apply, policies: false }, (line) => said.push(line));
  const stored = (name = eventarc) => api.get<Subscription>(pubsub, `v1/${name}`);
  const subscribe = (name: string, topic: string) =>
    put(name, { topic: `projects/${project}/topics/${topic}` });
  const keepDeadLetters = () =>
    subscribe(`projects/${project}/subscriptions/dead-letters-kept`, 'dead-letters');

  it('says what is missing and changes nothing, until it is told to', async () => {
    await keepDeadLetters();
    await subscribe(eventarc, 'analysis-requested');
    assert.equal(await attach(false), false);
    assert.equal((await stored()).deadLetterPolicy, undefined);
    assert.match(
      said.join('\n'),
      /has no dead-letter topic dead-letters[\s\S]*Nothing was changed; --apply does it/,
    );
  });

  it('sets the topic and how it is delivered, and reads them back', async () => {
    await keepDeadLetters();
    await subscribe(eventarc, 'analysis-requested');
    assert.equal(await attach(true), true);
    const { maxDeliveryAttempts, ...settings } = analysisDelivery;
    const deadLetterTopic = `projects/${project}/topics/dead-letters`;
    assert.partialDeepStrictEqual(await stored(), {
      deadLetterPolicy: { deadLetterTopic, maxDeliveryAttempts },
      ...settings,
    });
  });

  it('finds everything there the second time', async () => {
    await keepDeadLetters();
    await subscribe(eventarc, 'analysis-requested');
    await attach(true);
    said = [];
    assert.equal(await attach(false), true);
    assert.match(said.join('\n'), /everything is there/);
  });

  it("leaves other people's subscriptions and other topics alone", async () => {
    const own = `projects/${project}/subscriptions/somebody-looks-on`;
    const other = `projects/${project}/subscriptions/eventarc-europe-west4-ondeadletter-1-sub-2`;
    await keepDeadLetters();
    await subscribe(eventarc, 'analysis-requested');
    await subscribe(own, 'analysis-requested');
    await subscribe(other, 'dead-letters');
    await attach(true);
    for (const name of [own, other]) assert.equal((await stored(name)).deadLetterPolicy, undefined, name);
  });

  it('looks at every page of subscriptions', async () => {
    await keepDeadLetters();
    await subscribe(eventarc, 'analysis-requested');
    for (let i = 0; i < 120; i++)
      await subscribe(`projects/${project}/subscriptions/a${i}-look-on`, 'dead-letters');
    assert.equal(await attach(true), true);
  });

  it('fails in one sentence before firebase deploy has run', async () => {
    await keepDeadLetters();
    await assert.rejects(attach(true), {
      message: `No subscription of Eventarc's listens to analysis-requested in ${project}: run firebase deploy first.`,
    });
  });

  it('fails in one sentence where what was given up would be lost', async () => {
    await subscribe(eventarc, 'analysis-requested');
    await assert.rejects(attach(true), /dead-letters has no subscription: run terraform apply/);
  });
});
