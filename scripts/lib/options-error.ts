/** What `parseArgs` of Node refuses, in one sentence that tells where to read on. */
export function optionsError(error: unknown): RangeError {
  // Of Node's several sentences the first says what is wrong.
  const [first] = (error as Error).message.split(/\. |\n/);
  return new RangeError(`${first!.replace(/\.$/, '')}; --help tells more.`, { cause: error });
}
