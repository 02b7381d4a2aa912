// The schema of the providers as far as infra/ uses them: what `terraform providers schema` would say, written by extract.ts.
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A type as Terraform writes it. */
export type ValueType =
  | 'string'
  | 'number'
  | 'bool'
  | [kind: 'list' | 'set' | 'map', element: ValueType]
  | [kind: 'object', fields: Record<string, ValueType>];

/** `flags`: r required, o optional, c computed. */
export type Attribute = [type: ValueType, flags: 'r' | 'o' | 'c' | 'oc'];

export interface NestedBlock {
  nesting: 'single' | 'list' | 'set';
  /** How often it may stand; `max` 0 is without a limit. */
  min: number;
  max: number;
  block: Block;
}

export interface Block {
  attributes: Record<string, Attribute>;
  blocks: Record<string, NestedBlock>;
}

export const providers = ['google', 'google-beta'] as const;
export type ProviderName = (typeof providers)[number];

/** Each resource and data source is with the provider that infra/ takes it from. */
export interface ProviderSchema {
  provider: Block;
  resources: Record<string, Block>;
  dataSources: Record<string, Block>;
}

export interface Schema {
  /** The packages that it was taken from, and the provider's version. */
  source: string[];
  version: string;
  providers: Record<ProviderName, ProviderSchema>;
}

export const schemaFile = path.join(import.meta.dirname, 'provider-schema.json');

export const readSchema = (): Schema => JSON.parse(readFileSync(schemaFile, 'utf8')) as Schema;
