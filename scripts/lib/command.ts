// The frame of every command in scripts/commands/: the only reader of arguments and the only writer of exit codes.
//
//   0    done                       2    the arguments are wrong: usage on standard error
//   1    it failed, with a sentence 130  stopped by Ctrl-C
//
// Standard output holds the result and nothing else, so that it can be piped; remarks go to standard error.
import { parseArgs } from 'node:util';
import { Interrupted, interruption } from './interruption.ts';

/** What `parseArgs` of Node takes, with the line of help that `--help` shows. `value` names what a text stands for. */
export type Option =
  | { type: 'boolean'; short?: string; default?: boolean; help: string }
  | { type: 'string'; short?: string; default?: string; multiple?: false; value: string; help: string };

type Options = Record<string, Option>;

type Values<O extends Options> = {
  [Name in keyof O]: O[Name] extends { type: 'boolean' }
    ? boolean
    : O[Name] extends { default: string }
      ? string
      : string | undefined;
};

export interface Io {
  /** A line of the result, on standard output. */
  print(line?: string): void;
  /** A remark, on standard error. */
  note(line: string): void;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}

export interface Call<O extends Options> {
  options: Values<O>;
  /** The arguments that are no options. */
  names: string[];
}

export interface Command<O extends Options> {
  /** As in package.json; its file is the same with `-` for `:`. */
  name: string;
  /** One sentence: what it does. */
  summary: string;
  /** The arguments that are no options, as usage shows them: `FILE [FILE...]`. Without it there are none. */
  names?: string;
  options?: O;
  /** Whole command lines, each with what it does. */
  examples: [line: string, why: string][];
  /** More to say, below the options. */
  details?: string;
  /** Flags of V8 that the process must have from its start. */
  nodeFlags?: string[];
  /** @returns the exit code, 0 when there is none. A RangeError or any other error is told in its one sentence. */
  run(call: Call<O>, io: Io): Promise<number | void> | number | void;
}

/** The arguments are wrong: the frame adds the usage. */
export class UsageError extends Error {}

/** Stands in front of `run`: help, refusals and exit codes. */
export interface Runnable {
  name: string;
  main(args: string[]): Promise<number>;
}

const io: Io = {
  print: (line = '') => {
    console.log(line);
  },
  note: (line) => {
    console.error(line);
  },
  // Made when asked for: whoever listens to signals must end by itself.
  get signal() {
    return interruption();
  },
};

export function command<const O extends Options = Record<never, never>>(it: Command<O>): Runnable {
  const main = async (args: string[]): Promise<number> => {
    const missing = (it.nodeFlags ?? []).filter((flag) => !process.execArgv.includes(flag));
    // V8 reads them at its start only.
    if (missing.length > 0 && process.execve)
      process.execve(process.execPath, [
        process.execPath,
        ...missing,
        ...process.execArgv,
        ...process.argv.slice(1),
      ]);
    // A reader that has seen enough (`| head`) closes the pipe.
    process.stdout.on('error', (error: NodeJS.ErrnoException) =>
      process.exit(error.code === 'EPIPE' ? 0 : 1),
    );
    try {
      const call = read(it, args);
      if (call === 'help') io.print(help(it));
      else return (await it.run(call, io)) ?? 0;
      return 0;
    } catch (error) {
      if (error instanceof Interrupted) {
        io.note(`${it.name}: stopped`);
        return 130;
      }
      io.note(`${it.name}: ${(error as Error).message}`);
      if (!(error instanceof UsageError)) return 1;
      io.note(`${usage(it)}\nMore: npm run ${it.name} -- --help`);
      return 2;
    }
  };
  return { name: it.name, main };
}

/** @throws UsageError for an option that there is not, or a name too many */
function read<O extends Options>(it: Command<O>, args: string[]): Call<O> | 'help' {
  try {
    const help = { type: 'boolean', short: 'h' } as const;
    const { values, positionals } = parseArgs({
      args,
      options: { ...(it.options as Options), help },
      allowPositionals: true,
    });
    if (values.help) return 'help';
    if (!it.names && positionals.length > 0) throw new RangeError(`"${positionals[0]}" is not expected.`);
    const flags = Object.entries(it.options ?? {}).filter(([, { type }]) => type === 'boolean');
    const unset = Object.fromEntries(flags.map(([name]) => [name, false]));
    return { options: { ...unset, ...values } as Values<O>, names: positionals };
  } catch (error) {
    // Of Node's several sentences the first says what is wrong.
    const [first] = (error as Error).message.split(/\. |\n/);
    throw new UsageError(`${first!.replace(/\.$/, '')}.`, { cause: error });
  }
}

function usage<O extends Options>({ name, names, options }: Command<O>): string {
  const rest = [names, options && '[OPTIONS]'].filter(Boolean).join(' ');
  return `Usage: npm run ${name}${rest && ` -- ${rest}`}`;
}

function help<O extends Options>(it: Command<O>): string {
  const rows = Object.entries<Option>({
    ...it.options,
    help: { type: 'boolean', short: 'h', help: 'this text' },
  }).map(([name, option]): [string, string] => [
    `${option.short ? `-${option.short}, ` : ''}--${name}${option.type === 'string' ? ` ${option.value}` : ''}`,
    `${option.help}${typeof option.default === 'string' ? ` (default ${option.default})` : ''}`,
  ]);
  const examples = it.examples.map(([line, why]): [string, string] => [line, why]);
  return [
    it.summary,
    usage(it),
    `Options:\n${columns(rows)}`,
    ...(it.details ? [it.details] : []),
    `Examples:\n${columns(examples)}`,
  ].join('\n\n');
}

function columns(rows: [string, string][]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}
