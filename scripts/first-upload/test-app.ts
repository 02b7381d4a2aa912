// The web app of dev for the time of one run: a debug token that passes App Check is made, exchanged where the SDK wants a token, and
// removed. Nobody keeps it, and outside dev nobody has the right to make one (infra/firebase.tf).
import { randomUUID } from 'node:crypto';
import { listAll, type GoogleApi } from '../deployment/google-api.ts';

const firebase = 'firebase.googleapis.com';
const appCheck = 'firebaseappcheck.googleapis.com';

export interface AppCheckToken {
  token: string;
  expireTimeMillis: number;
}

export interface TestApp {
  apiKey: string;
  /** A token of App Check, good for one call that consumes it. @throws GoogleApiError */
  appCheck: () => Promise<AppCheckToken>;
  /** Ends its getting in. */
  remove: () => Promise<void>;
}

/**
 * @param api as somebody who may make debug tokens
 * @param anybody without credentials, as a phone
 * @throws Error with one sentence where there is no web app; GoogleApiError
 */
export async function testApp(api: GoogleApi, anybody: GoogleApi, project: string): Promise<TestApp> {
  const place = `v1beta1/projects/${project}/webApps`;
  const [app] = await listAll<{ appId: string }>(api, firebase, place, 'apps');
  if (!app)
    throw new Error(`${project} has no web app: run terraform apply (infra/firebase.tf) in dev first.`);
  const { apiKey } = await api.get<{ apiKey: string }>(firebase, `${place}/${app.appId}/config`);

  const about = `v1/projects/${project}/apps/${app.appId}`;
  const debugToken = randomUUID();
  const displayName = `first upload, ${new Date().toISOString()}`;
  const { name } = await api.send<{ name: string }>('POST', appCheck, `${about}/debugTokens`, {
    displayName,
    token: debugToken,
  });
  return {
    apiKey,
    appCheck: async () => {
      const { token, ttl } = await anybody.send<{ token: string; ttl: string }>(
        'POST',
        appCheck,
        `${about}:exchangeDebugToken?key=${apiKey}`,
        // Otherwise the calls that consume their token would refuse it.
        { debugToken, limitedUse: true },
      );
      return { token, expireTimeMillis: Date.now() + 1000 * parseFloat(ttl) };
    },
    remove: () => api.remove(appCheck, `v1/${name}`),
  };
}
