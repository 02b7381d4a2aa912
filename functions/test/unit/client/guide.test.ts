import assert from 'node:assert/strict';
import path from 'node:path';
import ts from 'typescript';
import rootPackage from '../../../../package.json' with { type: 'json' };
import { blocksOf as blocks, bridges, guide, others } from '../../support/guide.ts';
import { actions } from '../../../client/what-to-do.ts';

const functions = path.resolve(import.meta.dirname, '../../..');

describe('the guide "Integrate in a day"', () => {
  it('has TypeScript that compiles, one block after the other, against the package', () => {
    const files = new Map(
      [
        ['guide.ts', blocks('ts').join('\n')],
        ['others.d.ts', others + bridges],
      ].map(([name, text]) => [path.join(functions, 'client', name!), text!]),
    );
    const options: ts.CompilerOptions = {
      ...{ strict: true, noEmit: true, skipLibCheck: true, allowImportingTsExtensions: true },
      ...{ target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, esModuleInterop: true },
      ...{ moduleResolution: ts.ModuleResolutionKind.Bundler, types: [] },
      lib: ['lib.es2024.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.dom.asynciterable.d.ts'],
      paths: {
        '@clarity-loop/contract': [path.join(functions, 'client/index.ts')],
        '@clarity-loop/contract/*': [path.join(functions, 'client/*.ts')],
      },
    };
    const host = ts.createCompilerHost(options);
    const { readFile, fileExists, getSourceFile } = host;
    host.fileExists = (name) => files.has(name) || fileExists(name);
    host.readFile = (name) => files.get(name) ?? readFile(name);
    host.getSourceFile = (name, ...rest) =>
      files.has(name)
        ? ts.createSourceFile(name, files.get(name)!, ts.ScriptTarget.ES2022)
        : getSourceFile(name, ...rest);
    const program = ts.createProgram([...files.keys()], options, host);
    // What it uses of the client has its own check.
    const problems = [...files.keys()].flatMap((name) =>
      ts.getPreEmitDiagnostics(program, program.getSourceFile(name)).map(({ file, start, messageText }) => {
        const { line } = file!.getLineAndCharacterOfPosition(start!);
        return `${path.basename(name)}:${line + 1} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
      }),
    );
    assert.deepEqual(problems, []);
    assert.ok(blocks('ts').length > 8);
  }).timeout(60_000);

  it('names commands that there are', () => {
    const commands = blocks('sh').flatMap((text) => [...text.matchAll(/^npm (?:run )?([\w:-]+)/gm)]);
    assert.ok(commands.length > 1);
    for (const [, name] of commands) assert.ok(Object.hasOwn(rootPackage.scripts, name!), name);
  });

  it('has every code under what the client says to do about it', () => {
    const rows = [...guide.matchAll(/^\| `([a-z-]+)` +\| [^|]+ \| ([^|]+) \|$/gm)];
    const told = rows.flatMap(([, action, codes]) =>
      [...codes!.matchAll(/`([^`]+)`/g)].map(([, code]) => [code!, action!] as const),
    );
    assert.deepEqual(Object.fromEntries(told), actions);
    assert.equal(told.length, Object.keys(actions).length);
  });
});
