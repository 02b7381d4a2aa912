// The valibot schemas of the contract as JSON Schema (2020-12): what the OpenAPI document and the Swift types are made of.
import { toJsonSchemaDefs, type JsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import * as contract from '../../functions/client/index.ts';

export type { JsonSchema };

/** Marks what Firestore keeps as a timestamp, and a client reads as a date rather than as text. */
export const timestamp = { type: 'string', format: 'date-time', $comment: 'Firestore timestamp' } as const;

function isSchema(value: unknown): value is v.GenericSchema {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'schema';
}

/**
 * Every schema that the contract exports, by the name of its export; one that holds another refers to it.
 *
 * @param prefix of the references, in front of the name
 */
export function jsonSchemas(prefix: string): Record<string, JsonSchema> {
  const schemas: Record<string, v.GenericSchema> = {};
  for (const [name, value] of Object.entries<unknown>(contract)) if (isSchema(value)) schemas[name] = value;
  return toJsonSchemaDefs(schemas, {
    target: 'draft-2020-12',
    typeMode: 'input',
    // Only TypeScript knows of it.
    ignoreActions: ['readonly'],
    overrideRef: ({ referenceId }) => `${prefix}${referenceId}`,
    overrideSchema: ({ valibotSchema }) => (valibotSchema.type === 'date' ? { ...timestamp } : undefined),
  });
}

/** What clients send: its lists of words are closed, for what is not in them is refused or skipped. */
const isSent = (name: string): boolean =>
  /^(Recording|DeviceInfo|PersonDocument|Uid$)|(Input|Query)$/.test(name);

/**
 * The schemas with the lists of words open in whatever clients read: `x-extensible-enum` instead of `enum`. A newer
 * server may say a word more, and no app that is installed may fail on it.
 */
export function openSchemas(prefix: string): Record<string, JsonSchema> {
  return Object.fromEntries(
    Object.entries(jsonSchemas(prefix)).map(([name, schema]) => [
      name,
      isSent(name) ? schema : opened(schema),
    ]),
  );
}

/** A schema whose lists of words are open, at any depth. */
export function opened<Schema>(schema: Schema): Schema {
  if (Array.isArray(schema)) return schema.map(opened) as Schema;
  if (typeof schema !== 'object' || schema === null) return schema;
  const { enum: words, ...rest } = schema as { enum?: unknown[] };
  const parts = Object.fromEntries(Object.entries(rest).map(([key, part]) => [key, opened<unknown>(part)]));
  if (!Array.isArray(words))
    return (words === undefined ? parts : { ...parts, enum: opened(words) }) as Schema;
  return { ...parts, type: 'string', 'x-extensible-enum': words } as Schema;
}
