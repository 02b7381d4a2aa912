/** What decides between the model's probabilities, from 0 to 1; its manifest has them for each kind of input. */
export interface StageThresholds {
  /** P(wake) above which a minute is wake. */
  wake: number;
  /** P(REM) / (P(NREM) + P(REM)) above which a minute asleep is REM. NREM is so common that 0.5 would miss REM. */
  rem: number;
}

/** How one minute follows another, learned from the nights of the training. */
export interface Smoothing {
  /** What the evidence of a minute weighs against the transitions: its neighbours have been heard already. */
  weight: number;
  /** [from][to]: chance that a minute of wake, NREM or REM is followed by each; rows sum to 1. */
  transitions: number[][];
}

const classes = [0, 1, 2] as const;

/**
 * Wake (0), NREM (1) or REM (2) for every minute: the likeliest sequence of a hidden Markov model (Viterbi 1967), whose evidence
 * of a minute is the model's probabilities over their thresholds. Without `smoothing` each minute stands alone: wake where
 * P(wake) is above its threshold, else REM or NREM by theirs.
 *
 * @param probabilities [minutes x 3]: wake, NREM, REM
 * @param known whether anything is known of the minute; of one that is not, its neighbours decide
 */
export function likeliestStages(
  probabilities: Float32Array,
  thresholds: StageThresholds,
  smoothing: Smoothing | undefined,
  known: (minute: number) => boolean,
): Uint8Array {
  const minutes = probabilities.length / 3;
  const stages = new Uint8Array(minutes);
  if (!smoothing) return stages.map((_, minute) => stageAlone(probabilities, minute, thresholds));

  const moves = smoothing.transitions.map((row) => row.map(Math.log));
  const cameFrom = new Uint8Array(3 * minutes);
  let scores = [0, 0, 0];
  for (let minute = 0; minute < minutes; minute++) {
    const evidence = known(minute) ? evidenceOf(probabilities, minute, thresholds) : [1, 1, 1];
    const before = scores;
    scores = classes.map((to) => {
      const from = minute === 0 ? to : largest(classes.map((from) => before[from]! + moves[from]![to]!));
      cameFrom[3 * minute + to] = from;
      const move = minute === 0 ? 0 : moves[from]![to]!;
      return before[from]! + move + smoothing.weight * Math.log(evidence[to]!);
    });
  }
  let stage = largest(scores);
  for (let minute = minutes - 1; minute >= 0; minute--) {
    stages[minute] = stage;
    stage = cameFrom[3 * minute + stage]!;
  }
  return stages;
}

function stageAlone(probabilities: Float32Array, minute: number, { wake, rem }: StageThresholds): number {
  const [pWake, pNrem, pRem] = probabilities.subarray(3 * minute, 3 * minute + 3);
  return pWake! > wake ? 0 : pRem! > rem * (pNrem! + pRem!) ? 2 : 1;
}

/** No probability is nought: a single minute must not forbid a sequence. */
const least = 1e-6;

/** How much a minute speaks for each class, so that the largest is what the thresholds make of the minute alone. */
function evidenceOf(probabilities: Float32Array, minute: number, { wake, rem }: StageThresholds): number[] {
  const [pWake, pNrem, pRem] = [0, 1, 2].map((k) => Math.max(least, probabilities[3 * minute + k]!)) as [
    number,
    number,
    number,
  ];
  const [nrem, dreaming] = [pNrem, (pRem * (1 - rem)) / rem];
  const asleep = (pNrem + pRem) / Math.max(nrem, dreaming);
  return [(pWake * (1 - wake)) / wake, nrem * asleep, dreaming * asleep];
}

/** The index of the largest; of equal ones NREM before REM before wake. */
function largest(values: readonly number[]): number {
  let best = 1;
  for (const index of [2, 0]) if (values[index]! > values[best]!) best = index;
  return best;
}
