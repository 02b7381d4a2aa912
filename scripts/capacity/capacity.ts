// What the service costs and what binds it first: functions/docs/capacity.md, out of what a test and a bench have counted.
import type { Machine } from '../bench/machine.ts';
import { describeMachine } from '../bench/machine.ts';
import { markdownTable } from '../bench/tables.ts';

/** What one thing costs: documents of Firestore, operations of Storage, messages of Pub/Sub, texts of Gemini. */
export interface Cost {
  reads: number;
  writes: number;
  storage: number;
  messages: number;
  gemini: number;
}

export interface Counted {
  /** By functions/test/emulator/costs.test.ts, which fails where they differ. */
  costs: Record<string, Cost>;
  /** By `npm run bench:journey`: CPU of a week's upload by function, ms, and where that was measured. */
  journey: { machine: Machine; cpuMs: Record<string, number> };
  /** In US dollars, and the pages that say today's. */
  prices: {
    pages: string[];
    perRead: number;
    perWrite: number;
    perStorageOperation: number;
    perCpuSecond: number;
    perMillionTokensIn: number;
    perMillionTokensOut: number;
  };
  /** The most tokens that a text takes; functions/test/unit/adapters/vertex.test.ts holds it. */
  text: { tokensIn: number; tokensOut: number };
}

const uploadsADay = 4;
const hoursBetweenTexts = 20;
const peak = 3;
const daySeconds = 86_400;
const monthDays = 30;
const people = [1_000, 100_000, 10_000_000];

const million = (price: number): string => rounded(1e6 * price);

/** To two digits, as people write it. */
function rounded(value: number): string {
  const digits = Number(value.toPrecision(2));
  return digits.toLocaleString('en-US', { maximumFractionDigits: 6 });
}

/** What a person and day cost with one upload that looks up what it compares with, and the others of that day. */
function dayOfOnePerson(costs: Counted['costs']): Cost {
  const [first, later, text] = ['an hour over HTTPS', 'an hour later the same day', 'a text of Gemini'].map(
    (name) => costs[name]!,
  );
  const texts = 24 / hoursBetweenTexts;
  const sum = (of: keyof Cost): number => first![of] + (uploadsADay - 1) * later![of] + texts * text![of];
  return {
    reads: sum('reads'),
    writes: sum('writes'),
    storage: sum('storage'),
    messages: sum('messages'),
    gemini: sum('gemini'),
  };
}

/** The page, as it stands in functions/docs/capacity.md. */
export function capacityPage({ costs, journey, prices, text }: Counted): string {
  const names = Object.entries(costs);
  const day = dayOfOnePerson(costs);
  const cpuS = Object.values(journey.cpuMs).reduce((sum, ms) => sum + ms, 0) / 1000;
  const perText =
    (text.tokensIn * prices.perMillionTokensIn + text.tokensOut * prices.perMillionTokensOut) / 1e6;
  const withoutText =
    day.reads * prices.perRead +
    day.writes * prices.perWrite +
    day.storage * prices.perStorageOperation +
    uploadsADay * cpuS * prices.perCpuSecond;

  const rows = people.map((n) => {
    const uploads = (n * uploadsADay) / daySeconds;
    return [
      n.toLocaleString('en-US'),
      `${rounded(uploads)}, ${rounded(peak * uploads)}`,
      rounded(peak * uploads * cpuS),
      rounded((peak * n * day.writes) / daySeconds),
      rounded((peak * n * day.gemini) / daySeconds),
      `$${rounded(n * monthDays * withoutText)}`,
      `$${rounded(n * monthDays * day.gemini * perText)}`,
    ];
  });
  return `# Capacity and costs

\`npm run capacity\` writes this page out of what was counted and measured: documents, messages and operations by
[costs.test.ts](../test/emulator/costs.test.ts), which fails where an upload costs anything else; CPU by \`npm run bench:journey\`
(${describeMachine(journey.machine)}); tokens by [vertex.test.ts](../test/unit/adapters/vertex.test.ts).

## One upload

${markdownTable(
  ['', 'read', 'written', 'Storage', 'Pub/Sub', 'Gemini'],
  names.map(([name, { reads, writes, storage, messages, gemini }]) => [
    name,
    ...[reads, writes, storage, messages, gemini].map(String),
  ]),
)}

Read and written are Firestore documents. The first upload of a day looks up what the week is compared with; the others of that day
know it. A week's upload takes ${rounded(cpuS)} s of CPU over ${Object.keys(journey.cpuMs).length} functions, an hour's less. A text takes at most ${text.tokensIn.toLocaleString('en-US')} tokens in and
${text.tokensOut} out, which is $${rounded(1000 * perText)} for a thousand, and is asked for at most every ${hoursBetweenTexts} hours of a person.

## One person and day

Four uploads over HTTPS and ${24 / hoursBetweenTexts} texts: ${rounded(day.reads)} documents read, ${rounded(day.writes)} written, ${day.messages} messages, ${rounded(day.gemini / uploadsADay)} texts of Gemini an upload.

## Many

At the peak three times the mean. The prices are list prices in US dollars without what is free: $${million(prices.perRead)} and
$${million(prices.perWrite)} for a million documents read and written, $${prices.perCpuSecond} for a second of CPU, $${million(prices.perStorageOperation)} for a million operations of
Storage, $${prices.perMillionTokensIn} and $${prices.perMillionTokensOut} for a million tokens in and out. Look up today's, and change scripts/capacity/prices.json:
${prices.pages.map((page) => `<${page}>`).join(', ')}.
CPU is counted as used, while Cloud Run bills the time in which an instance has something under way: up to twice as much where
nothing shares it. Texts are counted as if none held: one that does costs no call.

${markdownTable(
  [
    'people',
    'uploads/s, mean and peak',
    'vCPU at the peak',
    'documents written/s',
    'texts/s',
    'a month without texts',
    'texts, a month',
  ],
  rows,
)}

## What binds first, and what moves it

1. Texts: \`NARRATOR_TEXTS_A_DAY\`, which \`npm run spending\` changes within a minute; then \`onAnalysisWritten\`, at most 5 instances
   with 4 calls each: 10 a second if a call takes 2 s, from about 100,000 people on. Beyond either the template stands and the sweep
   fills in. Raise \`maxInstances\` and the project's Gemini quota together.
2. CPU: 20 instances a function (\`MAX_INSTANCES\`, [deployment.ts](../src/deployment.ts)) make 130 uploads a second.
3. Firestore: one worker at a time writes of a person, a commit every 1.5 s, with all uploads that wait; a project grows by 50 % in
   five minutes.
4. The sweep looks at some hundred stalled uploads a second (8 shards, 8 at once, 30 to 100 ms a look), for four minutes of every ten.
`;
}
