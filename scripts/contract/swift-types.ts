// The contract as Swift: Codable types for every JSON Schema of it. They live in `ClarityLoop`, so that none of their names can
// meet one of the app's or of Swift itself.
import { jsonSchemas, timestamp, type JsonSchema } from './json-schemas.ts';

const prefix = '#/$defs/';

const head = `// Generated from the schemas in functions/src/contract by "npm run build:contract". Do not edit.
//
// Instants are ISO 8601 text as they are sent; what is a Date comes from a timestamp of Firestore, so read documents with
// \`snapshot.data(as:)\` of FirebaseFirestore, and answers with a JSONDecoder.

import Foundation

public enum ClarityLoop {
  /// A part of an analysis: its numbers, or why there are none.
  public enum Section<Numbers: Codable & Hashable & Sendable>: Codable, Hashable, Sendable {
    case numbers(Numbers)
    case unavailable(UnavailableReason)

    public init(from decoder: any Decoder) throws {
      if let none = try? Unavailable(from: decoder) {
        self = .unavailable(none.unavailable)
      } else {
        self = .numbers(try Numbers(from: decoder))
      }
    }

    public func encode(to encoder: any Encoder) throws {
      switch self {
      case .numbers(let numbers): try numbers.encode(to: encoder)
      case .unavailable(let reason): try Unavailable(unavailable: reason).encode(to: encoder)
      }
    }
  }

  /// The value of a fact.
  public enum NumberOrText: Codable, Hashable, Sendable {
    case number(Double)
    case text(String)

    public init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else {
        self = .text(try container.decode(String.self))
      }
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .number(let number): try container.encode(number)
      case .text(let text): try container.encode(text)
      }
    }
  }

  /// Any JSON: HealthKit's metadata.
  public indirect enum JSONValue: Codable, Hashable, Sendable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    public init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .null
      } else if let bool = try? container.decode(Bool.self) {
        self = .bool(bool)
      } else if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else if let string = try? container.decode(String.self) {
        self = .string(string)
      } else if let array = try? container.decode([JSONValue].self) {
        self = .array(array)
      } else {
        self = .object(try container.decode([String: JSONValue].self))
      }
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .null: try container.encodeNil()
      case .bool(let bool): try container.encode(bool)
      case .number(let number): try container.encode(number)
      case .string(let string): try container.encode(string)
      case .array(let array): try container.encode(array)
      case .object(let object): try container.encode(object)
      }
    }
  }
`;

/** The file `ClarityLoopContract.swift` of the Swift package in `functions/client/swift`. */
export function swiftTypes(): string {
  const declarations = Object.entries(jsonSchemas(prefix)).map(([name, schema]) => declaration(name, schema));
  const body = declarations.map((lines) => indented(lines).join('\n')).join('\n\n');
  return `${head}\n${body}\n}\n`;
}

/** Words of Swift that a schema may use as a name. */
const keywords = new Set(
  'as break case catch class continue default defer do else enum extension false for func guard if import in init internal is let nil operator private protocol public repeat return self static struct super switch throw throws true try var where while'.split(
    ' ',
  ),
);
const escaped = (name: string): string => (keywords.has(name) ? `\`${name}\`` : name);

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : `  ${line}`));
}

function doc({ description }: JsonSchema): string[] {
  return description ? [`/// ${description}`] : [];
}

/** One type at the top of the file. */
function declaration(name: string, schema: JsonSchema): string[] {
  const { present } = withoutNull(schema);
  if (isObject(present)) return struct(name, present);
  if (isTexts(present)) return enumeration(name, present.enum);
  return [...doc(schema), `public typealias ${name} = ${typeOf(name, present).type}`];
}

function struct(name: string, schema: JsonSchema): string[] {
  const required = new Set(schema.required);
  const nested: string[][] = [];
  const fields = Object.entries(schema.properties ?? {}).map(([key, part]) => {
    const property = part as JsonSchema;
    const { present, nullable } = withoutNull(property);
    const { type, nested: inner } = typeOf(key[0]!.toUpperCase() + key.slice(1), present);
    if (inner) nested.push(inner);
    const optional = nullable || !required.has(key);
    const constant = fixedValue(present);
    return {
      declared: [...doc(property), `public var ${escaped(key)}: ${type}${optional ? '?' : ''}`],
      key,
      parameter: `${escaped(key)}: ${type}${optional ? '? = nil' : constant === undefined ? '' : ` = ${constant}`}`,
    };
  });
  const initializer = [
    fields.length > 0 ? 'public init(' : 'public init() {}',
    ...fields.map(({ parameter }, i) => `  ${parameter}${i < fields.length - 1 ? ',' : ''}`),
    ...(fields.length > 0 ? [') {', ...fields.map(({ key }) => `  self.${key} = ${escaped(key)}`), '}'] : []),
  ];
  return [
    ...doc(schema),
    `public struct ${name}: Codable, Hashable, Sendable {`,
    ...indented(fields.flatMap(({ declared }) => declared)),
    ...(fields.length > 0 ? [''] : []),
    ...indented(initializer),
    ...nested.flatMap((lines) => ['', ...indented(lines)]),
    '}',
  ];
}

/** Open: a newer server may say a word that an installed app does not know. */
function enumeration(name: string, values: readonly string[]): string[] {
  const cases = values.map((value) => [escaped(caseName(value)), JSON.stringify(value)] as const);
  return [
    `public enum ${name}: RawRepresentable, Codable, Hashable, Sendable {`,
    ...cases.map(([word]) => `  case ${word}`),
    '  /// What a newer server says.',
    '  case unknown(String)',
    '',
    '  public init(rawValue: String) {',
    '    switch rawValue {',
    ...cases.map(([word, value]) => `    case ${value}: self = .${word}`),
    '    default: self = .unknown(rawValue)',
    '    }',
    '  }',
    '',
    '  public var rawValue: String {',
    '    switch self {',
    ...cases.map(([word, value]) => `    case .${word}: return ${value}`),
    '    case .unknown(let value): return value',
    '    }',
    '  }',
    '',
    '  public init(from decoder: any Decoder) throws {',
    '    self.init(rawValue: try decoder.singleValueContainer().decode(String.self))',
    '  }',
    '',
    '  public func encode(to encoder: any Encoder) throws {',
    '    var container = encoder.singleValueContainer()',
    '    try container.encode(rawValue)',
    '  }',
    '}',
  ];
}

/** `auth/missing-token` as `authMissingToken`. */
export function caseName(value: string): string {
  return value
    .split(/[^A-Za-z0-9]+/)
    .map((word, i) => (i === 0 ? word : word[0]!.toUpperCase() + word.slice(1)))
    .join('');
}

/**
 * The Swift type of a schema that is not null, with its declaration where it has no name of its own yet.
 *
 * @throws Error for a schema that has no Swift type here
 */
function typeOf(name: string, schema: JsonSchema): { type: string; nested?: string[] } {
  if (schema.$ref) return { type: schema.$ref.slice(prefix.length) };
  if (schema.anyOf) return { type: unionOf(schema.anyOf as JsonSchema[]) };
  if (isTexts(schema)) return { type: name, nested: enumeration(name, schema.enum) };
  if (isObject(schema)) {
    if (schema.properties) return { type: name, nested: struct(name, schema) };
    return { type: '[String: JSONValue]' };
  }
  switch (schema.type ?? typeof schema.const) {
    case 'array': {
      const { type, nested } = typeOf(name, schema.items as JsonSchema);
      return { type: `[${type}]`, ...(nested && { nested }) };
    }
    case 'string':
      return { type: schema.$comment === timestamp.$comment ? 'Date' : 'String' };
    case 'integer':
      return { type: 'Int' };
    case 'number':
      return { type: typeof schema.const === 'number' ? 'Int' : 'Double' };
    case 'boolean':
      return { type: 'Bool' };
    default:
      throw new Error(`${name} has a schema without a Swift type: ${JSON.stringify(schema)}`);
  }
}

function unionOf(options: readonly JsonSchema[]): string {
  const [first, second] = options;
  if (options.length === 2 && second!.$ref === `${prefix}Unavailable`) {
    return `Section<${typeOf('', first!).type}>`;
  }
  if (first!.type === 'number' && second!.type === 'string') return 'NumberOrText';
  if (options.every((option) => isTexts(option) || option.$ref === `${prefix}ProblemCode`)) return 'String';
  throw new Error(`A union without a Swift type: ${JSON.stringify(options)}`);
}

function fixedValue({ const: value }: JsonSchema): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}

function isObject(schema: JsonSchema): boolean {
  return schema.type === 'object';
}

function isTexts(schema: JsonSchema): schema is JsonSchema & { enum: string[] } {
  return schema.enum?.every((value) => typeof value === 'string') ?? false;
}

/** A schema without its `null`, and whether it had one. */
function withoutNull(schema: JsonSchema): { present: JsonSchema; nullable: boolean } {
  const options = schema.anyOf as JsonSchema[] | undefined;
  const present = options?.filter(({ type }) => type !== 'null');
  if (!present || present.length === options!.length) return { present: schema, nullable: false };
  return { present: present.length === 1 ? present[0]! : { anyOf: present }, nullable: true };
}
