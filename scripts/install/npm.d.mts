export function npm(run: {
  label: string;
  node: string;
  args: string[];
  cwd: string;
  env?: NodeJS.ProcessEnv;
}): Promise<number>;
