/**
 * Skips a test, or in a `before` all of its suite, where something is lacking on this machine. The reason becomes part of the
 * titles, so that it stands in every report.
 *
 * @param why a sentence's end: what is lacking, and where it comes from
 */
export function skip(context: Mocha.Context, why: string): never {
  const test = context.test!;
  const skipped = 'type' in test && test.type === 'hook' ? testsOf(test.parent!) : [test];
  for (const one of skipped) one.title += ` (skipped: ${why})`;
  return context.skip();
}

function testsOf(suite: Mocha.Suite): Mocha.Test[] {
  return [...suite.tests, ...suite.suites.flatMap(testsOf)];
}
