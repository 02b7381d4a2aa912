// The provider's schema as far as infra/ uses it, and what in infra/ does not fit it.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Block, HclBody, Terraform } from './read-terraform.ts';

/** Names as in Terraform. A nested block has its own arguments. */
export type Arguments = { [name: string]: { required: boolean; block?: Arguments } };

export interface ResourceSchema {
  arguments: Arguments;
  /** What others may refer to. */
  attributes: string[];
}

/** Written by extract-provider-schema.ts. */
export interface ProviderSchema {
  /** The packages it was taken from. */
  source: string[];
  provider: string;
  resources: Record<string, ResourceSchema>;
  dataSources: Record<string, ResourceSchema>;
}

export const providerSchema = JSON.parse(
  readFileSync(path.join(import.meta.dirname, 'provider-schema.json'), 'utf8'),
) as ProviderSchema;

/** Arguments of Terraform itself. */
const metaArguments = ['count', 'for_each', 'depends_on', 'provider', 'lifecycle', 'dynamic'];

/** Everything that names what is not there: resources, arguments, attributes, variables, locals. One sentence each. */
export function misnamed(terraform: Terraform, schema = providerSchema): string[] {
  return [
    ...terraform.resources.flatMap((block) => misnamedIn(block, schema.resources)),
    ...terraform.dataSources.flatMap((block) => misnamedIn(block, schema.dataSources)),
    ...danglingReferences(terraform, schema),
  ];
}

function misnamedIn(block: Block, known: Record<string, ResourceSchema>): string[] {
  const where = `${block.file}: ${block.type}.${block.name}`;
  const schema = known[block.type];
  if (!schema) return [`${where} is unknown: npm run extract-provider-schema if it is new`];
  return misfits(block.body, schema.arguments, where);
}

function misfits(body: HclBody, expected: Arguments, where: string): string[] {
  const dynamic = (body['dynamic'] ?? {}) as Record<string, { content: HclBody[] }[]>;
  const given = [
    ...Object.keys(body).filter((name) => !metaArguments.includes(name)),
    ...Object.keys(dynamic),
  ];
  const missing = Object.entries(expected)
    .filter(([name, { required }]) => required && !given.includes(name))
    .map(([name]) => `${where} lacks ${name}`);
  const unknown = given.filter((name) => !expected[name]).map((name) => `${where} has no argument ${name}`);
  const inner = given.flatMap((name) => {
    const block = expected[name]?.block;
    if (!block) return [];
    const bodies = dynamic[name]?.flatMap(({ content }) => content) ?? [body[name]].flat();
    return bodies.flatMap((one) => misfits(one as HclBody, block, `${where}.${name}`));
  });
  return [...missing, ...unknown, ...inner];
}

/** References in expressions to what is declared nowhere, or to attributes that a resource does not have. */
function danglingReferences(terraform: Terraform, schema: ProviderSchema): string[] {
  const { resources, dataSources, locals, variables, texts } = terraform;
  const declared = (blocks: Block[]) => new Set(blocks.map(({ type, name }) => `${type}.${name}`));
  const [ownResources, ownData] = [declared(resources), declared(dataSources)];
  const problems: string[] = [];
  for (const [file, text] of Object.entries(texts)) {
    const code = text.replace(/^\s*#.*$|\s#.*$/gm, '');
    for (const [, name] of code.matchAll(/\blocal\.(\w+)/g))
      if (!(name! in locals)) problems.push(`${file}: local.${name} is not there`);
    for (const [, name] of code.matchAll(/\bvar\.(\w+)/g))
      if (!(name! in variables)) problems.push(`${file}: var.${name} is not there`);
    const references = /\b(data\.)?(google_\w+)\.(\w+)(?:\[[^\]]+\])?(?:\.(\w+))?/g;
    for (const [whole, data, type, name, attribute] of code.matchAll(references)) {
      const [known, schemas] = data ? [ownData, schema.dataSources] : [ownResources, schema.resources];
      if (!known.has(`${type}.${name}`)) problems.push(`${file}: ${whole} is not there`);
      else if (attribute && !schemas[type!]!.attributes.includes(attribute))
        problems.push(`${file}: ${type} has no attribute ${attribute}`);
    }
  }
  const all = Object.values(texts).join('\n');
  for (const name of Object.keys(variables))
    if (!all.includes(`var.${name}`)) problems.push(`var.${name} is used nowhere`);
  for (const name of Object.keys(locals))
    if (!all.includes(`local.${name}`)) problems.push(`local.${name} is used nowhere`);
  return problems;
}
