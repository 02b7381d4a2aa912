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
