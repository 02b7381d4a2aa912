// Reads the output of the firebase CLI: what of it a person should see, and what it says about a failure.
import { stripVTControlCharacters } from 'node:util';
import { prettyLine } from '../../functions/src/telemetry/pretty-line.ts';

/** Splits a stream into lines without colours. */
export function lineReader(onLine: (line: string) => void): (chunk: string) => void {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(stripVTControlCharacters(line).trimEnd());
  };
}

export const isReadyLine = (line: string) => line.includes('All emulators ready!');

const loadFailure = /Failed to load function definition from source: (?:FirebaseError: )?(.*)/;
const errorLine = /^\s*(\w*Error(?: \[\w+\])?: .+)/;

/** Why the functions' code could not be loaded; undefined as long as nothing says that it could not. */
export function loadFailureIn(lines: string[]): string | undefined {
  const at = lines.findIndex((line) => loadFailure.test(line));
  if (at < 0) return undefined;
  const said = loadFailure.exec(lines[at] ?? '')?.[1] ?? '';
  // What was thrown stands above the CLI's own sentence.
  const thrown = lines.slice(0, at).findLast((line) => errorLine.test(line));
  return thrown ? `${said} (${thrown.trim()})` : said;
}

/** Undefined for lines that say nothing a person waiting for a result would want to know. */
export function worthShowing(line: string): string | undefined {
  const logged = /^>\s+(\{.*\})$/.exec(line)?.[1];
  if (logged) return warningIn(logged);
  const interesting = /delivery \d+ of the same event|event dropped after|Loaded functions definitions/.test(
    line,
  );
  return interesting || loadFailure.test(line) ? line.replace(/^\S\s+/, '') : undefined;
}

const quietSeverities = ['DEFAULT', 'DEBUG', 'INFO', 'NOTICE'];

/** A structured log line of a warning or worse, for a person. */
function warningIn(json: string): string | undefined {
  try {
    const line = JSON.parse(json) as Record<string, unknown>;
    const { severity = 'DEFAULT' } = line as { severity?: string };
    if (quietSeverities.includes(severity)) return undefined;
    // A fault that another delivery mends is the everyday; where it happened would only fill the screen.
    if (severity === 'WARNING') delete line['stack'];
    return prettyLine(line, { colours: process.stderr.isTTY && process.stderr.hasColors() });
  } catch {
    return undefined;
  }
}
