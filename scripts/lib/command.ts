// The frame of every command in scripts/commands/: the only reader of arguments and the only judge of exit codes.
//
//   0    done                       2    the arguments are wrong: usage on standard error
//   1    it failed, with a sentence 130  stopped by Ctrl-C
//
// Standard output holds the result and nothing else, so that it can be piped; remarks go to standard error.
import { parseArgs } from 'node:util';
import { Interrupted, interruption } from './interruption.ts';

interface Flag {
  type: 'boolean';
  short?: string;
  help: string;
}

interface Text {
  type: 'string';
  /** What the text stands for, in capitals. */
  value: string;
  help: string;
  short?: string;
  default?: string;
  required?: true;
  /** What the command gets of the text. @throws RangeError for a text that cannot be: "must be ..." */
  read?: (text: string) => unknown;
}

/** What `parseArgs` of Node takes, with the line of help that `--help` shows. */
export type Option = Flag | Text;

type Options = Record<string, Option>;

type Read<O> = O extends { read: (text: string) => infer Value } ? Value : string;

type Values<O extends Options> = {
  [Name in keyof O]: O[Name] extends Flag
    ? boolean
    : O[Name] extends { default: string } | { required: true }
      ? Read<O[Name]>
      : Read<O[Name]> | undefined;
};

export const flag = (help: string): Flag => ({ type: 'boolean', help });

/** `more`: short, default, required, read. */
export function text<const More extends Partial<Text> = Record<never, never>>(
  value: string,
  help: string,
  more?: More,
): Text & More {
  return { type: 'string', value, help, ...(more as More) };
}

export interface Io {
  /** A line of the result, on standard output. */
  print: (line?: string) => void;
  /** A remark, on standard error. */
  note: (line: string) => void;
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
  /** What to know after Ctrl-C, in a sentence. */
  interrupted?: string;
  /** Flags of V8 that the process must have from its start. */
  nodeFlags?: string[];
  /** @returns the exit code, 0 when there is none. An error ends it with 1, and its message is all that is said. */
  run(call: Call<O>, io: Io): Promise<number | void> | number | void;
}

/** The arguments are wrong: the frame adds the usage. */
export class UsageError extends Error {}

/** What run.mjs runs. */
export interface Runnable {
  name: string;
  nodeFlags: string[];
  /** Help, refusals and exit codes around `run`. @returns the exit code */
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
    try {
      const call = read(it, args);
      if (call !== 'help') return (await it.run(call, io)) ?? 0;
      io.print(help(it));
      return 0;
    } catch (error) {
      if (error instanceof Interrupted) {
        io.note([`${it.name}: stopped.`, it.interrupted].filter(Boolean).join(' '));
        return 130;
      }
      io.note(`${it.name}: ${error instanceof Error ? error.message : String(error)}`);
      if (!(error instanceof UsageError)) return 1;
      io.note(`${usage(it)}\nMore: npm run ${it.name} -- --help`);
      return 2;
    }
  };
  return { name: it.name, nodeFlags: it.nodeFlags ?? [], main };
}

/** @throws UsageError for anything but what the command has declared */
function read<O extends Options>(it: Command<O>, args: string[]): Call<O> | 'help' {
  const declared = Object.entries<Option>(it.options ?? {});
  const { values, positionals: names } = parsed(Object.fromEntries(declared), args);
  if (values['help']) return 'help';
  checkNames(it.names ?? '', names);
  const options = declared.map(([name, option]) => [name, valueOf(name, option, values[name])]);
  return { options: Object.fromEntries(options) as Values<O>, names };
}

function parsed(
  options: Options,
  args: string[],
): { values: Record<string, unknown>; positionals: string[] } {
  try {
    const help = { type: 'boolean', short: 'h' } as const;
    return parseArgs({ args, options: { ...options, help }, allowPositionals: true });
  } catch (error) {
    // Of Node's several sentences the first says what is wrong.
    const [first] = (error as Error).message.split(/\. |\n/);
    throw new UsageError(`${first!.replace(/\.$/, '')}.`, { cause: error });
  }
}

/** `FILE [FILE...]` wants one at least, `ID` exactly one, nothing none. */
function checkNames(shown: string, names: string[]): void {
  const needed = shown.replace(/\[.*\]/, '').match(/\S+/g) ?? [];
  const missing = needed[names.length];
  if (missing) throw new UsageError(`${missing} is missing.`);
  const surplus = shown.includes('...') ? undefined : names[needed.length];
  if (surplus !== undefined) throw new UsageError(`"${surplus}" is one argument too many.`);
}

function valueOf(name: string, option: Option, value: unknown): unknown {
  if (option.type === 'boolean') return value ?? false;
  if (value === undefined && option.required) throw new UsageError(`--${name} ${option.value} is missing.`);
  if (value === undefined || !option.read) return value;
  try {
    return option.read(value as string);
  } catch (error) {
    throw new UsageError(`--${name} ${(error as Error).message}`, { cause: error });
  }
}

function usage<O extends Options>({ name, names, options }: Command<O>): string {
  const required = Object.entries<Option>(options ?? {}).flatMap(([option, declared]) =>
    'required' in declared ? `--${option} ${declared.value}` : [],
  );
  const rest = [names, ...required, options && '[OPTIONS]'].filter(Boolean).join(' ');
  return `Usage: npm run ${name}${rest && ` -- ${rest}`}`;
}

function help<O extends Options>(it: Command<O>): string {
  const rows = Object.entries<Option>({
    ...it.options,
    help: { type: 'boolean', short: 'h', help: 'this text' },
  }).map(([name, option]): [string, string] => [
    `${option.short ? `-${option.short}, ` : ''}--${name}${option.type === 'string' ? ` ${option.value}` : ''}`,
    `${option.help}${'default' in option ? ` (default ${option.default})` : ''}`,
  ]);
  return [
    it.summary,
    usage(it),
    `Options:\n${columns(rows)}`,
    ...(it.details ? [it.details] : []),
    `Examples:\n${columns(it.examples)}`,
  ].join('\n\n');
}

function columns(rows: [string, string][]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}
