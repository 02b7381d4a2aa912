// What an environment chooses: the values of infra/*.tfvars, as far as the check after a deploy compares them.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { root } from '../lib/root.ts';

export interface Environment {
  /** dev, staging or prod; undefined for a project that no file names, which is held to what holds for prod. */
  environment?: string;
  apple_app?: { bundle_id: string } | null;
  android_app?: { package_name: string } | null;
  web_recaptcha_key?: string;
  anonymous_sign_in?: boolean;
  own_keys?: boolean;
}

const { parse } = createRequire(import.meta.url)('@cdktn/hcl2json') as {
  parse: (name: string, text: string) => Promise<Environment & { project_id?: string }>;
};

/** The values of the file that names the project. @throws Error with the parser's sentence for what is no HCL */
export async function environmentOf(
  project: string,
  folder = path.join(root, 'infra'),
): Promise<Environment> {
  for (const name of readdirSync(folder).filter((name) => name.endsWith('.tfvars'))) {
    const values = await parse(name, readFileSync(path.join(folder, name), 'utf8'));
    if (values.project_id === project) return values;
  }
  return {};
}
