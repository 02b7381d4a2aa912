import type { Fact } from './facts.ts';

/**
 * What a sentence can be about, in the order in which sentences about one subject follow each other. Every language has reviewed
 * sentences for each of them.
 */
export const kinds = [
  'window.short',
  'missing.sleep',
  'missing.unworn',
  'missing.nights',
  'missing.manyNights',
  'missing.partial',
  'estimated.nights',
  'estimated.times',
  'estimated.week',
  'missing.wear',
  'same',
  'sleep.changed',
  'sleep.plain',
  'nights.spread',
  'bedtimes',
  'stages',
  'free.shift',
  'steps.changed',
  'steps.plain',
  'steps.spread',
  'workouts',
  'measure.changed',
  'measure.plain',
  'unusual',
] as const;
export type Kind = (typeof kinds)[number];

/** Sentences of one subject stand together. */
export type Subject = 'data' | 'week' | 'sleep' | 'activity' | 'heart';

/** Why something is said, in the order of salience. */
export type Salience = 'missing' | 'changed' | 'stands-out' | 'rest';

/** How a number moves: an amount is more or less, a level is higher or lower, a time is later or earlier. */
export type Direction = `${'amount' | 'level' | 'time'}.${'up' | 'down'}`;

/** A number and what it is a number of. */
export interface Measured {
  measure: string;
  value: number | string;
  unit: string;
}

/** What is filled into a sentence; each language has its own phrase for it. */
export type Slot =
  | { is: 'value'; value: number | string; unit: string }
  /** Local days, for nights the ones on which they end. */
  | { is: 'days'; days: readonly string[] }
  | { is: 'direction'; direction: Direction }
  | { is: 'measure'; measure: string }
  | { is: 'measures'; list: readonly Measured[] };

/** One thing that a text says. */
export interface Insight {
  /** Its kind, and what must be the same for a sentence about it to stand: measures and directions, not numbers or days. */
  id: string;
  kind: Kind;
  subject: Subject;
  salience: Salience;
  slots: Readonly<Record<string, Slot>>;
  /** Chooses between singular and plural. */
  count: number;
}

/** What a text says, in the order in which the template says it. */
export interface Plan {
  insights: readonly Insight[];
  /** Ids of what may be suggested. */
  suggestions: readonly string[];
  /** Whether the person wears something; who does not reads no word about wearing. */
  wearable: boolean;
}

const mostInsights = 5;
/** So that something remains to be said of what was measured. */
const mostMissing = 3;
/** Nights that are named one by one; of more it is said how many. */
const mostNamed = 3;
/** A wearable is charged and washed: less than this a week is not worth a word. */
const wearMatters = 360;
/** Sleep on free days that moved less than this, in minutes, has not moved. */
const shiftMatters = 30;
const wholeWindow = 7;
/** Of what did not change, no more is listed in one sentence. */
const mostSame = 3;
/** Ends that are nearer to each other do not stand out. */
const spreadMatters = { min: 20, steps: 1000, clock: 45 } as Record<string, number>;

/** The same facts give the same plan. */
export function planOf(facts: readonly Fact[]): Plan {
  const all = insightsOf(facts);
  const missing = all.filter(({ salience }) => salience === 'missing').slice(0, mostMissing);
  const rest = order.flatMap((salience) => all.filter((insight) => insight.salience === salience));
  const chosen = [...missing, ...rest].slice(0, mostInsights);
  const told = (kind: Kind) => chosen.some((insight) => insight.kind === kind);
  return {
    insights: grouped(chosen),
    suggestions: [
      ...(told('missing.unworn') ? ['wear'] : []),
      ...(told('bedtimes') || told('free.shift') ? ['regular'] : []),
      ...(told('steps.spread') || told('steps.plain') ? ['walk'] : []),
      'note',
      'compare',
    ],
    wearable: facts.some(({ id }) => id === 'coverage.validDays'),
  };
}

const order: readonly Salience[] = ['changed', 'stands-out', 'rest'];

/** By subject; the subject of what is most salient first. What is missing begins, and then that nothing has changed. */
function grouped(insights: readonly Insight[]): Insight[] {
  const unchanged = insights.some(({ kind, salience }) => kind === 'same' && salience === 'changed');
  const first: Subject[] = unchanged ? ['data', 'week'] : ['data'];
  const subjects = new Set<Subject>([...first, ...insights.map(({ subject }) => subject)]);
  return [...subjects].flatMap((subject) =>
    insights
      .filter((insight) => insight.subject === subject)
      .sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind)),
  );
}

/** Everything that could be said of the facts, what matters most first within its salience. */
export function insightsOf(facts: readonly Fact[]): Insight[] {
  const known = new Map(facts.map((fact) => [fact.id, fact]));
  const compared = comparedOf(facts);
  const secondary = compared.filter(
    ({ kind, id }) => kind === 'measure.plain' && !id.includes('cardio.resting'),
  );
  const primary = compared.filter((insight) => !secondary.includes(insight));
  return [
    ...missingOf(facts, known),
    ...primary,
    ...standingOut(facts, known),
    ...others(known),
    ...secondary,
  ];
}

type Known = ReadonlyMap<string, Fact>;

const say = (
  kind: Kind,
  subject: Subject,
  salience: Salience,
  slots: Insight['slots'],
  { about = '', count = 0 } = {},
): Insight => ({ id: about ? `${kind}:${about}` : kind, kind, subject, salience, slots, count });

const valueOf = ({ value, unit }: Fact): Slot => ({ is: 'value', value, unit });
const counted = (count: number): Slot => ({ is: 'value', value: count, unit: 'count' });
const onDays = (...days: readonly (string | undefined)[]): Slot => ({
  is: 'days',
  days: days.filter((day) => day !== undefined).sort(),
});

function missingOf(facts: readonly Fact[], known: Known): Insight[] {
  const insights: Insight[] = [];
  const add = (...[kind, slots, more]: [Kind, Insight['slots'], { about?: string; count?: number }?]) =>
    insights.push(say(kind, 'data', 'missing', slots, more));
  const number = (id: string) => Number(known.get(id)?.value ?? 0);
  const beginning = (beginning: string) => facts.filter(({ id }) => id.startsWith(beginning));

  const days = number('window.days');
  if (days > 0 && days < wholeWindow) add('window.short', { count: counted(days) }, { count: days });

  const missing = beginning('night.missing.');
  const names = onDays(...missing.map(({ day }) => day));
  const count = missing.length;
  const unworn = count > 0 && missing.every(({ value }) => value === 'watch-off');
  if (!facts.some(({ id }) => /^(sleep|night)\./.test(id))) add('missing.sleep', {});
  else if (count > mostNamed) add('missing.manyNights', { count: counted(count) }, { count });
  else if (count > 0) add(unworn ? 'missing.unworn' : 'missing.nights', { days: names }, { count });

  const partial = beginning('night.partial.');
  const inPart = partial.length;
  if (inPart > 0)
    add(
      'missing.partial',
      { count: counted(inPart), days: onDays(...partial.map(({ day }) => day)) },
      { count: inPart },
    );

  const estimated = known.get('sleep.tstEstimated');
  if (estimated) add('estimated.week', { value: valueOf(estimated) });
  const guessed = number('sleep.estimated');
  if (guessed > 0 && !estimated) add('estimated.nights', { count: counted(guessed) }, { count: guessed });
  const from = beginning('night.aboutFrom.').at(-1);
  const to = beginning('night.aboutTo.').at(-1);
  if (from && to) add('estimated.times', { day: onDays(from.day), from: valueOf(from), to: valueOf(to) });

  const gaps = known.get('coverage.gaps');
  if (gaps && Number(gaps.value) >= wearMatters && !unworn) add('missing.wear', { value: valueOf(gaps) });
  return insights;
}

/** Measures that are told, with their subject. Those that follow another are told where that one is not. */
const measures: readonly { id: string; subject: Subject; unless?: string }[] = [
  { id: 'sleep.tst', subject: 'sleep' },
  { id: 'activity.steps', subject: 'activity' },
  { id: 'cardio.resting', subject: 'heart' },
  { id: 'cardio.lowestSleeping', subject: 'heart', unless: 'cardio.resting' },
  { id: 'sleep.total24h', subject: 'sleep', unless: 'sleep.tst' },
  { id: 'cardio.hrvNight', subject: 'heart' },
  { id: 'sleep.se', subject: 'sleep' },
  { id: 'respiration.rate', subject: 'heart' },
  { id: 'respiration.oxygen', subject: 'heart' },
];

/** Fewer steps than this are no walking, and no plural. */
const fewestSteps = 2;

const changedKinds: Record<string, Kind> = {
  'sleep.tst': 'sleep.changed',
  'activity.steps': 'steps.changed',
};
const plainKinds: Record<string, Kind> = { 'sleep.tst': 'sleep.plain', 'activity.steps': 'steps.plain' };
const amounts = ['sleep.tst', 'sleep.total24h', 'activity.steps'];

/** What changed since the week before, what did not, and what cannot be compared. */
function comparedOf(facts: readonly Fact[]): Insight[] {
  const told = measures.flatMap(({ id, subject, unless }) => {
    const fact = facts.find((one) => one.id === id);
    if (!fact || (id === 'activity.steps' && Number(fact.value) < fewestSteps)) return [];
    const other = facts.find((one) => one.id === unless);
    return [{ fact, subject, follows: other !== undefined && other.change === fact.change }];
  });
  const main = told.filter(({ follows }) => !follows);
  const changed = main.flatMap(({ fact, subject }) => {
    const { id, change, earlier, unit } = fact;
    if (change === undefined || change === 'same') return [];
    const way = change === 'higher' ? 'up' : 'down';
    return say(
      changedKinds[id] ?? 'measure.changed',
      subject,
      'changed',
      {
        measure: { is: 'measure', measure: id },
        value: valueOf(fact),
        earlier: { is: 'value', value: earlier!, unit },
        direction: { is: 'direction', direction: `${amounts.includes(id) ? 'amount' : 'level'}.${way}` },
      },
      { about: `${id}.${way}` },
    );
  });
  const same = main.flatMap(({ fact }) => (fact.change === 'same' ? fact : [])).slice(0, mostSame);
  const list = same.map(({ id, value, unit }) => ({ measure: id, value, unit }));
  const unchanged =
    same.length === 0
      ? []
      : [
          // Where nothing changed, that is what changed.
          say(
            'same',
            'week',
            changed.length === 0 ? 'changed' : 'rest',
            { measures: { is: 'measures', list } },
            {
              about: same.map(({ id }) => id).join(','),
              count: same.length,
            },
          ),
        ];
  const plain = main.flatMap(({ fact, subject }) => {
    if (fact.change !== undefined) return [];
    const slots = { measure: { is: 'measure', measure: fact.id }, value: valueOf(fact) } as const;
    return say(plainKinds[fact.id] ?? 'measure.plain', subject, 'rest', slots, { about: fact.id });
  });
  return [...changed, ...unchanged, ...plain];
}

function standingOut(facts: readonly Fact[], known: Known): Insight[] {
  const nights = Map.groupBy(
    facts.filter(({ id }) => id.startsWith('night.unusual.')),
    ({ day }) => day,
  );
  const unusual = [...nights].map(([day, own]) => {
    const list = own.map(({ id, value, unit }) => ({ measure: id.split('.').at(-1)!, value, unit }));
    return say(
      'unusual',
      'heart',
      'stands-out',
      { day: onDays(day), measures: { is: 'measures', list } },
      {
        about: list.map(({ measure }) => measure).join(','),
      },
    );
  });
  return [
    ...unusual.slice(0, 1),
    ...spread(
      known,
      'nights.spread',
      'sleep',
      'stands-out',
      ['longest', 'night.longest'],
      ['shortest', 'night.shortest'],
    ),
    ...spread(
      known,
      'steps.spread',
      'activity',
      'stands-out',
      ['most', 'day.mostSteps'],
      ['least', 'day.leastSteps'],
    ),
  ];
}

/** A time of day counts from noon, so that evening and night follow each other. */
function amountOf({ value, unit }: Fact): number {
  if (unit !== 'clock') return Number(value);
  const [hours, minutes] = String(value).split(':').map(Number) as [number, number];
  return (60 * hours + minutes + 720) % 1440;
}

/** Two ends of something, each with its day. */
function spread(
  known: Known,
  kind: Kind,
  subject: Subject,
  salience: Salience,
  [first, firstId]: readonly [string, string],
  [second, secondId]: readonly [string, string],
): Insight[] {
  const [one, other] = [known.get(firstId), known.get(secondId)];
  if (!one || !other || amountOf(other) < fewestSteps) return [];
  if (Math.abs(amountOf(one) - amountOf(other)) < spreadMatters[one.unit]!) return [];
  return [
    say(kind, subject, salience, {
      [first]: valueOf(one),
      [`${first}Day`]: onDays(one.day),
      [second]: valueOf(other),
      [`${second}Day`]: onDays(other.day),
    }),
  ];
}

function others(known: Known): Insight[] {
  const insights: Insight[] = [];
  const [workouts, minutes] = [known.get('workouts.count'), known.get('workouts.minutes')];
  const count = Number(workouts?.value ?? 0);
  if (count > 0 && minutes)
    insights.push(
      say('workouts', 'activity', 'rest', { count: counted(count), value: valueOf(minutes) }, { count }),
    );
  insights.push(
    ...spread(
      known,
      'bedtimes',
      'sleep',
      'rest',
      ['earliest', 'night.earliestOnset'],
      ['latest', 'night.latestOnset'],
    ),
  );
  for (const way of ['later', 'earlier'] as const) {
    const fact = known.get(way === 'later' ? 'sleep.laterOnFreeDays' : 'sleep.earlierOnFreeDays');
    if (!fact || Number(fact.value) < shiftMatters) continue;
    const direction = { is: 'direction', direction: way === 'later' ? 'time.up' : 'time.down' } as const;
    insights.push(say('free.shift', 'sleep', 'rest', { value: valueOf(fact), direction }, { about: way }));
  }
  const [deep, rem] = [known.get('sleep.deep'), known.get('sleep.rem')];
  if (deep && rem) insights.push(say('stages', 'sleep', 'rest', { deep: valueOf(deep), rem: valueOf(rem) }));
  return insights;
}
