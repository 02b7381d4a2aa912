const colours: Record<string, string> = { ERROR: '31', WARNING: '33', INFO: '32', DEBUG: '90' };
/** Told by the other fields, or of no use to a person. */
const untold = ['level', 'severity', 'message', 'stack', 'logging.googleapis.com/trace_sampled'];
const shortIds: Record<string, string> = {
  'logging.googleapis.com/trace': 'trace',
  'logging.googleapis.com/spanId': 'span',
};

/** A log line for a person at a terminal: severity, event, fields, and the stack below. */
export function prettyLine(line: Record<string, unknown>, options: { colours: boolean }): string {
  const severity = text(line.severity ?? 'DEFAULT');
  const colour = options.colours ? colours[severity] : undefined;
  const head = severity.padEnd(7);
  const fields = Object.entries(line)
    .filter(([name]) => !untold.includes(name))
    .map(
      ([name, value]) => `${shortIds[name] ?? name}=${text(value).replace(/^projects\/.*\/traces\//, '')}`,
    );
  const shown = colour ? `\u001b[${colour}m${head}\u001b[0m` : head;
  const stack = line.stack === undefined ? '' : `\n${text(line.stack)}`;
  return `${shown} ${[text(line.message ?? ''), ...fields].join('  ')}${stack}`;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
