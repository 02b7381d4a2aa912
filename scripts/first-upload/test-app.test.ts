import assert from 'node:assert/strict';
import { googleApi } from '../deployment/google-api.ts';
import { serveAnswers } from '../../functions/test/support/live-project.ts';
import { testApp } from './test-app.ts';

const project = 'clarity-loop-test';
const app = '1:1:web:0a';
const webApps = `firebase.googleapis.com/v1beta1/projects/${project}/webApps`;
const about = `firebaseappcheck.googleapis.com/v1/projects/${project}/apps/${app}`;

const answers = () => ({
  [`GET ${webApps}`]: { apps: [{ appId: app }] },
  [`GET ${webApps}/${app}/config`]: { apiKey: 'a-key', projectId: project },
  [`POST ${about}/debugTokens`]: { name: `projects/1/apps/${app}/debugTokens/t` },
  [`POST ${about}:exchangeDebugToken?key=a-key`]: { token: 'app-check', ttl: '300s' },
  [`DELETE firebaseappcheck.googleapis.com/v1/projects/1/apps/${app}/debugTokens/t`]: {},
});

describe('the web app of the first upload', () => {
  it('makes a debug token, exchanges it as anybody for single use, and removes it', async () => {
    const { origin, asked, stop } = await serveAnswers(answers());
    try {
      const api = googleApi({ origin, token: () => Promise.resolve('mine'), quotaProject: project });
      const { apiKey, appCheck, remove } = await testApp(api, googleApi({ origin }), project);
      assert.equal(apiKey, 'a-key');
      const { token, expireTimeMillis } = await appCheck();
      assert.equal(token, 'app-check');
      assert.ok(Math.abs(expireTimeMillis - Date.now() - 300_000) < 10_000);
      await remove();

      const [, , made, exchanged, removed] = asked;
      const { token: secret } = made!.body as { token: string };
      assert.match(secret, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      assert.deepEqual(exchanged!.body, { debugToken: secret, limitedUse: true });
      assert.deepEqual([made!.authorization, exchanged!.authorization], ['Bearer mine', undefined]);
      assert.match(removed!.line, /^DELETE /);
      assert.equal(asked.length, 5);
    } finally {
      await stop();
    }
  });

  it('is missing in one sentence', async () => {
    const { origin, stop } = await serveAnswers({ [`GET ${webApps}`]: {} });
    try {
      const api = googleApi({ origin });
      await assert.rejects(
        testApp(api, api, project),
        /clarity-loop-test has no web app: run terraform apply/,
      );
    } finally {
      await stop();
    }
  });
});
