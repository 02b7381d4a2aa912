import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import assert from 'node:assert/strict';
import { jsonSchemas, opened, type JsonSchema } from './json-schemas.ts';

const prefix = '#/$defs/';
const schemas = jsonSchemas(prefix);

function validator(of: Record<string, JsonSchema>, name: string): (value: unknown) => boolean {
  const ajv = new Ajv2020({ strict: false });
  formats.default(ajv);
  return ajv.compile({ $defs: of, $ref: `${prefix}${name}` });
}

/** By the pattern that they must have. */
const texts = [
  'some-upload',
  '22:30',
  'ab',
  'a'.repeat(64),
  'PT',
  `00-${'1'.repeat(32)}-${'1'.repeat(16)}-01`,
];
const ofFormat: Record<string, string> = { 'date-time': '2026-06-01T08:00:00.000Z', date: '2026-06-01' };

/** A value of the schema with everything in it that may be. */
function example(schema: JsonSchema): unknown {
  if (schema.$ref) return example(schemas[schema.$ref.slice(prefix.length)]!);
  if (schema.anyOf) return example(schema.anyOf[0] as JsonSchema);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.type === 'array')
    return Array.from({ length: schema.minItems ?? 1 }, () => example(schema.items as JsonSchema));
  if (schema.type === 'object') {
    const parts = Object.entries(schema.properties ?? {});
    return Object.fromEntries(parts.map(([key, part]) => [key, example(part as JsonSchema)]));
  }
  if (schema.type === 'string') {
    if (schema.format) return ofFormat[schema.format];
    return texts.find((text) => !schema.pattern || new RegExp(schema.pattern).test(text));
  }
  return schema.type === 'boolean' ? true : schema.type === 'null' ? null : Math.max(1, schema.minimum ?? 0);
}

/** The same value once for each list of words in it, with a word there that nobody knows yet. */
function* inventions(schema: JsonSchema, value: unknown): Generator<unknown> {
  if (schema.$ref) yield* inventions(schemas[schema.$ref.slice(prefix.length)]!, value);
  else if (schema.anyOf) yield* inventions(schema.anyOf[0] as JsonSchema, value);
  else if (schema.enum) yield 'of-tomorrow';
  else if (schema.type === 'array') {
    const [first, ...rest] = value as unknown[];
    for (const other of inventions(schema.items as JsonSchema, first)) yield [other, ...rest];
  } else if (schema.type === 'object') {
    for (const [key, part] of Object.entries(schema.properties ?? {}))
      for (const other of inventions(part as JsonSchema, (value as Record<string, unknown>)[key]))
        yield { ...(value as object), [key]: other };
  }
}

describe('what clients read', () => {
  it('decodes with an invented word in every list, which the server and its tests refuse', () => {
    const open = opened(schemas);
    let invented = 0;
    for (const [name, schema] of Object.entries(schemas)) {
      const value = example(schema);
      const closed = validator(schemas, name);
      assert.ok(closed(value), `${name}: ${JSON.stringify(value)}`);
      const reads = validator(open, name);
      for (const other of inventions(schema, value)) {
        assert.ok(!closed(other), name);
        assert.ok(reads(other), `${name}: ${JSON.stringify(other)}`);
        invented++;
      }
    }
    assert.ok(invented > 40, `${invented}`);
  });
});
