// Whether what is told of a person is true: the table of person, truth, what is told, and how far it may be off.
import { minuteMs } from '../../functions/src/domain/time.ts';
import type { Life } from './life.ts';
import { samplesOf, type Person } from './people.ts';
import { toldWeeks, type ToldWeek } from './told.ts';

/** How far the sleep of a night may be from the truth, minutes. */
export const toleranceMinutes = 10;

export interface Judged {
  person: Person;
  life: Life;
  week: ToldWeek;
  truth: string;
  told: string;
  complaints: string[];
}

/** The last week of a person, told and compared with their life. */
export async function judged(person: Person): Promise<Judged> {
  const { life, samples } = samplesOf(person);
  const week = (await toldWeeks(samples)).at(-1)!;
  const { expected } = person;
  const { sleep } = week.analysis;
  const section = 'nights' in sleep ? sleep : null;
  const nights = section?.nights ?? [];
  const whole = nights.filter(({ partial, estimated }) => !partial && !estimated);
  const partial = nights.filter((night) => night.partial);
  const estimated = nights.filter((night) => night.estimated);
  const codes: Record<string, number> = {};
  for (const { code } of week.findings.sleep.missing) codes[code] = (codes[code] ?? 0) + 1;

  const days = week.analysis.window.days;
  const truths = new Map(
    life.sleeps.filter(({ isNap, day }) => !isNap && days.includes(day)).map((one) => [one.day, one]),
  );
  const complaints = [
    ...differs('whole nights', whole.length, expected.whole),
    ...differs('nights in part', partial.length, expected.partial ?? 0),
    ...differs('estimated nights', estimated.length, expected.estimated ?? 0),
    ...differs('missing nights', JSON.stringify(codes), JSON.stringify(expected.missing ?? {})),
    ...(expected.naps === undefined ? [] : differs('naps', section?.naps.length ?? 0, expected.naps)),
    ...(expected.also?.(week, life) ?? []),
  ];
  for (const { day, tstMinutes, se, tibMinutes, solMinutes } of whole) {
    const truth = truths.get(day)?.minutes ?? NaN;
    if (!(Math.abs(tstMinutes! - truth) <= toleranceMinutes))
      complaints.push(`${day}: ${tstMinutes} min of ${truth}`);
    const ofBed = [se, tibMinutes, solMinutes].filter((value) => value !== null);
    if (!expected.bed && ofBed.length > 0) complaints.push(`${day}: a time in bed that nobody told`);
  }
  for (const { day, wake, midpoint, se, wasoMinutes, awakenings, tstMinutes } of partial) {
    if ([wake, midpoint, se, wasoMinutes, awakenings].some((value) => value !== null))
      complaints.push(`${day}: more than was measured`);
    if (tstMinutes! > truths.get(day)!.minutes) complaints.push(`${day}: more sleep than there was`);
  }
  for (const { day, estimated: interval, midpoint, solMinutes, se } of estimated) {
    const truth = truths.get(day)!;
    const { low: least, high: most } = interval!.tstMinutes;
    if (truth.minutes < least || truth.minutes > most)
      complaints.push(`${day}: ${truth.minutes} min outside of ${Math.round(least)} to ${Math.round(most)}`);
    const off = Math.abs(Date.parse(midpoint!) - (truth.start + truth.end) / 2) / minuteMs;
    if (off > 75) complaints.push(`${day}: midpoint off by ${Math.round(off)} min`);
    if (solMinutes !== null || se !== null) complaints.push(`${day}: an estimate of what cannot be`);
  }
  const mean = section?.summary.tstMinutes;
  const wholeTruth = whole.map(({ day }) => truths.get(day)?.minutes ?? NaN);
  return {
    person,
    life,
    week,
    truth: `${truths.size} nights, ${clock(wholeTruth.reduce((sum, one) => sum + one, 0) / wholeTruth.length)}`,
    told:
      [
        `${whole.length} whole`,
        partial.length > 0 && `${partial.length} in part`,
        estimated.length > 0 && `${estimated.length} estimated`,
        ...Object.entries(codes).map(([code, n]) => `${n} ${code}`),
      ]
        .filter(Boolean)
        .join(', ') + (mean ? `; ${clock(mean.mean)}` : ''),
    complaints,
  };
}

function differs(what: string, told: number | string, truth: number | string): string[] {
  return told === truth ? [] : [`${what}: ${told}, not ${truth}`];
}

function clock(minutes: number): string {
  if (Number.isNaN(minutes)) return '-';
  return `${Math.floor(minutes / 60)} h ${Math.round(minutes % 60)} min`;
}
