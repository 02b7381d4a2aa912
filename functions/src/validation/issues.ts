import * as v from 'valibot';
import { Fault, type Issue } from '../domain/fault.ts';
import { kindOf } from '../domain/json.ts';

type SchemaIssue = v.BaseIssue<unknown>;

/** The value in the form of the schema. @throws Fault `request/invalid`, with the issues */
export function validated<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, value);
  if (!parsed.success) throw new Fault('request/invalid', { issues: issuesOf(parsed.issues) });
  return parsed.output;
}

/**
 * Issues of valibot as every answer shows them: a JSON pointer (RFC 6901), what was expected in words, and the kind of
 * what was received. Never a value: it may be of somebody's health.
 */
export function issuesOf(issues: readonly SchemaIssue[]): Issue[] {
  return issues.map((issue) => ({
    pointer: (issue.path ?? []).map(({ key }) => `/${escaped(String(key))}`).join(''),
    expected: expectedBy(issue),
    received: kindOf(receivedBy(issue)),
  }));
}

function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** Of a key that is missing or unknown, valibot's own input is its name. */
function receivedBy({ path, input }: SchemaIssue): unknown {
  const last = path?.at(-1);
  return last?.origin === 'key' ? last.value : input;
}

const kinds: Record<string, string> = {
  array: 'an array',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  strict_object: 'an object',
  string: 'a string',
};

function expectedBy(issue: SchemaIssue): string {
  const { type, expected, message } = issue;
  // A message of the schema's own; those of valibot contain the value.
  if (!/^Invalid .*received/is.test(message)) return message;
  if (issue.path?.at(-1)?.origin === 'key') return expected === 'never' ? 'no key of this name' : 'a value';
  if (type === 'literal') return expected ?? '';
  if (type === 'picklist')
    return `one of ${(expected ?? '').replace(/^\(|\)$/g, '').replaceAll(' | ', ', ')}`;
  return limitOf(issue) ?? kinds[type] ?? 'a value of the documented form';
}

function limitOf({ type, input, requirement }: SchemaIssue): string | undefined {
  const [side, measure] = type.split('_');
  if (typeof requirement !== 'number' || (side !== 'min' && side !== 'max')) return undefined;
  const limit = `at ${side === 'min' ? 'least' : 'most'} ${requirement}`;
  if (measure !== 'length') return limit;
  return `${limit} ${Array.isArray(input) ? 'item' : 'character'}${requirement === 1 ? '' : 's'}`;
}
