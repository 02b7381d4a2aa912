import assert from 'node:assert/strict';
import { analysisDelivery, attachDeadLetters } from './attach-dead-letters.ts';
import type { GoogleApi, Policy } from './google-api.ts';

const project = 'clarity-loop-test';
const agent = 'serviceAccount:service-1@gcp-sa-pubsub.iam.gserviceaccount.com';
const other = { role: 'roles/pubsub.viewer', members: ['group:operators@example.com'] };
const name = `projects/${project}/subscriptions/eventarc-europe-west4-onanalysisrequested-1-sub-2`;

/** Pub/Sub with policies, which the emulator does not have. What is patched is kept unless `forgets`. */
function pubsub({ forgets = false, publisher = agent } = {}) {
  const subscription: Record<string, unknown> = {
    name,
    topic: `projects/${project}/topics/analysis-requested`,
  };
  const policies: Record<string, Policy> = {
    [`projects/${project}/topics/dead-letters`]: {
      bindings: [{ role: 'roles/pubsub.publisher', members: [publisher] }],
    },
    [name]: { bindings: [other], etag: 'BwX' },
  };
  const sent: string[] = [];
  const answer = (path: string): unknown => {
    const [, of] = /^v1\/(.*):getIamPolicy$/.exec(path) ?? [];
    if (of) return policies[of];
    if (path.endsWith('/topics/dead-letters/subscriptions')) return { subscriptions: ['kept'] };
    if (path.endsWith('/subscriptions')) return { subscriptions: [subscription] };
    return subscription;
  };
  const api: GoogleApi = {
    get: <Answer>(_host: string, path: string) => Promise.resolve(answer(path) as Answer),
    send: <Answer>(method: string, _host: string, path: string, body: object) => {
      sent.push(`${method} ${path}`);
      if (path.endsWith(':setIamPolicy')) policies[name] = (body as { policy: Policy }).policy;
      else if (!forgets) Object.assign(subscription, (body as { subscription: object }).subscription);
      return Promise.resolve({} as Answer);
    },
    remove: () => Promise.reject(new Error('Nothing is removed here.')),
  };
  return { api, policies, sent, subscription };
}

async function attach(api: GoogleApi, apply: boolean): Promise<{ complete: boolean; said: string }> {
  const lines: string[] = [];
  const complete = await attachDeadLetters(api, { project, apply, policies: true }, (line) =>
    lines.push(line),
  );
  return { complete, said: lines.join('\n') };
}

describe('letting Pub/Sub move what failed', () => {
  it('is said and not done without --apply', async () => {
    const { api, sent } = pubsub();
    const { complete, said } = await attach(api, false);
    assert.equal(complete, false);
    assert.match(said, /does not let Pub\/Sub take out what failed/);
    assert.deepEqual(sent, []);
  });

  it('brings every setting of the delivery', async () => {
    const { api, subscription } = pubsub();
    assert.equal((await attach(api, true)).complete, true);
    const { maxDeliveryAttempts, ...settings } = analysisDelivery;
    const deadLetterTopic = `projects/${project}/topics/dead-letters`;
    assert.partialDeepStrictEqual(subscription, {
      deadLetterPolicy: { deadLetterTopic, maxDeliveryAttempts },
      ...settings,
    });
  });

  it('adds one binding on the subscription and keeps the others and their etag', async () => {
    const { api, policies } = pubsub();
    assert.equal((await attach(api, true)).complete, true);
    assert.deepEqual(policies[name], {
      bindings: [other, { role: 'roles/pubsub.subscriber', members: [agent] }],
      etag: 'BwX',
    });
  });

  it('changes nothing the second time', async () => {
    const { api, sent } = pubsub();
    await attach(api, true);
    sent.length = 0;
    assert.equal((await attach(api, true)).complete, true);
    assert.deepEqual(sent, []);
  });

  it('is not believed before it was read back', async () => {
    const { api } = pubsub({ forgets: true });
    const { complete, said } = await attach(api, true);
    assert.equal(complete, false);
    assert.match(said, /still: .* has no dead-letter topic/);
  });

  it('fails in one sentence where Terraform has not let Pub/Sub write dead letters', async () => {
    const { api } = pubsub({ publisher: 'serviceAccount:somebody@example.com' });
    await assert.rejects(attach(api, true), /Pub\/Sub may not publish to dead-letters: run terraform apply/);
  });
});
