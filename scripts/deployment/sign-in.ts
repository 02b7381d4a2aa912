// What the provider of Terraform has no field for in the sign-in of a project: whether an e-mail address has an account is not told,
// and what a password must be. The rest is infra/firebase.tf.
import type { GoogleApi } from './google-api.ts';

/** https://cloud.google.com/identity-platform/docs/reference/rest/v2/Config, as far as it matters here. */
export interface SignInConfig {
  signIn?: {
    email?: { enabled?: boolean; passwordRequired?: boolean };
    anonymous?: { enabled?: boolean };
  };
  emailPrivacyConfig?: { enableImprovedEmailPrivacy?: boolean };
  passwordPolicyConfig?: {
    passwordPolicyEnforcementState?: string;
    forceUpgradeOnSignin?: boolean;
    passwordPolicyVersions?: { customStrengthOptions?: { minPasswordLength?: number } }[];
  };
}

/** Length instead of kinds of characters (NIST SP 800-63B, 3.1.1.2). */
export const minPasswordLength = 12;

const host = 'identitytoolkit.googleapis.com';
const pathOf = (project: string): string => `admin/v2/projects/${project}/config`;

export const signInConfig = (api: GoogleApi, project: string): Promise<SignInConfig> =>
  api.get(host, pathOf(project));

/** What is not as `secureSignIn` makes it, a sentence each. */
export function lackOfSignIn({ emailPrivacyConfig, passwordPolicyConfig }: SignInConfig): string[] {
  const { passwordPolicyEnforcementState, passwordPolicyVersions = [] } = passwordPolicyConfig ?? {};
  const least = passwordPolicyVersions[0]?.customStrengthOptions?.minPasswordLength ?? 0;
  return [
    ...(emailPrivacyConfig?.enableImprovedEmailPrivacy
      ? []
      : ['anybody can find out which e-mail addresses have an account']),
    ...(passwordPolicyEnforcementState === 'ENFORCE' && least >= minPasswordLength
      ? []
      : [`passwords may have fewer than ${minPasswordLength} characters`]),
  ];
}

/** Sets both where they are not yet so. @throws GoogleApiError */
export async function secureSignIn(
  api: GoogleApi,
  project: string,
  say: (line: string) => void,
): Promise<void> {
  if (lackOfSignIn(await signInConfig(api, project)).length === 0) return;
  const settings: SignInConfig = {
    emailPrivacyConfig: { enableImprovedEmailPrivacy: true },
    passwordPolicyConfig: {
      passwordPolicyEnforcementState: 'ENFORCE',
      forceUpgradeOnSignin: true,
      passwordPolicyVersions: [{ customStrengthOptions: { minPasswordLength } }],
    },
  };
  await api.send('PATCH', host, `${pathOf(project)}?updateMask=${Object.keys(settings).join(',')}`, settings);
  say(`sign-in: no word on who has an account, and passwords of ${minPasswordLength} characters`);
}
