import assert from 'node:assert/strict';
import { googleApi } from './google-api.ts';
import { environmentOf, type Environment } from './environment.ts';
import { verifyDeployment } from './verify-deployment.ts';
import {
  liveProject,
  liveProjectId,
  serveAnswers,
  type Answer,
  type Answers,
} from '../../functions/test/support/live-project.ts';

/** What prod chooses, with an app of each kind. */
const chosen: Environment = {
  environment: 'prod',
  apple_app: { bundle_id: 'org.example.clarity' },
  android_app: { package_name: 'org.example.clarity' },
  web_recaptcha_key: '6Lc',
};

/** Verifies a project that answers so. */
async function verify(
  answers: Answers,
  environment = chosen,
): Promise<{ found: number; said: string; tokens: Set<string | undefined> }> {
  const { origin, asked, stop } = await serveAnswers(answers);
  try {
    const lines: string[] = [];
    const api = googleApi({ origin, token: () => Promise.resolve('a-token') });
    const found = await verifyDeployment(api, liveProjectId, (line) => lines.push(line), environment);
    return {
      found,
      said: lines.join('\n'),
      tokens: new Set(asked.map(({ authorization }) => authorization)),
    };
  } finally {
    await stop();
  }
}

type Change = (answer: Answer) => void;
const account = (name: string) => `serviceAccount:${name}@${liveProjectId}.iam.gserviceaccount.com`;
const functionsOf = (answer: Answer) => answer['functions'] as Record<string, Record<string, unknown>>[];

type Drift = [drift: string, answer: RegExp, change: Change, sentence: RegExp];

/** What somebody may do to a project by hand: whose answer changes, how, and the sentence that must come. */
const drifts: Drift[] = [
  [
    'an API is switched off',
    /serviceusage/,
    (a) => (a['services'] as unknown[]).pop(),
    /telemetry\.googleapis\.com is off/,
  ],
  [
    'a function is not deployed',
    /pageToken=two/,
    (a) => functionsOf(a).pop(),
    /sweepStalled is not deployed/,
  ],
  [
    'a function runs as the default account',
    /functions\?pageSize=100$/,
    (a) =>
      (functionsOf(a)[0]!['serviceConfig']!['serviceAccountEmail'] =
        '1-compute@developer.gserviceaccount.com'),
    /uploadRecording runs as 1-compute@developer/,
  ],
  [
    'an event function is not called again',
    /pageToken=two/,
    (a) =>
      (functionsOf(a).find((one) => one['eventTrigger'])!['eventTrigger']!['retryPolicy'] =
        'RETRY_POLICY_DO_NOT_RETRY'),
    /is not called again when it fails/,
  ],
  [
    'a function is editor of the project',
    /v1\/projects\/[^/]+:getIamPolicy/,
    (a) => a.bindings!.push({ role: 'roles/editor', members: [account('on-analysis-requested')] }),
    /on-analysis-requested has roles\/editor too/,
  ],
  [
    'a function lost a role',
    /v1\/projects\/[^/]+:getIamPolicy/,
    (a) => (a.bindings = a.bindings!.filter(({ role }) => !role.endsWith('clarityNarrator'))),
    /on-analysis-written lacks clarityNarrator/,
  ],
  [
    'a function may read all of the bucket',
    /\/iam\?/,
    (a) => a.bindings!.push({ role: 'roles/storage.objectViewer', members: [account('weekly-report')] }),
    /weekly-report has roles\/storage\.objectViewer on bucket too/,
  ],
  [
    "a function may call another's service",
    /services\/sweepstalled:getIamPolicy/,
    (a) => a.bindings![0]!.members.push(account('weekly-report')),
    /weekly-report has roles\/run\.invoker on sweepStalled too/,
  ],
  [
    'everybody may call an event function',
    /services\/onanalysisrequested:getIamPolicy/,
    (a) => a.bindings![0]!.members.push('allUsers'),
    /onAnalysisRequested can be called by everybody/,
  ],
  [
    'clients may not call',
    /services\/uploadrecording:getIamPolicy/,
    (a) => (a.bindings = []),
    /uploadRecording cannot be called by clients/,
  ],
  [
    'an account of a service holds the project',
    /v1\/projects\/[^/]+:getIamPolicy/,
    (a) => a.bindings!.push({ role: 'roles/owner', members: ['serviceAccount:forgotten@example.com'] }),
    /forgotten@example\.com has roles\/owner/,
  ],
  [
    'the account of Compute Engine kept Editor',
    /v1\/projects\/[^/]+:getIamPolicy/,
    (a) =>
      a.bindings!.push({
        role: 'roles/editor',
        members: ['serviceAccount:123456789012-compute@developer.gserviceaccount.com'],
      }),
    /123456789012-compute@developer\.gserviceaccount\.com has roles\/editor/,
  ],
  [
    'the Google APIs agent of another project is Editor',
    /v1\/projects\/[^/]+:getIamPolicy/,
    (a) =>
      a.bindings!.push({
        role: 'roles/editor',
        members: ['serviceAccount:999@cloudservices.gserviceaccount.com'],
      }),
    /999@cloudservices\.gserviceaccount\.com has roles\/editor/,
  ],
  [
    'the Google APIs agent became owner',
    /v1\/projects\/[^/]+:getIamPolicy/,
    (a) =>
      a.bindings!.push({
        role: 'roles/owner',
        members: ['serviceAccount:123456789012@cloudservices.gserviceaccount.com'],
      }),
    /123456789012@cloudservices\.gserviceaccount\.com has roles\/owner/,
  ],
  [
    'somebody made a key',
    /serviceAccounts\/upload-recording@.*keys/,
    (a) => (a['keys'] = [{ name: 'one', keyType: 'USER_MANAGED' }]),
    /upload-recording has 1 key/,
  ],
  [
    'the bucket could become public',
    /firebasestorage\.app$/,
    (a) =>
      (a['iamConfiguration'] = {
        publicAccessPrevention: 'inherited',
        uniformBucketLevelAccess: { enabled: true },
      }),
    /the bucket could become public/,
  ],
  [
    'the bucket lost its key',
    /firebasestorage\.app$/,
    (a) => delete a['encryption'],
    /the bucket has no key of ours/,
  ],
  [
    'recordings stay',
    /firebasestorage\.app$/,
    (a) => (a['lifecycle'] = {}),
    /recordings stay after their analysis/,
  ],
  [
    'everybody may read the bucket',
    /\/iam\?/,
    (a) => a.bindings!.push({ role: 'roles/storage.objectViewer', members: ['allUsers'] }),
    /everybody has roles\/storage\.objectViewer on the bucket/,
  ],
  [
    'the database lost its key',
    /databases/,
    (a) => delete a['cmekConfig'],
    /the database has no key of ours/,
  ],
  [
    'a topic lost its key',
    /topics\/dead-letters$/,
    (a) => delete a['kmsKeyName'],
    /the topic dead-letters has no key/,
  ],
  [
    'nothing keeps dead letters',
    /dead-letters\/subscriptions$/,
    (a) => delete a['subscriptions'],
    /nothing keeps what was given up/,
  ],
  [
    'the subscription lost its dead-letter topic',
    /\/subscriptions$/,
    (a) => {
      const [, eventarc] = a['subscriptions'] as Record<string, unknown>[];
      if (eventarc) delete eventarc['deadLetterPolicy'];
    },
    /has no dead-letter topic dead-letters[\s\S]*does not give up after 100 attempts/,
  ],
  [
    'Pub/Sub may not move what failed',
    /sub-789:getIamPolicy/,
    (a) => (a.bindings = []),
    /Pub\/Sub may not move what failed/,
  ],
  ...(
    [
      ['gives up too soon', { deadLetterPolicy: { maxDeliveryAttempts: 5 } }, /give up after 100 attempts/],
      ['waits no longer between attempts', { retryPolicy: {} }, /does not wait 10s to 600s between/],
      ['gives a function less time', { ackDeadlineSeconds: 10 }, /does not wait 600 s for an answer/],
      ['forgets within minutes', { messageRetentionDuration: '600s' }, /does not keep messages for 604800s/],
    ] as [string, object, RegExp][]
  ).map(([drift, settings, sentence]): Drift => [
    `the subscription of the analyses ${drift}`,
    /\/subscriptions$/,
    (a) => Object.assign((a['subscriptions'] as object[])[1] ?? {}, settings),
    sentence,
  ]),
  [
    'anybody may have an account',
    /config$/,
    (a) => Object.assign(a['signIn']!, { anonymous: { enabled: true } }),
    /anybody may have an account without saying who they are/,
  ],
  ['nobody can sign in', /config$/, (a) => (a['signIn'] = {}), /nobody can sign in by e-mail/],
  [
    'a link signs in',
    /config$/,
    (a) => (a['signIn'] = { email: { enabled: true } }),
    /a link alone signs in/,
  ],
  [
    'e-mail addresses can be tried out',
    /config$/,
    (a) => delete a['emailPrivacyConfig'],
    /anybody can find out which e-mail addresses have an account/,
  ],
  [
    'passwords may be short',
    /config$/,
    (a) => delete a['passwordPolicyConfig'],
    /passwords may have fewer than 12 characters/,
  ],
  ['the web app is gone', /webApps/, (a) => delete a['apps'], /the web app is not there/],
  [
    'the app for iOS is gone',
    /iosApps/,
    (a) => delete a['apps'],
    /the app org\.example\.clarity is not there/,
  ],
  [
    'the app for Android is gone',
    /androidApps/,
    (a) => delete a['apps'],
    /the app org\.example\.clarity is not there/,
  ],
  [
    'somebody left a debug token',
    /debugTokens/,
    (a) => (a['debugTokens'] = [{ displayName: 'mine' }]),
    /whoever knows a debug token is the app org\.example\.clarity: there is 1/,
  ],
  ...(['firestore', 'firebasestorage', 'identitytoolkit'] as const).map((name): Drift => [
    `App Check is no longer enforced for ${name}`,
    new RegExp(`v1beta/.*/services/${name}`),
    (a) => (a['enforcementMode'] = 'UNENFORCED'),
    /App Check is UNENFORCED for (Firestore|Storage|Authentication)/,
  ]),
  [
    'the model says nothing',
    /generateContent/,
    (a) => delete a['candidates'],
    /a-model in europe-west4 says nothing/,
  ],
  [
    'a key is never renewed',
    /cryptoKeys$/,
    (a) => delete (a['cryptoKeys'] as Record<string, unknown>[])[0]!['rotationPeriod'],
    /the key firestore is not renewed/,
  ],
];

/** The same project, where one thing is not there. */
function without(answers: Answers, part: string, status: number): Answers {
  const changed = structuredClone(answers);
  const path = Object.keys(changed).find((path) => path.includes(part))!;
  changed[path] = { error: { code: status, message: 'Not found' } };
  return changed;
}

describe('verifying a live project', function () {
  this.timeout(30_000);
  let answers: Answers;
  before(async () => {
    answers = await liveProject();
  });

  it('finds nothing where all is as described, and shows its token everywhere', async () => {
    const { found, said, tokens } = await verify(answers);
    assert.equal(found, 0, said);
    assert.match(said, /clarity-loop-test is as described\.$/);
    assert.deepEqual([...tokens], ['Bearer a-token']);
  });

  for (const [drift, which, change, sentence] of drifts) {
    it(`finds out that ${drift}`, async () => {
      const changed = structuredClone(answers);
      const paths = Object.keys(changed).filter((path) => which.test(path));
      assert.notEqual(paths.length, 0);
      for (const path of paths) change(changed[path]!);
      const { found, said } = await verify(changed);
      assert.notEqual(found, 0);
      assert.match(said, sentence);
    });
  }

  for (const provider of ['recaptchaEnterpriseConfig', 'appAttestConfig', 'playIntegrityConfig'])
    it(`finds out that ${provider} of an app is gone`, async () => {
      const { found, said } = await verify(without(answers, provider, 404));
      assert.equal(found, 1);
      assert.match(said, /nothing answers for the app .* to App Check/);
    });

  it('asks the model where the function asks it', async () => {
    for (const [values, host] of [
      [{ VERTEX_LOCATION: 'eu' }, 'aiplatform.eu.rep.googleapis.com'],
      [{ VERTEX_LOCATION: 'global' }, 'aiplatform.googleapis.com'],
      [{ VERTEX_LOCATION: 'eu', VERTEX_API_ENDPOINT: 'own.example.org' }, 'own.example.org'],
    ] as const) {
      const changed = without(answers, 'generateContent', 404);
      const writer = Object.keys(changed).find((path) => path.endsWith('/onAnalysisWritten'))!;
      const environmentVariables = { VERTEX_MODEL: 'another', ...values };
      changed[writer] = { serviceConfig: { environmentVariables } };
      const model = `locations/${values.VERTEX_LOCATION}/publishers/google/models/another:generateContent`;
      changed[`POST ${host}/v1/projects/${liveProjectId}/${model}`] = {
        candidates: [{ content: { parts: [{ text: 'Yes' }] } }],
      };
      const { found, said } = await verify(changed);
      assert.equal(found, 0, said);
    }
  });

  it('finds out that the model is gone, and says what Google says', async () => {
    const { found, said } = await verify(without(answers, 'generateContent', 404));
    assert.equal(found, 1);
    assert.match(said, /a-model in europe-west4 does not answer: POST .*: 404 Not found/);
  });

  it('lets dev have debug tokens, a web app without a provider, and what its file chooses', async () => {
    const changed = without(answers, 'recaptchaEnterpriseConfig', 404);
    for (const [path, answer] of Object.entries(changed)) {
      if (path.endsWith('/debugTokens')) answer['debugTokens'] = [{}, {}];
      if (path.endsWith('/config'))
        answer['signIn'] = { ...(answer['signIn'] as object), anonymous: { enabled: true } };
    }
    for (const [path, answer] of Object.entries(changed))
      if (path.includes('databases')) delete answer['cmekConfig'];
    const dev: Environment = { environment: 'dev', anonymous_sign_in: true, own_keys: false };
    const { found, said } = await verify(changed, dev);
    assert.equal(found, 0, said);
  });

  it('holds a project to the file that names it, and one that none names to what holds for prod', async () => {
    assert.partialDeepStrictEqual(await environmentOf('clarity-loop-dev'), { environment: 'dev' });
    assert.deepEqual(await environmentOf('somewhere-else'), {});
  });

  it('says what it was not allowed to read, and goes on', async () => {
    const some = Object.fromEntries(Object.entries(answers).filter(([path]) => !path.includes('databases')));
    const { found, said } = await verify(some);
    assert.equal(found, 1);
    assert.match(said, /GET firestore\.googleapis\.com\/v1\/.*: 403 The caller does not have permission/);
    assert.match(said, /ok {3}keys are renewed/);
  });
});
