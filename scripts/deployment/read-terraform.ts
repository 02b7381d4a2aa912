// infra/*.tf as data: HashiCorp's own parser, compiled to WebAssembly. Expressions stay text (`${...}`).
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { root } from '../lib/root.ts';

/** A value of the parsed configuration. */
export type Hcl = string | number | boolean | null | Hcl[] | { [name: string]: Hcl };
export type HclBody = Record<string, Hcl>;

export interface Block {
  /** `google_storage_bucket`. */
  type: string;
  name: string;
  body: HclBody;
  /** The comment lines right above it, without their marks. */
  comment: string;
  file: string;
}

export interface Terraform {
  resources: Block[];
  dataSources: Block[];
  locals: HclBody;
  variables: Record<string, HclBody>;
  /** The source, by file name. */
  texts: Record<string, string>;
}

interface ParsedFile {
  resource?: Record<string, Record<string, HclBody[]>>;
  data?: Record<string, Record<string, HclBody[]>>;
  locals?: HclBody[];
  variable?: Record<string, HclBody[]>;
}

// Without its types: they bring those of browsers into every file.
const { parse } = createRequire(import.meta.url)('@cdktn/hcl2json') as {
  parse: (name: string, text: string) => Promise<ParsedFile>;
};

/** The configuration's files: name -> text. */
export function terraformTexts(folder = path.join(root, 'infra')): Record<string, string> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.tf'));
  return Object.fromEntries(names.map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]));
}

/** The same text is read once: tests change one file of fifteen at a time. */
const parsed = new Map<string, Promise<ParsedFile>>();

function parseFile(name: string, text: string): Promise<ParsedFile> {
  const known = parsed.get(text) ?? parse(name, text);
  parsed.set(text, known);
  return known;
}

/** @throws Error with the parser's sentence, file and line, for what is no HCL */
export async function readTerraform(texts = terraformTexts()): Promise<Terraform> {
  const terraform: Terraform = { resources: [], dataSources: [], locals: {}, variables: {}, texts };
  for (const [file, text] of Object.entries(texts)) {
    const { resource = {}, data = {}, locals = [], variable = {} } = await parseFile(file, text);
    terraform.resources.push(...blocksOf('resource', resource, file, text));
    terraform.dataSources.push(...blocksOf('data', data, file, text));
    Object.assign(terraform.locals, ...locals);
    for (const [name, [body]] of Object.entries(variable)) terraform.variables[name] = body!;
  }
  return terraform;
}

function blocksOf(
  kind: 'resource' | 'data',
  types: Record<string, Record<string, HclBody[]>>,
  file: string,
  text: string,
): Block[] {
  return Object.entries(types).flatMap(([type, named]) =>
    Object.entries(named).map(([name, [body]]) => ({
      type,
      name,
      body: body!,
      comment: commentAbove(text, `${kind} "${type}" "${name}"`),
      file,
    })),
  );
}

function commentAbove(text: string, opening: string): string {
  const lines = text.slice(0, text.indexOf(opening)).split('\n').slice(0, -1);
  const comment: string[] = [];
  while (lines.at(-1)?.startsWith('#')) comment.unshift(lines.pop()!.slice(1).trim());
  return comment.join(' ');
}

/** A value as text: nothing is empty, lists and maps are their JSON. */
export function textOf(value: Hcl | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A nested block's bodies: the parser makes lists of them, `dynamic` ones are beside them. */
export function nested(body: HclBody, name: string): HclBody[] {
  const found = body[name];
  const dynamic = (body['dynamic'] as Record<string, { content: HclBody[] }[]> | undefined)?.[name] ?? [];
  return [
    ...(Array.isArray(found) ? (found as HclBody[]) : []),
    ...dynamic.flatMap(({ content }) => content),
  ];
}

/**
 * The keys of a `for_each`: the words of its `toset([...])`, or the names of the local map or list it stands for.
 *
 * @throws Error where it is anything else: a reader of these files should see who is meant, too
 */
export function keysOf({ body, type, name }: Block, locals: HclBody): string[] {
  const forEach = body['for_each'];
  if (forEach === undefined) return [];
  if (typeof forEach !== 'string') return Object.keys(forEach as object);
  const set = /toset\(\[([^\]]*)\]\)/.exec(forEach);
  if (set) return [...set[1]!.matchAll(/"([^"]+)"/g)].map(([, key]) => key!);
  const local = /^\$\{(?:toset\()?local\.(\w+)\)?\}$/.exec(forEach)?.[1];
  const value = local && locals[local];
  if (Array.isArray(value)) return value.map(String);
  if (value && typeof value === 'object') return Object.keys(value);
  if (/^\$\{toset\(var\.\w+\)\}$/.test(forEach)) return [];
  throw new Error(`${type}.${name}: for_each is neither toset(["..."]) nor a local: ${forEach}`);
}
