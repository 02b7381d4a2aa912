// The one table of what each tier of tests runs. `npm test` holds every promise by one representative, `npm run test:deep` by many
// (nightly, and before a release). A test that differs between them asks functions/test/support/tier.ts.

/** Files of tests that one mocha process runs, in functions/. */
export interface Suite {
  name: string;
  files: string[];
  onEmulators: boolean;
  timeoutMs: number;
}

export interface Tier {
  suites: Suite[];
  /** Of a property of fast-check that names no other number. */
  runs: number;
  /** Of fast-check and of every storm; undefined: a new one every time, printed. */
  seed: number | undefined;
}

const folders = (names: string[]) => names.map((name) => `test/${name}/**/*.test.ts`);

const offline: Suite = {
  name: 'tests without emulators',
  files: [...folders(['unit', 'golden', 'browser']), '../scripts/**/*.test.ts'],
  onEmulators: false,
  timeoutMs: 30_000,
};
const onEmulators: Suite = {
  name: 'tests on the emulators',
  files: folders(['contract', 'rules', 'emulator', 'e2e', 'fault']),
  onEmulators: true,
  timeoutMs: 60_000,
};

export const tiers = {
  quick: { suites: [offline, onEmulators], runs: 100, seed: 1 },
  deep: {
    suites: [
      { ...offline, timeoutMs: 10 * offline.timeoutMs },
      { ...onEmulators, timeoutMs: 5 * onEmulators.timeoutMs },
    ],
    runs: 1000,
    seed: undefined,
  },
} satisfies Record<string, Tier>;

export type TierName = keyof typeof tiers;
