// The import law (rooms.ts) as dependency-cruiser's rules, and what it finds.
import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';
import { root } from '../lib/root.ts';
import { builtins, packages, rooms } from './rooms.ts';

const names = Object.keys(rooms);
const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The room of a file below functions/src, functions/client or scripts: the innermost that is listed. */
export function roomOf(file: string): string | undefined {
  return names
    .filter((name) => file.startsWith(`${name}/`) || file === `${name}.ts` || file === `${name}.mjs`)
    .reduce<string | undefined>(
      (inner, name) => (name.length > (inner?.length ?? 0) ? name : inner),
      undefined,
    );
}

/** A pattern of the files of a room, or with `/*` of it and all rooms inside. */
function filesOf(name: string): string {
  if (name.endsWith('/*')) return `^${escaped(name.slice(0, -2))}(/|\\.(ts|mjs)$)`;
  const inside = names
    .filter((other) => other.startsWith(`${name}/`))
    .map((other) => other.slice(name.length + 1));
  return `^${escaped(name)}(\\.(ts|mjs)$|/${inside.length > 0 ? `(?!(${inside.map(escaped).join('|')})/)` : ''})`;
}

const ownFiles = '^(functions|scripts)/(?!node_modules)';

const forbidden: IForbiddenRuleType[] = [
  {
    name: 'no-circle',
    comment: 'Files that need each other are one file, also where they need only types.',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  {
    name: 'only-ports',
    comment: 'Whoever is not a use case sees the ports of the use cases, and not them.',
    severity: 'error',
    from: { path: '^functions/src/(adapters|workflows/steps|observations|app)' },
    to: { path: '^functions/src/workflows/(?!ports\\.ts|steps/)' },
  },
  ...names.map((name): IForbiddenRuleType => ({
    name: `imports-of-${name}`,
    severity: 'error',
    from: { path: filesOf(name) },
    to: { path: ownFiles, pathNot: [...[name, ...rooms[name]!].map(filesOf), '\\.json$'] },
  })),
  ...Object.entries(packages).map(([name, allowed]): IForbiddenRuleType => ({
    name: `packages-of-${name}`,
    severity: 'error',
    from: { path: filesOf(name) },
    to: {
      dependencyTypesNot: ['core', 'local'],
      pathNot: [`node_modules/(@types/)?(${['none', ...allowed].join('|')})/`],
    },
  })),
  ...Object.entries(builtins).map(([name, allowed]): IForbiddenRuleType => ({
    name: `node-of-${name}`,
    severity: 'error',
    from: { path: filesOf(name) },
    to: { dependencyTypes: ['core'], pathNot: [`^(${['none', ...allowed].join('|')})$`] },
  })),
];

/** Every import of the sources (tests left out), judged by the law. */
export async function judgedImports(): Promise<ICruiseResult> {
  const { output } = await cruise(['functions/src', 'functions/client', 'scripts'], {
    baseDir: root,
    exclude: { path: '\\.test\\.ts$' },
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.cjs', '.js', '.json', '.d.ts'],
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'require', 'node', 'default'],
    },
    validate: true,
    ruleSet: { forbidden },
  });
  return output as ICruiseResult;
}
