import assert from 'node:assert/strict';
import { googleApi } from './google-api.ts';
import { verifyDeployment } from './verify-deployment.ts';
import {
  liveProject,
  liveProjectId,
  serveAnswers,
  type Answer,
  type Answers,
} from '../../functions/test/support/live-project.ts';

/** Verifies a project that answers so. */
async function verify(answers: Answers): Promise<{ found: number; said: string; tokens: Set<string> }> {
  const { origin, tokens, stop } = await serveAnswers(answers);
  try {
    const lines: string[] = [];
    const api = googleApi({ origin, token: () => Promise.resolve('a-token') });
    const found = await verifyDeployment(api, liveProjectId, (line) => lines.push(line));
    return { found, said: lines.join('\n'), tokens };
  } finally {
    await stop();
  }
}

type Change = (answer: Answer) => void;
const account = (name: string) => `serviceAccount:${name}@${liveProjectId}.iam.gserviceaccount.com`;
const functionsOf = (answer: Answer) => answer['functions'] as Record<string, Record<string, unknown>>[];

/** What somebody may do to a project by hand: whose answer changes, how, and the sentence that must come. */
const drifts: [drift: string, answer: RegExp, change: Change, sentence: RegExp][] = [
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
    /cloudresourcemanager/,
    (a) => a.bindings!.push({ role: 'roles/editor', members: [account('on-analysis-requested')] }),
    /on-analysis-requested has roles\/editor too/,
  ],
  [
    'a function lost a role',
    /cloudresourcemanager/,
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
    /cloudresourcemanager/,
    (a) => a.bindings!.push({ role: 'roles/owner', members: ['serviceAccount:forgotten@example.com'] }),
    /forgotten@example\.com has roles\/owner/,
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
    /has no dead-letter topic dead-letters[\s\S]*does not give up after 5 attempts/,
  ],
  [
    'Pub/Sub may not move what failed',
    /sub-789:getIamPolicy/,
    (a) => (a.bindings = []),
    /Pub\/Sub may not move what failed/,
  ],
  [
    'a key is never renewed',
    /cryptoKeys$/,
    (a) => delete (a['cryptoKeys'] as Record<string, unknown>[])[0]!['rotationPeriod'],
    /the key firestore is not renewed/,
  ],
];

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

  it('says what it was not allowed to read, and goes on', async () => {
    const some = Object.fromEntries(Object.entries(answers).filter(([path]) => !path.includes('firestore')));
    const { found, said } = await verify(some);
    assert.equal(found, 1);
    assert.match(said, /GET firestore\.googleapis\.com\/v1\/.*: 403 The caller does not have permission/);
    assert.match(said, /ok {3}keys are renewed/);
  });
});
