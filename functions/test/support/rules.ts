import { stack, storageOrigin } from './emulators.ts';

/** An emulator that takes other rules while it runs. */
export interface RulesTarget {
  load(rules: string): Promise<void>;
}

async function put(address: string, body: object): Promise<void> {
  const response = await fetch(address, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`The rules were refused: ${response.status} ${await response.text()}`);
}

/**
 * Where rules are tried: a project of its own within the Firestore emulator, and a bucket of its own. No function is
 * deployed there that would work on what the tests write.
 */
export const rulesProject = 'demo-rules';
export const rulesBucket = 'demo-rules.appspot.com';

const rulesOfProject = `${stack.origins.firestore}/emulator/v1/projects/${rulesProject}`;

export const firestoreRules: RulesTarget = {
  load: (content) =>
    put(`${rulesOfProject}:securityRules`, { rules: { files: [{ name: 'firestore.rules', content }] } }),
};

export const storageRules: RulesTarget = {
  load: (content) =>
    put(`${storageOrigin}/internal/setRules`, { rules: { files: [{ name: 'storage.rules', content }] } }),
};

/** One expression of the rules, how often each value came of it, and the expressions within. */
export interface CoveredExpression {
  sourcePosition: { line: number };
  values?: { value: unknown; count: number }[];
  children?: CoveredExpression[];
}

/** What of `firestore.rules` has been evaluated since it was loaded. */
export async function firestoreCoverage(): Promise<CoveredExpression[]> {
  const { report } = (await (await fetch(`${rulesOfProject}:ruleCoverage`)).json()) as {
    report: CoveredExpression[];
  };
  return report;
}
