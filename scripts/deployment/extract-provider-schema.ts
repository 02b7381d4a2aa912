// The names of the arguments and attributes of every resource that infra/ uses. They come from the prebuilt typings of the provider,
// the only form of its published schema on npm; with 330 MB they are fetched for this and not kept.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import ts from 'typescript';
import type { Arguments, ProviderSchema, ResourceSchema } from './provider-schema.ts';
import { readTerraform, type Block } from './read-terraform.ts';

/** The last typings that were published; the provider's version is in them. */
const packages = {
  google: '@cdktf/provider-google@16.12.1',
  'google-beta': '@cdktf/provider-google-beta@16.12.1',
} as const;

const output = path.join(import.meta.dirname, 'provider-schema.json');

function fetchTypings(name: string, folder: string): string {
  const npm = { cwd: folder, encoding: 'utf8' } as const;
  const archive = execFileSync('npm', ['pack', name, '--silent'], npm).trim();
  execFileSync('tar', ['xzf', archive], npm);
  return path.join(folder, 'package/lib');
}

const kebab = (type: string) => type.replaceAll('_', '-');

/** `google_storage_bucket` is in storage-bucket, in the beta's typings in google-storage-bucket. */
function typingsFile(lib: string, { type }: Block, isData: boolean, beta: boolean): string {
  const name = beta ? kebab(type) : kebab(type.replace(/^google_/, ''));
  const prefix = isData ? (beta ? 'data-' : 'data-google-') : '';
  return path.join(lib, `${prefix}${name}/index.d.ts`);
}

/** The Terraform name that a property's documentation links to. */
const terraformName = (member: ts.TypeElement, text: string): string | undefined =>
  /docs\/[\w-]+\/\w+#(\w+)/.exec(text.slice(member.pos, member.end))?.[1];

function schemaOf(file: string): ResourceSchema {
  const text = readFileSync(file, 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const interfaces = new Map<string, ts.InterfaceDeclaration>();
  const attributes: string[] = [];
  for (const statement of source.statements) {
    if (ts.isInterfaceDeclaration(statement)) interfaces.set(statement.name.text, statement);
    if (ts.isClassDeclaration(statement) && /static readonly tfResourceType/.test(statement.getText()))
      for (const member of statement.members)
        if (ts.isGetAccessor(member) && !/Input$/.test(member.name.getText()))
          attributes.push(member.name.getText().replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`));
  }

  const argumentsOf = (declaration: ts.InterfaceDeclaration): Arguments => {
    const found: Arguments = {};
    for (const member of declaration.members) {
      const name = terraformName(member, text);
      if (!name || !ts.isPropertySignature(member)) continue;
      const type = member.type!.getText().replace(/\[\]|\s*\|\s*cdktf\.IResolvable/g, '');
      const block = interfaces.get(type);
      const required = !member.questionToken;
      found[name] = block ? { required, block: argumentsOf(block) } : { required };
    }
    return found;
  };
  const config = [...interfaces].find(([name]) => name.endsWith('Config') && !name.includes('ConfigOutput'));
  const topLevel = [...interfaces].find(([, one]) => one.heritageClauses !== undefined) ?? config;
  return { arguments: argumentsOf(topLevel![1]), attributes: attributes.sort() };
}

function providerVersion(lib: string, { type }: Block, beta: boolean): string {
  const text = readFileSync(typingsFile(lib, { type } as Block, false, beta), 'utf8');
  return /providers\/hashicorp\/[\w-]+\/([\d.]+)\//.exec(text)![1]!;
}

async function extract(): Promise<ProviderSchema> {
  const { resources, dataSources } = await readTerraform();
  const folders = [
    mkdtempSync(path.join(os.tmpdir(), 'google-')),
    mkdtempSync(path.join(os.tmpdir(), 'beta-')),
  ];
  try {
    const libs = {
      google: fetchTypings(packages.google, folders[0]!),
      'google-beta': fetchTypings(packages['google-beta'], folders[1]!),
    };
    const read = (blocks: Block[], isData: boolean) =>
      Object.fromEntries(
        blocks
          .map((block) => {
            const provider = block.body['provider'] === '${google-beta}' ? 'google-beta' : 'google';
            const file = typingsFile(libs[provider], block, isData, provider === 'google-beta');
            return [block.type, schemaOf(file)] as const;
          })
          .sort(([a], [b]) => a.localeCompare(b)),
      );
    return {
      source: Object.values(packages),
      provider: `hashicorp/google ${providerVersion(
        libs.google,
        resources.find(({ type }) => type === 'google_storage_bucket')!,
        false,
      )}`,
      resources: read(resources, false),
      dataSources: read(dataSources, true),
    };
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true });
  }
}

/** One resource a line, so that a change of it is one line. */
function oneLineEach(schemas: Record<string, ResourceSchema>): string {
  const lines = Object.entries(schemas).map(([type, schema]) => `"${type}":${JSON.stringify(schema)}`);
  return `{\n${lines.join(',\n')}\n}`;
}

/** Writes provider-schema.json. @returns its path */
export async function extractProviderSchema(): Promise<string> {
  const { source, provider, resources, dataSources } = await extract();
  const head = `"source":${JSON.stringify(source)},\n"provider":"${provider}"`;
  writeFileSync(
    output,
    `{${head},\n"resources":${oneLineEach(resources)},\n"dataSources":${oneLineEach(dataSources)}}\n`,
  );
  return output;
}
