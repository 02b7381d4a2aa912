import assert from 'node:assert/strict';
import { calledByGoogle } from './accounts.ts';
import { letEventsIn } from './callers.ts';
import type { GoogleApi, Policy } from './google-api.ts';
import { lackOfSignIn, secureSignIn, type SignInConfig } from './sign-in.ts';

const project = 'clarity-loop-test';

/** Cloud Run's policies and the sign-in of a project, as they are kept. */
function google(config: SignInConfig = {}) {
  const policies: Record<string, Policy> = {};
  const sent: string[] = [];
  const api: GoogleApi = {
    get: <Answer>(_host: string, path: string) => {
      if (path.startsWith('admin/')) return Promise.resolve(config as Answer);
      return Promise.resolve((policies[path.replace(':getIamPolicy', '')] ?? { etag: 'BwX' }) as Answer);
    },
    send: <Answer>(method: string, _host: string, path: string, body: object) => {
      sent.push(`${method} ${path}`);
      if (path.startsWith('admin/')) Object.assign(config, body);
      else policies[path.replace(':setIamPolicy', '')] = (body as { policy: Policy }).policy;
      return Promise.resolve({} as Answer);
    },
    remove: () => Promise.reject(new Error('Nothing is removed here.')),
  };
  return { api, policies, sent, config };
}

const nobodyHears = () => undefined;

describe('after a deploy', () => {
  it('what events and the schedule start may be called by its own account, in the run that made it', async () => {
    const { api, policies, sent } = google();
    await letEventsIn(api, project, nobodyHears);
    assert.deepEqual(
      Object.keys(policies),
      calledByGoogle.map(
        (name) => `v2/projects/${project}/locations/europe-west4/services/${name.toLowerCase()}`,
      ),
    );
    assert.deepEqual(policies[Object.keys(policies).find((path) => path.endsWith('onanalysiswritten'))!], {
      etag: 'BwX',
      bindings: [
        {
          role: 'roles/run.invoker',
          members: [`serviceAccount:on-analysis-written@${project}.iam.gserviceaccount.com`],
        },
      ],
    });
    sent.length = 0;
    await letEventsIn(api, project, nobodyHears);
    assert.deepEqual(sent, [], 'the second time there is nothing to do');
  });

  it('nobody is told who has an account, and a password is long, whatever the project had', async () => {
    for (const before of [
      {},
      { emailPrivacyConfig: { enableImprovedEmailPrivacy: true } },
      {
        passwordPolicyConfig: {
          passwordPolicyEnforcementState: 'ENFORCE',
          passwordPolicyVersions: [{ customStrengthOptions: { minPasswordLength: 6 } }],
        },
        emailPrivacyConfig: { enableImprovedEmailPrivacy: true },
      },
      {
        passwordPolicyConfig: {
          passwordPolicyEnforcementState: 'ENFORCE',
          passwordPolicyVersions: [{ customStrengthOptions: { minPasswordLength: 12 } }],
        },
      },
    ]) {
      const { api, sent, config } = google(before);
      await secureSignIn(api, project, nobodyHears);
      assert.deepEqual(lackOfSignIn(config), []);
      assert.deepEqual(sent, [
        `PATCH admin/v2/projects/${project}/config?updateMask=emailPrivacyConfig,passwordPolicyConfig`,
      ]);
      sent.length = 0;
      await secureSignIn(api, project, nobodyHears);
      assert.deepEqual(sent, []);
    }
  });
});
