// The real `terraform` on a copy of infra/, without a network, an account or an installed provider: Terraform is told to ask the
// stand-ins of this process (TF_REATTACH_PROVIDERS) and to keep its state in a file.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from '../../lib/root.ts';
import { serveProvider } from './provider.ts';
import { providers, readSchema } from './schema.ts';

/** What Terraform finds wrong: its words, and where. */
export interface Finding {
  summary: string;
  detail: string;
  /** file:line; nothing for what is wrong with everything. */
  place?: string;
}

/** How many resources change. */
export interface Changes {
  add: number;
  change: number;
  import: number;
  remove: number;
}

export interface OfflineTerraform {
  /** @returns nothing for a configuration that is valid */
  validate: () => Promise<Finding[]>;
  /** @throws Error with Terraform's sentences where there is no plan */
  plan: (...options: string[]) => Promise<Changes>;
  /** A pretended apply: the next plan begins where it ends. @throws Error as `plan` does */
  apply: (...options: string[]) => Promise<Changes>;
  /** Which resource or data source waits for which, by their addresses. */
  order: () => Promise<Map<string, string[]>>;
}

/** Whether there is a `terraform` on this machine. */
export const hasTerraform = (): boolean => spawnSync('terraform', ['version']).error === undefined;

/** The files of infra/ that Terraform reads: name -> text. */
export function infraFiles(folder = path.join(root, 'infra')): Record<string, string> {
  const names = readdirSync(folder).filter((name) => /\.(tf|tfvars|json)$/.test(name));
  return Object.fromEntries(names.map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]));
}

interface Line {
  type?: string;
  changes?: Changes;
  diagnostic?: Diagnostic;
}
interface Diagnostic {
  severity: string;
  summary: string;
  detail: string;
  range?: { filename: string; start: { line: number } };
}

const finding = ({ summary, detail, range }: Diagnostic): Finding => ({
  summary,
  detail,
  ...(range ? { place: `${range.filename}:${range.start.line}` } : {}),
});

/** Gives a Terraform that works on these files to `use`, and takes everything away afterwards. */
export async function withTerraform<T>(
  files: Record<string, string>,
  use: (terraform: OfflineTerraform) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'offline-terraform-'));
  const schema = readSchema();
  const served = await Promise.all(
    providers.map(async (name) => [name, await serveProvider(schema.providers[name])] as const),
  );
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
    writeFileSync(path.join(folder, 'backend_override.tf'), 'terraform {\n  backend "local" {}\n}\n');
    writeFileSync(path.join(folder, 'terraformrc'), 'disable_checkpoint = true\n');
    const attached = served.map(([name, { address }]) => [
      `registry.terraform.io/hashicorp/${name}`,
      {
        Protocol: 'grpc',
        ProtocolVersion: 5,
        Pid: process.pid,
        Test: true,
        Addr: { Network: 'tcp', String: address },
      },
    ]);
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      TF_CLI_CONFIG_FILE: path.join(folder, 'terraformrc'),
      TF_IN_AUTOMATION: '1',
      TF_REATTACH_PROVIDERS: JSON.stringify(Object.fromEntries(attached)),
    };
    const run = (...words: string[]) => output(words, folder, env);

    const planned = async (...words: string[]): Promise<Changes> => {
      const lines = (await run(...words, '-input=false', '-json'))
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Line);
      const errors = lines.flatMap(({ diagnostic }) =>
        diagnostic?.severity === 'error' ? [diagnostic] : [],
      );
      const changes = lines.findLast(({ type }) => type === 'change_summary')?.changes;
      if (errors.length > 0 || !changes) throw new Error(sentencesOf(errors.map(finding)));
      return changes;
    };

    const started = await run('init', '-input=false', '-no-color');
    const valid = async (): Promise<Finding[]> => {
      const { diagnostics } = JSON.parse(await run('validate', '-json')) as { diagnostics: Diagnostic[] };
      return diagnostics.map(finding);
    };
    // init reads the configuration, too, and says what is wrong with it at length.
    if (!started.includes('successfully initialized')) throw new Error(sentencesOf(await valid()) || started);
    return await use({
      validate: valid,
      plan: (...options) => planned('plan', ...options),
      apply: (...options) => planned('apply', '-auto-approve', ...options),
      order: async () => orderOf(await run('graph')),
    });
  } finally {
    await Promise.all(served.map(([, { close }]) => close()));
    rmSync(folder, { recursive: true });
  }
}

/** The graph in the DOT language: nodes are `"ADDRESS" [...]`, edges `"ADDRESS" -> "ADDRESS";`. */
function orderOf(dot: string): Map<string, string[]> {
  const order = new Map(
    [...dot.matchAll(/^ *"(\S+)" \[/gm)].map(([, node]): [string, string[]] => [node!, []]),
  );
  for (const [, from, to] of dot.matchAll(/^ *"(\S+)" -> "(\S+)"/gm)) order.get(from!)?.push(to!);
  return order;
}

/** Findings as lines. */
export const sentencesOf = (findings: Finding[]): string =>
  findings
    .map(({ summary, detail, place }) => [place, summary, detail].filter(Boolean).join(': '))
    .join('\n');

/** What it prints, whether it succeeds or not: Terraform says what is wrong on standard output. */
function output(words: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('terraform', words, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    const more = (part: Buffer) => (text += part.toString());
    child.stdout.on('data', more);
    child.stderr.on('data', more);
    child.on('error', reject);
    child.on('close', () => {
      resolve(text);
    });
  });
}
