import { Validator } from '@seriousme/openapi-schema-validator';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import rootPackage from '../../package.json' with { type: 'json' };
import clientPackage from '../../functions/client/package.json' with { type: 'json' };
import functionsPackage from '../../functions/package.json' with { type: 'json' };
import { contractPackage } from './contract-package.ts';
import { generatedFiles } from './generated-files.ts';
import { jsonSchemas, type JsonSchema } from './json-schemas.ts';
import { openApiDocument } from './open-api-document.ts';
import { caseName, swiftTypes } from './swift-types.ts';
import { root } from '../lib/root.ts';
import { healthKitTypes } from '../../functions/client/healthkit.ts';
import { sampleTypeOfIdentifier } from '../../functions/client/sample-table.ts';
import { faults } from '../../functions/src/domain/fault.ts';
import { temporaryFolder } from '../../functions/test/support/temporary-folder.ts';

describe('what is made from the contract', () => {
  it('is as the schemas are now (else: npm run build:contract)', async () => {
    for (const [file, text] of await generatedFiles()) {
      assert.equal(fs.readFileSync(path.join(root, file), 'utf8'), text, file);
    }
  });
});

describe('the OpenAPI document', () => {
  const document = openApiDocument();

  it('is valid OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(
      JSON.parse(JSON.stringify(document)) as Record<string, unknown>,
    );
    assert.deepEqual([valid, errors], [true, undefined]);
    assert.match(document.openapi, /^3\.1\./);
  });

  it('has every problem code with its status and sentence', () => {
    assert.deepEqual(JSON.parse(JSON.stringify(document['x-problem-codes'])), faults);
    assert.deepEqual(wordsOf(document.components.schemas.ProblemCode), Object.keys(faults));
    for (const [address, operations] of Object.entries(document.paths)) {
      for (const { responses } of Object.values(operations)) {
        const codes = Object.entries(responses).flatMap(([status, { content }]) => {
          const schema = content['application/problem+json']?.schema as
            { properties: Properties } | undefined;
          return wordsOf(schema?.properties.code).map((code) => [code, Number(status)] as const);
        });
        assert.ok(codes.length > 5, address);
        for (const [code, status] of codes) assert.equal(faults[code as keyof typeof faults].status, status);
      }
    }
  });

  it('writes the keys of an existing client in its case', () => {
    const { properties, required } = document.components.schemas.RecordingInSnakeCase!;
    assert.deepEqual(required, ['samples']);
    const samples = properties!.samples as { items: JsonSchema };
    assert.deepEqual(samples.items.required, ['sample_type', 'start_date', 'end_date']);
    const keys = [...JSON.stringify(properties).matchAll(/"(\w+)":\{/g)].map(([, key]) => key);
    assert.ok(keys.includes('operating_system_version'));
    const camel = keys.filter((key) => /[A-Z]/.test(key!));
    assert.deepEqual([...new Set(camel)].sort(), ['additionalProperties', 'propertyNames']);
  });
});

type Properties = Record<string, JsonSchema>;

/** The words of an open list. */
function wordsOf(schema: JsonSchema | undefined): string[] {
  return (schema as { 'x-extensible-enum'?: string[] } | undefined)?.['x-extensible-enum'] ?? [];
}

describe('the page about the HTTPS functions', () => {
  const page = fs.readFileSync(path.join(root, 'functions/docs/http.md'), 'utf8');

  it('has every address, every schema and every code, and leads nowhere else', () => {
    const { paths, components } = openApiDocument();
    for (const address of Object.keys(paths)) assert.ok(page.includes(` ${address}\n`), address);
    const headings = new Set([...page.matchAll(/^### (\w+)$/gm)].map(([, name]) => name!));
    assert.deepEqual([...headings].sort(), Object.keys(components.schemas).sort());
    const anchors = new Set([...headings].map((name) => name.toLowerCase()));
    for (const [, anchor] of page.matchAll(/\]\(#(\w+)\)/g)) assert.ok(anchors.has(anchor!), anchor);
    for (const code of Object.keys(faults)) assert.ok(page.includes(`\`${code}\``), code);
  });
});

describe('the Swift types', () => {
  const swift = swiftTypes();
  const schemas = jsonSchemas('#/$defs/');
  /** The lines of a declaration of two spaces' depth. */
  const declarationOf = (kind: string, name: string): string => {
    const found = new RegExp(`^  public ${kind} ${name}\\b[^\\n]*\\{\\n([\\s\\S]*?)^  \\}$`, 'm').exec(swift);
    assert.ok(found, `${kind} ${name}`);
    return found[1]!;
  };

  it('have every property of every schema, optional where the schema lets it be absent or null', () => {
    let properties = 0;
    for (const [name, schema] of Object.entries(schemas)) {
      if (schema.type !== 'object') continue;
      const body = declarationOf('struct', name);
      const own = body.matchAll(/^ {4}public var `?(\w+)`?: (.+)$/gm);
      const declared = new Map([...own].map(([, property, type]) => [property!, type!]));
      assert.deepEqual([...declared.keys()], Object.keys(schema.properties ?? {}), name);
      for (const [property, type] of declared) {
        const of = schema.properties![property] as JsonSchema;
        const nullable = (of.anyOf as JsonSchema[] | undefined)?.some((one) => one.type === 'null') ?? false;
        const optional = nullable || !schema.required?.includes(property);
        assert.equal(type.endsWith('?'), optional, `${name}.${property}`);
        properties++;
      }
    }
    assert.ok(properties > 200, `${properties}`);
  });

  it('have a case for every value of every enum, also of those within a schema', () => {
    let values = 0;
    const visit = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      const { enum: texts } = value as JsonSchema;
      for (const text of Array.isArray(texts) ? (texts as string[]) : []) {
        const word = caseName(text);
        assert.match(swift, new RegExp(`case "${text}": self = \\.\`?${word}\`?\n`));
        assert.match(swift, new RegExp(`case \\.\`?${word}\`?: return "${text}"\n`));
        values++;
      }
      for (const [name, part] of Object.entries(value)) {
        // Any of two lists of codes, which is a String in Swift.
        if (name !== 'reason') visit(part);
      }
    };
    for (const schema of Object.values(schemas)) visit(schema);
    assert.ok(values > Object.keys(faults).length + 20, `${values}`);
  });

  it('keep a word that they do not know, in every list of words', () => {
    const lists = swift.split(/public enum \w+: RawRepresentable/).slice(1);
    assert.ok(lists.length > 10, `${lists.length}`);
    for (const list of lists) {
      assert.match(list, /case unknown\(String\)/);
      assert.match(list, /default: self = \.unknown\(rawValue\)/);
      assert.match(list, /case \.unknown\(let value\): return value/);
    }
    assert.doesNotMatch(swift, /enum \w+: String/);
  });

  it('use no type that is not declared, declare none twice, and close what they open', () => {
    const declared = [...swift.matchAll(/^ {2}public (?:indirect )?(?:struct|enum|typealias) (\w+)/gm)];
    const names = declared.map(([, name]) => name!);
    assert.equal(new Set(names).size, names.length);
    const nested = [...swift.matchAll(/^ {4,}public (?:struct|enum) (\w+)/gm)].map(([, name]) => name!);
    const known = new Set([...names, ...nested, 'String', 'Int', 'Double', 'Bool', 'Date']);
    for (const [, type] of swift.matchAll(/^ {4,}public var \S+: (.+)$/gm)) {
      for (const [part] of type!.matchAll(/\w+/g)) assert.ok(known.has(part), part);
    }
    for (const [open, close] of ['{}', '()', '[]']) {
      assert.equal(swift.split(open!).length, swift.split(close!).length, open);
    }
  });
});

describe('the Swift package', () => {
  const mapping = fs.readFileSync(
    path.join(root, 'functions/client/swift/Sources/ClarityLoop/HealthKitMapping.swift'),
    'utf8',
  );

  it("asks HealthKit for the same types in the same units as TypeScript's mapper", () => {
    const rows = [...mapping.matchAll(/\(\.(\w+), "(\w+)", "([^"]+)"\)/g)];
    const asked = rows.map(([, identifier, sampleType, unit]) => {
      assert.equal(identifier, sampleType);
      return [sampleType, unit];
    });
    const { quantities } = healthKitTypes;
    const expected = Object.entries(quantities).map(([name, unit]) => [sampleTypeOfIdentifier(name), unit]);
    assert.deepEqual(asked.sort(), expected.sort());
  });
});

describe('the package @clarity-loop/contract', () => {
  const folder = temporaryFolder();
  const files = contractPackage();
  /** The package as npm installs it, beside the packages it needs. */
  const installed = (): string => {
    for (const [file, text] of files) folder.write(`node_modules/@clarity-loop/contract/${file}`, text);
    fs.symlinkSync(path.join(root, 'functions/node_modules/valibot'), folder.path('node_modules/valibot'));
    fs.symlinkSync(path.join(root, 'node_modules/firebase'), folder.path('node_modules/firebase'));
    return folder.path('node_modules/@clarity-loop/contract');
  };

  it('holds the contract and nothing else, as npm packs it', () => {
    const npm = process.env.npm_execpath;
    const args = ['pack', '--dry-run', '--json', '--ignore-scripts', '--offline', '--loglevel=error'];
    const options = { cwd: installed(), encoding: 'utf8' as const };
    const answer = npm
      ? execFileSync(process.execPath, [npm, ...args], options)
      : execFileSync('npm', args, options);
    const [packed] = Object.values(
      JSON.parse(answer) as Record<string, { name: string; files: { path: string }[] }>,
    );
    assert.equal(packed!.name, '@clarity-loop/contract');
    assert.deepEqual(packed!.files.map((file) => file.path).sort(), [...files.keys()].sort());
    const kinds = [...files.keys()].map((name) =>
      name.replace(
        /^(client|swift|src\/(?:contract|domain|validation))\/.+?(\.d\.ts|\.js|\.swift)$/,
        '$1 $2',
      ),
    );
    assert.deepEqual([...new Set(kinds)].sort(), [
      'LICENSE',
      'README.md',
      'client .d.ts',
      'client .js',
      'client/package.json',
      'health-connect/package.json',
      'healthkit/package.json',
      'openapi.json',
      'package.json',
      'src/contract .d.ts',
      'src/contract .js',
      'src/domain .d.ts',
      'src/domain .js',
      'src/validation .js',
      'swift .swift',
      'sync/package.json',
      'vectors.json',
    ]);
  });

  it('has the version of the product, and asks for the packages that are tested here', () => {
    const { version, dependencies, peerDependencies } = clientPackage;
    assert.equal(version, rootPackage.version);
    assert.deepEqual(dependencies, { valibot: `^${functionsPackage.dependencies.valibot}` });
    assert.deepEqual(peerDependencies, { firebase: '>=10' });
  });

  it('says nothing of where it was built, nor of tests, and needs nothing of Node', () => {
    for (const [file, text] of files) {
      assert.ok(!text.includes(root), file);
      assert.doesNotMatch(text, /sourceMappingURL|\.test\.|['"]node:/, file);
    }
  });

  /** Node as it is on this machine, and the one that runs the tests. */
  const nodes = [
    process.execPath,
    ...(process.env.PATH ?? '')
      .split(path.delimiter)
      .map((directory) => path.join(directory, 'node'))
      .filter((file) => !file.includes('node_modules') && fs.existsSync(file))
      .slice(0, 1),
  ];
  for (const node of nodes) {
    const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
    it(`is imported by Node ${version}, both entry points`, () => {
      installed();
      folder.write(
        'app.mjs',
        `import { faults, paths, RequestUploadInput } from '@clarity-loop/contract';
         import { ClientError, clarityLoop } from '@clarity-loop/contract/client';
         import * as v from 'valibot';
         const valid = v.is(RequestUploadInput, { contentType: 'application/json', sizeBytes: 5 });
         const { message } = new ClientError('quota/exceeded');
         console.log(JSON.stringify([valid, paths.upload('u', 'i'), message === faults['quota/exceeded'].sentence,
           typeof clarityLoop]));`,
      );
      const said = execFileSync(node, [folder.path('app.mjs')], { encoding: 'utf8' });
      assert.deepEqual(JSON.parse(said), [true, 'users/u/uploads/i', true, 'function']);
    }).timeout(30_000);
  }

  it('has types for both entry points that an app compiles with', () => {
    installed();
    const app = folder.write(
      'app.ts',
      `import type { FirebaseApp } from 'firebase/app';
       import { paths, type Analysis, type Narrative, type ProblemCode, type Recording } from '@clarity-loop/contract';
       import { ClientError, clarityLoop, type UploadState } from '@clarity-loop/contract/client';
       export async function send(app: FirebaseApp, recording: Recording): Promise<string> {
         const loop = clarityLoop(app);
         const uploadId: string = await loop.uploadRecording(recording).sent;
         for await (const { progress } of loop.uploadStatus(uploadId)) {
           const share: number = progress;
           // @ts-expect-error: it is a number
           const text: string = progress;
         }
         const narrative = await loop.narrative(uploadId);
         // @ts-expect-error: there may be none
         narrative.summary;
         return paths.narrative('uid', uploadId) + narrative?.summary;
       }
       export const night = (analysis: Analysis) => 'nights' in analysis.sleep && analysis.sleep.nights[0]!.tstMinutes;
       export const isOver = (error: ClientError) => error.code === 'quota/exceeded';
       export const isNewer = (error: ClientError) => error.code === 'quota/of-tomorrow';
       export const ofTomorrow: UploadState['status'] = 'resting';
       // @ts-expect-error: no word at all
       export const number: UploadState['status'] = 3;
       // @ts-expect-error: no such code
       export const none: ProblemCode = 'none';
       export const source: Narrative['source'] = 'model-of-tomorrow';`,
    );
    const program = ts.createProgram([app], {
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      types: [],
      lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    });
    const problems = ts
      .getPreEmitDiagnostics(program)
      .map(({ file, messageText }) => [
        file?.fileName.split('node_modules/').at(-1),
        ts.flattenDiagnosticMessageText(messageText, '\n'),
      ]);
    assert.deepEqual(problems, []);
  }).timeout(60_000);
});
