// The package `@clarity-loop/contract`: what of functions/src its two doors lead to, as JavaScript with its types.
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import rootPackage from '../../package.json' with { type: 'json' };
import functionsPackage from '../../functions/package.json' with { type: 'json' };
import { root } from '../lib/root.ts';
import { version } from './version.ts';

const source = path.join(root, 'functions/src');
const doors = ['contract/index', 'contract/client'];

/** The files of the package by name, relative to its folder. */
export function contractPackage(): Map<string, string> {
  const files = reached(compiled());
  files.set('package.json', `${JSON.stringify(manifest(), null, 2)}\n`);
  files.set('README.md', fs.readFileSync(path.join(root, 'functions/client/README.md'), 'utf8'));
  files.set('LICENSE', fs.readFileSync(path.join(root, 'LICENSE'), 'utf8'));
  for (const name of ['openapi.json', 'ClarityLoopContract.swift']) {
    files.set(name, fs.readFileSync(path.join(source, 'contract', name), 'utf8'));
  }
  return files;
}

function manifest(): object {
  return {
    name: '@clarity-loop/contract',
    version,
    description:
      'Types, schemas, error codes and document paths of Clarity Loop, and a client for the Firebase SDK.',
    license: rootPackage.license,
    type: 'module',
    sideEffects: false,
    engines: { node: rootPackage.engines.node },
    exports: {
      '.': { types: './contract/index.d.ts', default: './contract/index.js' },
      './client': { types: './contract/client.d.ts', default: './contract/client.js' },
      './openapi.json': './openapi.json',
    },
    dependencies: { valibot: `^${functionsPackage.dependencies.valibot}` },
    peerDependencies: { firebase: `^${rootPackage.devDependencies.firebase}` },
    // Only the client needs it.
    peerDependenciesMeta: { firebase: { optional: true } },
  };
}

/** Everything that the doors lead to, types included, compiled. @throws Error where it does not compile */
function compiled(): Map<string, string> {
  const { config } = ts.readConfigFile(path.join(root, 'functions/tsconfig.json'), (file) =>
    ts.sys.readFile(file),
  ) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, path.join(root, 'functions'));
  const program = ts.createProgram(
    doors.map((door) => path.join(source, `${door}.ts`)),
    {
      ...options,
      noEmit: false,
      declaration: true,
      rewriteRelativeImportExtensions: true,
      // What Node 20 and the browsers of 2023 understand.
      target: ts.ScriptTarget.ES2022,
      rootDir: source,
      outDir: source,
    },
  );
  const files = new Map<string, string>();
  const { diagnostics } = program.emit(undefined, (file, text) => {
    files.set(path.relative(source, file).replaceAll(path.sep, '/'), text);
  });
  const problems = [...ts.getPreEmitDiagnostics(program), ...diagnostics];
  if (problems.length > 0) {
    const host = { getCanonicalFileName: String, getCurrentDirectory: () => root, getNewLine: () => '\n' };
    throw new Error(`The contract does not compile.\n${ts.formatDiagnostics(problems, host)}`);
  }
  return files;
}

/** The scripts that scripts need, and the types that types need: the domain's own code stays at home. */
function reached(files: ReadonlyMap<string, string>): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    const text = files.get(name);
    if (text === undefined) throw new Error(`The contract refers to ${name}, which was not compiled.`);
    found.set(name, text);
    const end = name.endsWith('.d.ts') ? '.d.ts' : '.js';
    for (const { fileName } of ts.preProcessFile(text).importedFiles) {
      if (fileName.startsWith('.'))
        visit(path.posix.join(path.posix.dirname(name), fileName).replace(/\.[jt]s$/, end));
    }
  };
  for (const door of doors) for (const end of ['.js', '.d.ts']) visit(`${door}${end}`);
  return new Map([...found].sort());
}
