import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Which folder of functions/src may import which: the one rule of the architecture (see README, "Layout"). */
const layers = {
  domain: [],
  contract: ['domain'],
  workflows: ['domain', 'contract'],
  report: ['domain', 'contract'],
  adapters: ['domain', 'contract', 'workflows'],
  platform: ['domain', 'config'],
  entries: ['domain', 'contract', 'workflows', 'report', 'platform', 'app', 'config', 'deployment'],
};
const places = [
  'domain',
  'contract',
  'workflows',
  'report',
  'adapters',
  'platform',
  'entries',
  'app',
  'observations',
  'config',
  'deployment',
];
const forbidden = (allowed) =>
  places.filter((place) => !allowed.includes(place)).map((place) => `^\\.\\./${place}(/|\\.ts$)`);

const importDirection = Object.entries(layers).map(([layer, allowed]) => ({
  files: [`functions/src/${layer}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: `${forbidden(allowed.concat(layer)).join('|')}`,
            message: `${layer}/ may import only ${allowed.join(', ') || 'itself'}.`,
          },
          {
            regex: '/contract/(index|client|clientError)\\.ts$',
            message: 'That is for apps: see package.md.',
          },
        ],
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ['**/node_modules', 'functions/lib', 'coverage', '.local-stack', '.contract'] },
  {
    files: ['functions/**/*.ts', 'scripts/**/*.ts'],
    extends: [eslint.configs.recommended, ...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
    },
  },
  {
    files: ['functions/test/**/*.ts'],
    // Methods of ports are taken apart on purpose, to break one of them; documents read back are untyped.
    rules: { '@typescript-eslint/unbound-method': 'off', '@typescript-eslint/no-base-to-string': 'off' },
  },
  ...importDirection,
);
