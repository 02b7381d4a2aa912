// The schema of every resource that infra/ uses, from the prebuilt typings of the provider, the only form of it on npm; with 330 MB
// unpacked they are fetched for this and not kept. Their JavaScript carries its TypeScript in its source maps, in which the generator
// wrote beside each attribute what it had read from the provider:
//   // kms_key_name - computed: false, optional: true, required: false
// and, where it writes HCL, whether an argument is a block, and a list, a set or a single one.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readTerraform, type Block as TerraformBlock } from '../read-terraform.ts';
import {
  providers,
  schemaFile,
  type Attribute,
  type Block,
  type NestedBlock,
  type ProviderName,
  type ProviderSchema,
  type Schema,
  type ValueType,
} from './schema.ts';

/** The last typings that were published. */
const typings = '16.12.1';
const packageOf = (provider: ProviderName) => `@cdktf/provider-${provider}@${typings}`;

/** Fetches a package. @returns its folder of resources */
function fetchTypings(provider: ProviderName, folder: string): string {
  const npm = { cwd: folder, encoding: 'utf8' } as const;
  const archive = execFileSync('npm', ['pack', packageOf(provider), '--silent'], npm).trim();
  mkdirSync(path.join(folder, provider));
  execFileSync('tar', ['xzf', archive, '-C', provider], npm);
  return path.join(folder, provider, 'package/lib');
}

/** The TypeScript of a folder of the package. */
function sourceOf(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.js'),
  );
  return files
    .map((file) => {
      const text = readFileSync(path.join(folder, file), 'utf8');
      const [, map] = /sourceMappingURL=data:application\/json;base64,(\S+)/.exec(text)!;
      const { sourcesContent } = JSON.parse(Buffer.from(map!, 'base64').toString('utf8')) as {
        sourcesContent: string[];
      };
      return sourcesContent.join('\n');
    })
    .join('\n');
}

/** How a block is written: `struct` for one that stands alone without a list. */
type BlockKinds = Map<string, string>;

/** The blocks among the arguments that a function writes as HCL. */
const blocksIn = (body: string): BlockKinds =>
  new Map(
    [...body.matchAll(/^ {4,6}(\w+): \{\s*value: [^]*?isBlock: (\w+),\s*type: "(\w+)"/gm)]
      .filter(([, , isBlock]) => isBlock === 'true')
      .map(([, name, , kind]) => [name!, kind!]),
  );

const scalars: Record<string, ValueType> = {
  getStringAttribute: 'string',
  getNumberAttribute: 'number',
  getBooleanAttribute: 'bool',
  getListAttribute: ['list', 'string'],
  getNumberListAttribute: ['list', 'number'],
  getStringMapAttribute: ['map', 'string'],
  getNumberMapAttribute: ['map', 'number'],
  getBooleanMapAttribute: ['map', 'bool'],
};

/** A class of its own stands for a block, one of cdktf's for a computed map or list of maps, a getter for the rest. */
function typeOf(accessors: string): ValueType {
  const builtin = /private _\w+ = new cdktf\.(\w+)\(/.exec(accessors)?.[1];
  if (builtin) {
    const element = builtin.startsWith('Number')
      ? 'number'
      : builtin.startsWith('Boolean')
        ? 'bool'
        : 'string';
    return builtin.endsWith('List') ? ['list', ['map', element]] : ['map', element];
  }
  const getter = /this\.(\w+Attribute)\(/.exec(accessors)?.[1];
  const type = scalars[getter ?? ''];
  if (!type) throw new Error(`The typings have a getter that is not known here: ${accessors.slice(0, 200)}`);
  return Array.isArray(type) && type[0] === 'list' && accessors.includes('cdktf.Fn.tolist')
    ? ['set', type[1]]
    : type;
}

function schemaOf(folder: string): Block {
  const text = sourceOf(folder);
  // Nested braces never begin a line in generated code.
  const classes = new Map(
    [...text.matchAll(/^export class (\w+) extends cdktf\.(\w+)(?:<[^>]*>)? \{([^]*?)^\}/gm)].map(
      ([, name, base, body]) => [name!, { base: base!, body: body! }],
    ),
  );
  const written = new Map(
    [...text.matchAll(/^export function (\w)(\w*)ToHclTerraform\(([^]*?)^\}/gm)].map(
      ([, first, rest, body]) => [first!.toUpperCase() + rest!, blocksIn(body!)],
    ),
  );

  function blockOf(className: string, kinds: BlockKinds): Block {
    const found: Block = { attributes: {}, blocks: {} };
    const members =
      /^ {2}\/\/ (\w+) - computed: (\w+), optional: (\w+), required: (\w+)\n([^]*?)(?=^ {2}\/\/ \w+ - computed|^ {2}\/\/ =====|(?![^]))/gm;
    for (const [, name, computed, optional, required, accessors] of classes
      .get(className)!
      .body.matchAll(members)) {
      const flags =
        required === 'true' ? 'r' : `${optional === 'true' ? 'o' : ''}${computed === 'true' ? 'c' : ''}`;
      const nested = /private _\w+ = new (\w+)\(this, "\w+"(?:, (true|false))?\)/.exec(accessors!);
      if (!nested) {
        found.attributes[name!] = [typeOf(accessors!), flags as Attribute[1]];
        continue;
      }
      const [, nestedClass, asSet] = nested;
      const repeated = /ComplexList|ComplexMap|MapList/.test(classes.get(nestedClass!)!.base);
      const item = repeated ? nestedClass!.replace(/(List|Map)$/, 'OutputReference') : nestedClass!;
      const kind = kinds.get(name!);
      const block = blockOf(
        item,
        written.get(item.replace(/OutputReference$/, '')) ?? new Map<string, string>(),
      );
      if (flags === 'c' && !kind) {
        found.attributes[name!] = [[asSet === 'true' ? 'set' : 'list', objectOf(block)], flags];
        continue;
      }
      const nesting = kind === 'struct' ? 'single' : kind === 'set' ? 'set' : 'list';
      const max = repeated || nesting === 'single' ? 0 : 1;
      found.blocks[name!] = { nesting, min: flags === 'r' ? 1 : 0, max, block };
    }
    return found;
  }

  const [resource] = [...classes].find(([, { base }]) => /^Terraform(Resource|DataSource)$/.test(base))!;
  const schema = blockOf(resource, blocksIn(/synthesizeHclAttributes\(\)[^]*$/.exec(text)![0]));
  return { ...schema, attributes: { id: ['string', 'oc'], ...schema.attributes } };
}

const fieldOf = ({ nesting, block }: NestedBlock): ValueType => [
  nesting === 'set' ? 'set' : 'list',
  objectOf(block),
];
const objectOf = ({ attributes, blocks }: Block): ValueType => [
  'object',
  Object.fromEntries([
    ...Object.entries(attributes).map(([name, [type]]) => [name, type] as const),
    ...Object.entries(blocks).map(([name, nested]) => [name, fieldOf(nested)] as const),
  ]),
];

/** What infra/versions.tf says to a provider; its other arguments are endpoints and credentials, which nobody should set there. */
const providerBlock: Block = {
  attributes: {
    billing_project: ['string', 'o'],
    project: ['string', 'o'],
    region: ['string', 'o'],
    user_project_override: ['bool', 'o'],
  },
  blocks: {},
};

/** `google_storage_bucket` is in storage-bucket, in the beta's typings in google-storage-bucket. */
function folderOf(lib: string, provider: ProviderName, type: string, isData: boolean): string {
  const name = (provider === 'google' ? type.replace(/^google_/, '') : type).replaceAll('_', '-');
  const prefix = isData ? (provider === 'google' ? 'data-google-' : 'data-') : '';
  return path.join(lib, `${prefix}${name}`);
}

const usedBy = (blocks: TerraformBlock[], provider: ProviderName): string[] =>
  [
    ...new Set(
      blocks
        .filter(({ type }) => type.startsWith('google_'))
        .filter(({ body }) => (body['provider'] === '${google-beta}') === (provider === 'google-beta'))
        .map(({ type }) => type),
    ),
  ].sort();

/** One resource a line, so that a change of it is one line. */
function oneLineEach(schemas: Record<string, Block>): string {
  const lines = Object.entries(schemas).map(([type, schema]) => `"${type}":${JSON.stringify(schema)}`);
  return `{\n${lines.join(',\n')}\n}`;
}

const providerText = ({ provider, resources, dataSources }: ProviderSchema): string =>
  `{"provider":${JSON.stringify(provider)},\n"resources":${oneLineEach(resources)},\n"dataSources":${oneLineEach(dataSources)}}`;

/** Writes provider-schema.json anew, for what infra/ uses now. Takes a minute and the network. @returns its path */
export async function extractProviderSchema(): Promise<string> {
  const { resources, dataSources } = await readTerraform();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'provider-typings-'));
  try {
    const libs = providers.map((provider) => [provider, fetchTypings(provider, folder)] as const);
    const schemas = libs.map(([provider, lib]): [ProviderName, ProviderSchema] => {
      const read = (blocks: TerraformBlock[], isData: boolean) =>
        Object.fromEntries(
          usedBy(blocks, provider).map((type) => [type, schemaOf(folderOf(lib, provider, type, isData))]),
        );
      return [
        provider,
        { provider: providerBlock, resources: read(resources, false), dataSources: read(dataSources, true) },
      ];
    });
    const page = readFileSync(path.join(libs[0]![1], 'storage-bucket/index.d.ts'), 'utf8');
    const [, version] = /providers\/hashicorp\/google\/([\d.]+)\//.exec(page)!;
    const head: Omit<Schema, 'providers'> = { source: providers.map(packageOf), version: version! };
    const each = schemas.map(([name, schema]) => `"${name}":${providerText(schema)}`).join(',\n');
    writeFileSync(schemaFile, `${JSON.stringify(head, null, 0).slice(0, -1)},\n"providers":{\n${each}\n}}\n`);
    return schemaFile;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
