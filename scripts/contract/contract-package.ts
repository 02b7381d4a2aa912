// The package `@clarity-loop/contract`: functions/client, and what of functions/src its entry points lead to, as JavaScript with
// its types. The folders stay as they are in functions/.
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { root } from '../lib/root.ts';

const functions = path.join(root, 'functions');
const client = path.join(functions, 'client');
/** Beside the package itself, as package.json exports them. */
const subpaths = ['client', 'healthkit', 'health-connect', 'sync'];
const entryPoints = ['index', ...subpaths].map((name) => `client/${name}`);

/** The files of the package by name, relative to its folder. */
export function contractPackage(): Map<string, string> {
  const files = reached(compiled());
  const swift = fs.globSync('swift/**/*.swift', { cwd: client });
  for (const file of ['package.json', 'README.md', 'openapi.json', 'vectors.json', ...swift])
    files.set(file.replaceAll(path.sep, '/'), fs.readFileSync(path.join(client, file), 'utf8'));
  // For whoever does not read "exports": moduleResolution node10, and bundlers of its time.
  for (const name of subpaths) {
    const to = name === 'client' ? './' : '../client/';
    const entry = { type: 'module', main: `${to}${name}.js`, types: `${to}${name}.d.ts` };
    files.set(`${name}/package.json`, `${JSON.stringify(entry)}\n`);
  }
  files.set('LICENSE', fs.readFileSync(path.join(root, 'LICENSE'), 'utf8'));
  return files;
}

/** Everything that the entry points lead to, types included, compiled. @throws Error where it does not compile */
function compiled(): Map<string, string> {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail };
  const { options } = ts.getParsedCommandLineOfConfigFile(path.join(client, 'tsconfig.json'), {}, host)!;
  const program = ts.createProgram(
    entryPoints.map((entry) => path.join(functions, `${entry}.ts`)),
    { ...options, noEmit: false, rootDir: functions, outDir: functions },
  );
  const files = new Map<string, string>();
  const { diagnostics } = program.emit(undefined, (file, text) => {
    files.set(path.relative(functions, file).replaceAll(path.sep, '/'), text);
  });
  fail(...ts.getPreEmitDiagnostics(program), ...diagnostics);
  return files;
}

function fail(...problems: ts.Diagnostic[]): void {
  if (problems.length === 0) return;
  const host = { getCanonicalFileName: String, getCurrentDirectory: () => root, getNewLine: () => '\n' };
  throw new Error(`The contract does not compile.\n${ts.formatDiagnostics(problems, host)}`);
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
  for (const entry of entryPoints) for (const end of ['.js', '.d.ts']) visit(`${entry}${end}`);
  return new Map([...found].sort());
}
