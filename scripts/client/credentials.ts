// Who is signed in: from the environment, or asked for on a terminal.
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { signIn, signInLocally, withToken, type Account } from './account.ts';
import { localStack, projectNamed, type Destination } from './destination.ts';

export interface DestinationOptions {
  project?: string | undefined;
  apiKey?: string | undefined;
  bucket?: string | undefined;
}

export function destinationOf({ project, apiKey, bucket }: DestinationOptions): Destination {
  if (project === undefined) {
    if (apiKey ?? bucket)
      throw new RangeError('--api-key and --bucket belong to a project: name it with --project.');
    return localStack();
  }
  return projectNamed(project, { apiKey, bucket });
}

/**
 * The account that the environment names (CLARITY_ID_TOKEN, or CLARITY_EMAIL and CLARITY_PASSWORD), or that a person types
 * in; on the local stack, without any of these, its own person.
 *
 * @throws RangeError with one sentence when there is none
 */
export async function accountOf(to: Destination): Promise<Account> {
  const { CLARITY_ID_TOKEN, CLARITY_EMAIL, CLARITY_PASSWORD } = process.env;
  if (CLARITY_ID_TOKEN) return withToken(CLARITY_ID_TOKEN);
  if (to.local && !CLARITY_EMAIL) return signInLocally(to);
  if (!to.local && !to.apiKey) {
    throw new RangeError('Name the web API key of the project with --api-key: signing in needs it.');
  }
  const email = CLARITY_EMAIL ?? (await askFor('E-mail: '));
  const password = CLARITY_PASSWORD ?? (await askFor('Password: ', { hidden: true }));
  return signIn(to, { email, password });
}

/** What a person types, on the terminal; a hidden answer is not shown. */
async function askFor(question: string, { hidden = false } = {}): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new RangeError('Give CLARITY_EMAIL and CLARITY_PASSWORD, or CLARITY_ID_TOKEN, in the environment.');
  }
  process.stderr.write(question);
  const silent = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const lines = createInterface({
    input: process.stdin,
    output: hidden ? silent : process.stderr,
    terminal: true,
  });
  try {
    return await lines.question('');
  } finally {
    lines.close();
    if (hidden) process.stderr.write('\n');
  }
}
