// The part of the model card that is about what a person is told.
import type { ProductFigures } from '../../../functions/src/contract/model-manifest.ts';
import type { Figure } from './figures.ts';

const [begin, end] = ['<!-- evaluate-sleep -->', '<!-- /evaluate-sleep -->'];

/** @throws RangeError for a card without its place */
export function withSection(card: string, text: string): string {
  const [before, after] = [card.indexOf(begin), card.indexOf(end)];
  if (before < 0 || after < before) throw new RangeError(`The card has no ${begin} ... ${end}.`);
  return `${card.slice(0, before + begin.length)}\n\n${text}\n${card.slice(after)}`;
}

export const modalityNames: Record<string, string> = {
  hr: 'heart rate each minute',
  hr_sparse5min: 'heart rate about every 5 minutes',
};
export const datasets: Record<string, { name: string; what: string }> = {
  dreamt: {
    name: 'DREAMT',
    what: 'DREAMT (Wang 2024, doi:10.13026/62an-cb28), patients of a sleep clinic with an Empatica E4; from the features that its authors publish',
  },
  bidsleep: {
    name: 'BIDSleep',
    what: 'BIDSleep (Song 2026, doi:10.13026/a0sy-7t69), healthy people at home with an Apple Watch',
  },
};
const minuteFigures: [name: string, meaning: string, digits: number][] = [
  ['aucWake', 'area under the ROC curve, wake against sleep', 3],
  ['kappaWake', "Cohen's kappa, wake or sleep", 3],
  ['kappaThreeClasses', "Cohen's kappa, three classes", 3],
  ['sensitivitySleep', 'minutes asleep that are called sleep', 3],
  ['specificityWake', 'minutes awake that are called wake', 3],
  ['calibrationError', 'expected calibration error of P(wake)', 3],
  ['sleepBias', 'total sleep time, mean error, minutes', 1],
  ['sleepError', 'total sleep time, mean absolute error, minutes', 1],
  ['awakeningsTold', 'awakenings, told', 1],
  ['awakeningsScored', 'awakenings, scored', 1],
  ['awakeningsError', 'awakenings, mean absolute error', 1],
];

export function section(product: ProductFigures): string {
  const modalities = Object.entries(product.byModality);
  return `## What a person is told

Measured through the code of the product by \`npm run evaluate-sleep -- --data DIR\` on the same 31 nights. Each person is told by the
networks, calibration and thresholds of the fold that never saw them, and the level of rest, the range and the intervals are
chosen on the others as well. Intervals: 95 %, bootstrap over people; of shares, Wilson. The clock of this data set is invented (every night
begins at 22:30), and its watches measured every few seconds in the laboratory: of people at home the second column
tells more. With the time in bed known, the figures are those of the held-out table below but for chance: its folds were trained again.

### Without any sleep sample

The time in bed is found from heart rate, then staged. This, and not the figures of the laboratory's time in bed further down, is
what somebody reads whose phone and watch say nothing of sleep. Errors in minutes, estimate minus
polysomnography, of the nights that were found and not refused.

${table(
  ['', ...modalities.map(([name]) => modalityNames[name]!)],
  [
    [
      'nights found',
      ...modalities.map(
        ([
          ,
          {
            estimated: { found, people },
          },
        ]) => `${found} of ${people}`,
      ),
    ],
    [
      'of these refused: unlike the nights of all others',
      ...modalities.map(([, { estimated }]) => shown(estimated.refused, 2)),
    ],
    ...(
      [
        ['tst', 'total sleep time'],
        ['midpoint', 'middle of sleep'],
        ['onset', 'onset'],
        ['wake', 'final awakening'],
      ] as const
    ).flatMap(([kind, meaning]) => [
      [
        `${meaning}, mean absolute error`,
        ...modalities.map(([, { estimated }]) => shown(estimated.errors[kind].meanAbsolute, 0)),
      ],
      [
        `${meaning}, mean error`,
        ...modalities.map(([, { estimated }]) => shown(estimated.errors[kind].bias, 0)),
      ],
      [
        `${meaning}, limits of agreement`,
        ...modalities.map(([, { estimated }]) => limits(estimated.errors[kind])),
      ],
    ]),
  ],
)}

### Intervals of such nights

Estimate less its median error, plus and minus what held 9 in 10 of the other people (split conformal). Coverage: people whose truth lay in the
interval made from all others; 90 % is meant. Where the interval of the total sleep time is wider than three hours, no duration is to be told.

${table(
  ['', ...modalities.map(([name]) => modalityNames[name]!)],
  (
    [
      ['tst', 'total sleep time'],
      ['midpoint', 'middle of sleep'],
    ] as const
  )
    .flatMap(([kind, meaning]) => [
      [
        `${meaning}, minutes`,
        ...modalities.map(([, { estimated }]) => {
          const { biasMinutes, halfWidthMinutes } = estimated.intervals[kind];
          return `${biasMinutes < 0 ? 'plus' : 'less'} ${Math.abs(biasMinutes).toFixed(0)}, ± ${halfWidthMinutes.toFixed(0)}`;
        }),
      ],
      [
        `${meaning}, coverage`,
        ...modalities.map(([, { estimated }]) => shown(estimated.intervals[kind].coverage, 2)),
      ],
    ])
    .concat([
      [
        'nights with a duration',
        ...modalities.map(([, { estimated }]) => shown(estimated.toldAsDuration, 2)),
      ],
    ]),
)}

### Range

A night is told only where it is like the nights above: mean P(wake), spread of the heart rate (1.4826 MAD), and, by definition, at most a
tenth of its minutes without heart rate. Else the reason is \`model/too-uncertain\`.

${table(
  ['', ...modalities.map(([name]) => modalityNames[name]!)],
  [
    [
      'mean P(wake)',
      ...modalities.map(([, { range }]) => range.wakeProbability.map((it) => it.toFixed(3)).join(' to ')),
    ],
    [
      'spread of the heart rate, bpm, at most',
      ...modalities.map(([, { range }]) => range.spreadBpm.toFixed(1)),
    ],
    [
      'refused by the range of all others, in bed',
      ...modalities.map(([, { refusedInBed }]) => shown(refusedInBed, 2)),
    ],
  ],
)}

### A hidden Markov model over the minutes: tried, not used

Transitions and their weight from the inner nights of each fold, Viterbi's path. It takes most awakenings away, of which there
are too few already, and is not more often right, so every minute stands alone; what of REM or wake lasts one minute is to be read as such.

${table(
  ['time in bed known', ...modalities.flatMap(([name]) => [`\`${name}\`, alone`, 'smoothed'])],
  minuteFigures.map(([figure, meaning, digits]) => [
    meaning,
    ...modalities.flatMap(([, { inBed, smoothed }]) => [
      shown(inBed[figure]!, digits),
      shown(smoothed[figure]!, digits),
    ]),
  ]),
)}

## Other people

${product.external.map(externalSection).join('\n\n')}

Not for people with a disorder of sleep, whom it tells far too much sleep and whose efficiency it does not rank; nor for anybody whose heart
beats by a pacemaker, an arrhythmia or a drug that slows it, for children or for shift workers, of whom there is no figure at all.`;
}

function externalSection({
  dataset,
  people,
  nights,
  minutes,
  byModality,
}: ProductFigures['external'][number]): string {
  const modalities = Object.entries(byModality);
  return `${nights} nights of ${people} people, ${minutes.toLocaleString('en')} scored minutes, of ${datasets[dataset]?.what ?? dataset}. Features, model,
thresholds and range are the product's; the time in bed is the scored time; intervals are over people.
\`npm run evaluate-sleep -- --${dataset} DIR\`

${table(
  ['', ...modalities.flatMap(([name]) => [`\`${name}\`, all`, 'within the range'])],
  [
    ['refused', ...modalities.flatMap(([, { refused }]) => [shown(refused, 2), '-'])],
    ...minuteFigures.map(([figure, meaning, digits]) => [
      meaning,
      ...modalities.flatMap(([, { all, within }]) => [
        shown(all[figure]!, digits),
        within[figure] ? shown(within[figure], digits) : '-',
      ]),
    ]),
  ],
)}`;
}

/** `.529 (.473 to .581)` */
export function shown({ value, interval: [low, high] }: Figure, digits: number): string {
  return `${number(value, digits)} (${number(low, digits)} to ${number(high, digits)})`;
}

function number(value: number, digits: number): string {
  const text = (Math.round(value * 10 ** digits) / 10 ** digits + 0).toFixed(digits);
  return digits > 1 ? text.replace(/^(-?)0\./, '$1.') : text;
}

function limits({ lowerLimit, upperLimit }: { lowerLimit: Figure; upperLimit: Figure }): string {
  return `${shown(lowerLimit, 0)} and ${shown(upperLimit, 0)}`;
}

function table(headings: string[], rows: string[][]): string {
  return [headings, headings.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
