// Reads the output of the firebase CLI: what of it a person should see, and what it says about a failure.
import { stripVTControlCharacters } from 'node:util';

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

/** The reason in a line that reports that the functions' code could not be loaded. */
export function loadFailureIn(line: string): string | undefined {
  return /Failed to load function definition from source: (?:FirebaseError: )?(.*)/.exec(line)?.[1];
}

/** Undefined for lines that say nothing a person waiting for a result would want to know. */
export function worthShowing(line: string): string | undefined {
  const logged = /^>\s+(\{.*\})$/.exec(line)?.[1];
  if (logged) return warningIn(logged);
  const interesting = /delivery \d+ of the same event|event dropped after|Loaded functions definitions/.test(
    line,
  );
  return interesting || loadFailureIn(line) ? line.replace(/^\S\s+/, '') : undefined;
}

const quietSeverities = ['DEFAULT', 'DEBUG', 'INFO', 'NOTICE'];

/** `WARNING message` of a structured log line at or above that severity. */
function warningIn(json: string): string | undefined {
  try {
    const { severity = 'DEFAULT', message = '' } = JSON.parse(json) as {
      severity?: string;
      message?: string;
    };
    return quietSeverities.includes(severity) ? undefined : `${severity} ${message}`;
  } catch {
    return undefined;
  }
}
