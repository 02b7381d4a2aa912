// Google's REST interfaces: a token, JSON, pages. Nothing here knows what is asked for.
import { createRequire } from 'node:module';
import path from 'node:path';
import { root } from '../lib/root.ts';

export interface GoogleApi {
  /** @throws GoogleApiError for every answer but success */
  get<Answer>(host: string, path: string): Promise<Answer>;
  send<Answer>(method: 'POST' | 'PATCH', host: string, path: string, body: object): Promise<Answer>;
  remove(host: string, path: string): Promise<void>;
}

/** One sentence: what was asked, the status, and Google's own message. */
export class GoogleApiError extends Error {
  override name = 'GoogleApiError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface GoogleApiOptions {
  /** An access token, asked for at every request; undefined for an emulator. */
  token?: () => Promise<string>;
  /** The project that the calls are counted for; some interfaces refuse a person's own credentials without it. */
  quotaProject?: string;
  /** Where a host's interface is; another place in tests and for emulators. */
  origin?: (host: string) => string;
}

export function googleApi({
  token,
  quotaProject,
  origin = (host) => `https://${host}`,
}: GoogleApiOptions): GoogleApi {
  const request = async (method: string, host: string, path: string, body?: object): Promise<unknown> => {
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (token) headers['authorization'] = `Bearer ${await token()}`;
    if (quotaProject) headers['x-goog-user-project'] = quotaProject;
    const response = await fetch(`${origin(host)}/${path}`, {
      method,
      headers,
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    if (response.ok) return JSON.parse(text);
    throw new GoogleApiError(
      response.status,
      `${method} ${host}/${path}: ${response.status} ${messageOf(text)}`,
    );
  };
  return {
    get: <Answer>(host: string, path: string) => request('GET', host, path) as Promise<Answer>,
    send: <Answer>(method: string, host: string, path: string, body: object) =>
      request(method, host, path, body) as Promise<Answer>,
    remove: async (host: string, path: string) => {
      await request('DELETE', host, path);
    },
  };
}

function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { error: { message: string } }).error.message;
  } catch {
    return text.slice(0, 200);
  }
}

/** All pages of a list. */
export async function listAll<Item>(
  api: GoogleApi,
  host: string,
  path: string,
  field: string,
): Promise<Item[]> {
  const items: Item[] = [];
  let pageToken = '';
  do {
    const query = pageToken
      ? `${path.includes('?') ? '&' : '?'}pageToken=${encodeURIComponent(pageToken)}`
      : '';
    const page: Record<string, unknown> = await api.get(host, path + query);
    items.push(...((page[field] as Item[] | undefined) ?? []));
    pageToken = (page['nextPageToken'] as string | undefined) ?? '';
  } while (pageToken);
  return items;
}

/** Access tokens of Application Default Credentials: a person's, an impersonated account's, or a workflow's federation. */
export function applicationDefaultToken(): () => Promise<string> {
  // The functions' own copy: these scripts have no packages of Google's.
  const functions = createRequire(path.join(root, 'functions/package.json'));
  const { applicationDefault } = functions('firebase-admin/app') as {
    applicationDefault: () => { getAccessToken: () => Promise<{ access_token: string }> };
  };
  const credential = applicationDefault();
  return async () => (await credential.getAccessToken()).access_token;
}

export interface Policy {
  bindings?: { role: string; members: string[]; condition?: { expression: string } }[];
  etag?: string;
}

export const membersOf = (policy: Policy, role: string): string[] =>
  (policy.bindings ?? []).filter((binding) => binding.role === role).flatMap(({ members }) => members);

/**
 * Gives a role on something that has a policy of its own, and leaves all other grants as they are.
 *
 * @param resource as in its address, with the version: `v1/projects/...`
 * @returns whether it was not given before
 */
export async function grant(
  api: GoogleApi,
  host: string,
  resource: string,
  role: string,
  member: string,
): Promise<boolean> {
  const policy = await api.get<Policy>(host, `${resource}:getIamPolicy`);
  if (membersOf(policy, role).includes(member)) return false;
  const bindings = [...(policy.bindings ?? []), { role, members: [member] }];
  await api.send('POST', host, `${resource}:setIamPolicy`, { policy: { ...policy, bindings } });
  return true;
}
