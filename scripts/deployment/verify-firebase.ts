// The half of a live project that phones meet first: sign-in, apps, App Check, and the model that writes (infra/firebase.tf).
import { endpointOf } from '../../functions/src/adapters/vertex.ts';
import { region } from '../../functions/src/config.ts';
import { unless, type Check, type Live } from './check.ts';
import { GoogleApiError, listAll } from './google-api.ts';
import { lackOfSignIn, signInConfig } from './sign-in.ts';

const firebase = 'firebase.googleapis.com';
const appCheck = 'firebaseappcheck.googleapis.com';

interface App {
  appId: string;
  displayName?: string;
  bundleId?: string;
  packageName?: string;
}

/** Each kind of app with the configuration of App Check's provider that answers for it. */
const kinds = {
  webApps: 'recaptchaEnterpriseConfig',
  iosApps: 'appAttestConfig',
  androidApps: 'playIntegrityConfig',
} as const;

/** Where phones go without a function of ours in between. */
const enforced = {
  'firestore.googleapis.com': 'Firestore',
  'firebasestorage.googleapis.com': 'Storage',
  'identitytoolkit.googleapis.com': 'Authentication',
};

export const firebaseChecks: Check[] = [
  {
    name: 'people sign in as they should, and nobody learns who has an account',
    async problems({ api, project, environment }) {
      const config = await signInConfig(api, project);
      const { email, anonymous } = config.signIn ?? {};
      return [
        ...unless(email?.enabled === true, 'nobody can sign in by e-mail'),
        ...unless(
          email?.enabled !== true || email.passwordRequired === true,
          'a link alone signs in, without a password',
        ),
        ...unless(
          anonymous?.enabled !== true || environment.anonymous_sign_in === true,
          'anybody may have an account without saying who they are',
        ),
        ...lackOfSignIn(config),
      ];
    },
  },
  { name: 'every app is known, and answers for itself to App Check', problems: appProblems },
  {
    name: 'App Check is enforced wherever phones go themselves',
    async problems({ api, project }) {
      const modes = await Promise.all(
        Object.entries(enforced).map(async ([id, name]) => {
          const { enforcementMode = 'OFF' } = await api.get<{ enforcementMode?: string }>(
            appCheck,
            `v1beta/projects/${project}/services/${id}`,
          );
          return unless(enforcementMode === 'ENFORCED', `App Check is ${enforcementMode} for ${name}`);
        }),
      );
      return modes.flat();
    },
  },
  { name: 'the model that writes the narratives answers', problems: modelProblems },
];

async function appProblems(live: Live): Promise<string[]> {
  const { api, project, environment } = live;
  const dev = environment.environment === 'dev';
  const lists = await Promise.all(
    Object.keys(kinds).map((kind) =>
      listAll<App>(api, firebase, `v1beta1/projects/${project}/${kind}?pageSize=100`, 'apps'),
    ),
  );
  const [web = [], apple = [], android = []] = lists;
  const { apple_app, android_app, web_recaptcha_key } = environment;
  const missing = [
    ...unless(web.length > 0 || !(dev || web_recaptcha_key), 'the web app is not there'),
    ...unless(
      !apple_app || apple.some(({ bundleId }) => bundleId === apple_app.bundle_id),
      `the app ${apple_app?.bundle_id} is not there`,
    ),
    ...unless(
      !android_app || android.some(({ packageName }) => packageName === android_app.package_name),
      `the app ${android_app?.package_name} is not there`,
    ),
  ];
  const problems = Object.values(kinds).flatMap((provider, i) =>
    lists[i]!.map(async ({ appId, displayName, bundleId, packageName }) => {
      const name = bundleId ?? packageName ?? displayName ?? appId;
      const app = `v1/projects/${project}/apps/${appId}`;
      // In dev the first upload is the web app, by a debug token of its own.
      if (dev && provider === kinds.webApps) return [];
      const answers = await isThere(api.get(appCheck, `${app}/${provider}`));
      const tokens = dev ? [] : await listAll(api, appCheck, `${app}/debugTokens`, 'debugTokens');
      return [
        ...unless(answers, `nothing answers for the app ${name} to App Check`),
        ...unless(
          tokens.length === 0,
          `whoever knows a debug token is the app ${name}: there ${tokens.length === 1 ? 'is 1' : `are ${tokens.length}`}`,
        ),
      ];
    }),
  );
  return [...missing, ...(await Promise.all(problems)).flat()];
}

async function isThere(asked: Promise<unknown>): Promise<boolean> {
  try {
    await asked;
    return true;
  } catch (error) {
    if (error instanceof GoogleApiError && error.status === 404) return false;
    throw error;
  }
}

/** Asks for one word, with the values that the deployed function has. */
async function modelProblems({ api, project }: Live): Promise<string[]> {
  const writer = await api.get<{ serviceConfig?: { environmentVariables?: Record<string, string> } }>(
    'cloudfunctions.googleapis.com',
    `v2/projects/${project}/locations/${region}/functions/onAnalysisWritten`,
  );
  const {
    VERTEX_LOCATION: location = '',
    VERTEX_MODEL: model = '',
    VERTEX_API_ENDPOINT: endpoint,
  } = writer.serviceConfig?.environmentVariables ?? {};
  try {
    const { candidates = [] } = await api.send<{
      candidates?: { content?: { parts?: { text?: string }[] } }[];
    }>(
      'POST',
      endpoint || endpointOf(location),
      `v1/projects/${project}/locations/${location}/publishers/google/models/${model}:generateContent`,
      {
        contents: [{ role: 'user', parts: [{ text: 'Answer with one word: yes.' }] }],
        // Enough for a model that thinks first.
        generationConfig: { maxOutputTokens: 256 },
      },
    );
    const text = (candidates[0]?.content?.parts ?? []).map((part) => part.text ?? '').join('');
    return unless(text !== '', `${model} in ${location} says nothing`);
  } catch (error) {
    return [`${model} in ${location} does not answer: ${(error as Error).message}`];
  }
}
