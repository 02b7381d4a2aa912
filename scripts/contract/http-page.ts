// The OpenAPI document as a page that people read: functions/docs/http.md.
import type { JsonSchema } from './json-schemas.ts';
import { openApiDocument } from './open-api-document.ts';

interface Parameter {
  name: string;
  in: string;
  required: boolean;
  description?: string;
  schema: JsonSchema;
}
interface ReadOperation {
  summary: string;
  description?: string;
  parameters: ({ $ref: string } | Parameter)[];
  requestBody?: { content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, { description: string; content: Record<string, { schema: JsonSchema }> }>;
}

const nameOf = ($ref: string): string => $ref.slice($ref.lastIndexOf('/') + 1);
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function table(head: string[], rows: string[][]): string[] {
  const line = (cells: string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''];
}

/** The type of a value, with a link to a schema of its own. */
function typeOf(schema: JsonSchema): string {
  if (schema.$ref) return `[${nameOf(schema.$ref)}](#${nameOf(schema.$ref).toLowerCase()})`;
  if (schema.anyOf) return schema.anyOf.map((one) => typeOf(one as JsonSchema)).join(' or ');
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  const { enum: closed, 'x-extensible-enum': open } = schema as {
    enum?: string[];
    'x-extensible-enum'?: string[];
  };
  const words = closed ?? open;
  if (words) return words.map((word) => `\`${word}\``).join(', ') + (open ? ', or a newer one' : '');
  if (schema.type === 'array') return `list of ${typeOf((schema.items ?? {}) as JsonSchema)}`;
  const inside = Object.entries(schema.properties ?? {}).map(
    ([key, part]) => `${key}: ${typeOf(part as JsonSchema)}`,
  );
  if (inside.length > 0) return `{ ${inside.join(', ')} }`;
  const limits = [schema.format, schema.pattern && `\`${schema.pattern}\``].filter((limit) => limit);
  return [schema.type ?? 'anything', ...limits].join(', ');
}

/** The page, before it is formatted. */
export function httpPage(): string {
  const document = openApiDocument();
  const { parameters, schemas } = document.components as unknown as {
    parameters: Record<string, Parameter>;
    schemas: Record<string, JsonSchema>;
  };
  const lines = [
    '<!-- Generated from the OpenAPI document by "npm run build:contract". Do not edit. -->',
    '# The HTTPS functions',
    '',
    'For clients without the Firebase SDK: `https://REGION-PROJECT.cloudfunctions.net`, with a Firebase ID token as',
    '`Authorization: Bearer ...` and, outside the emulators, a token of App Check as `X-Firebase-AppCheck`. The same for machines:',
    '[openapi.json](../client/openapi.json).',
    '',
  ];
  for (const [address, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const { summary, description, requestBody, responses, ...rest } = operation as unknown as ReadOperation;
      lines.push(`## ${method.toUpperCase()} ${address}`, '', summary, '');
      if (description) lines.push(description, '');
      const asked = rest.parameters.map((one) => ('$ref' in one ? parameters[nameOf(one.$ref)]! : one));
      const rows = asked.map(({ name, in: place, required, description: said = '', schema }) => [
        `\`${name}\``,
        `${place}${required ? ', required' : ''}`,
        `${said} ${typeOf(schema)}`.trim(),
      ]);
      if (rows.length > 0) lines.push(...table(['parameter', 'where', 'what'], rows));
      for (const [type, { schema }] of Object.entries(requestBody?.content ?? {}))
        lines.push(`Body, \`${type}\`: ${schema.description ?? typeOf(schema)}`, '');
      const answers = Object.entries(responses).flatMap(([status, { description: said, content }]) => {
        const problem = Object.hasOwn(content, 'application/problem+json');
        const ok = Object.entries(content).map(
          ([type, { schema }]) => `${said} \`${type}\`: ${typeOf(schema)}`,
        );
        return (problem ? said.split('\n') : ok).map((one) => [status, one]);
      });
      lines.push(...table(['status', 'answer'], answers));
    }
  }
  lines.push('## What they are made of', '');
  for (const [name, schema] of Object.entries(schemas)) {
    // Written as the other case of one that is here.
    if (name.endsWith('InSnakeCase')) {
      lines.push(
        `### ${name}`,
        '',
        `As ${name.slice(0, -'InSnakeCase'.length)}, with its keys in snake_case.`,
        '',
      );
      continue;
    }
    lines.push(`### ${name}`, '');
    const parts = Object.entries(schema.properties ?? {});
    if (parts.length === 0) lines.push(typeOf(schema), '');
    const rows = parts.map(([key, part]) => [
      `\`${key}\`${schema.required?.includes(key) ? '' : ', optional'}`,
      `${(part as JsonSchema).description ?? ''} ${typeOf(part as JsonSchema)}`.trim(),
    ]);
    if (rows.length > 0) lines.push(...table(['key', 'what'], rows));
  }
  return lines.join('\n');
}
