import type { Analysis } from '../domain/analysis/analysis.ts';
import type { NightDocument } from '../domain/analysis/sections/sleep.ts';
import { available } from '../domain/narrative/facts.ts';
import { addDays, offsetAt, startOfDay } from '../domain/local-time.ts';
import { minuteMs } from '../domain/time.ts';
import { uuidOf, type Sample, type Source } from '../domain/samples/sample.ts';
import { ruleOf, type Coding, type TypeRule } from '../domain/samples/sample-types.ts';

/**
 * A person's measurements as a FHIR R4 Bundle (http://hl7.org/fhir/R4, 4.0.1): every sample of a type below as it was
 * measured, by each device, and from the analyses what a sum of samples would get wrong: steps a day, counted by the
 * best source of each minute, and sleep a night. What was not measured is not in it.
 *
 * Names and the account are not in it either: the subject and the devices are resources with ids of their own.
 * All ids are made from what they identify, so that exporting again gives the same ids.
 */
export interface FhirInput {
  uid: string;
  /** Piece by piece. */
  samples: Iterable<readonly Sample[]> | AsyncIterable<readonly Sample[]>;
  /** In the order of writing: of several that tell of one night, the last one counts. */
  analyses: Iterable<Analysis> | AsyncIterable<Analysis>;
}

export interface FhirEntry {
  fullUrl: string;
  resource: { resourceType: 'Patient' | 'Device' | 'Observation'; id: string } & Record<string, unknown>;
}

type Category = NonNullable<TypeRule['fhir']>['category'];

/** UCUM code, and how a person reads it, of our canonical units; oxygen saturation and the like are shares with us. */
const unitOf: Record<TypeRule['dimension'], { ucum: string; unit: string; factor?: number }> = {
  count: { ucum: '{steps}', unit: 'steps' },
  rate: { ucum: '/min', unit: 'beats/minute' },
  'time in ms': { ucum: 'ms', unit: 'ms' },
  'time in min': { ucum: 'min', unit: 'min' },
  energy: { ucum: 'kcal', unit: 'kcal' },
  length: { ucum: 'm', unit: 'm' },
  temperature: { ucum: 'Cel', unit: 'C' },
  fraction: { ucum: '%', unit: '%', factor: 100 },
  'oxygen uptake': { ucum: 'mL/kg/min', unit: 'mL/kg/min' },
  speed: { ucum: 'm/s', unit: 'm/s' },
  sound: { ucum: 'dB[SPL]', unit: 'dB(SPL)' },
  mass: { ucum: 'kg', unit: 'kg' },
  pressure: { ucum: 'mm[Hg]', unit: 'mmHg' },
  glucose: { ucum: 'mg/dL', unit: 'mg/dL' },
  none: { ucum: 'min', unit: 'min' },
};
const breaths = { ucum: '/min', unit: 'breaths/minute' };

/** HKElectrocardiogram.Classification, as Apple names its values. */
const electrocardiograms: Record<number, string> = {
  0: 'Not set',
  1: 'Sinus rhythm',
  2: 'Atrial fibrillation',
  3: 'Inconclusive, low heart rate',
  4: 'Inconclusive, high heart rate',
  5: 'Inconclusive, poor reading',
  6: 'Inconclusive, other',
};

/** HL7's Physical Activity guide: hl7.org/fhir/us/physical-activity/Observation-ExampleDailySteps.html. */
const dailySteps = {
  category: 'activity',
  codings: [{ code: '41950-7', display: 'Number of steps in 24 hour Measured' }],
} as const;
const stepsADay = { ucum: '/d', unit: 'steps per day' };

/** Codes from HL7's Personal Health Record guide, hl7.org/fhir/uv/phr, value set pcd-sleep-observation-code. */
const sleep = {
  duration: { code: '93832-4', display: 'Sleep duration' },
  deep: { code: '93831-6', display: 'Deep sleep duration' },
  core: { code: '93830-8', display: 'Light sleep duration' },
  rem: { code: '93829-0', display: 'REM sleep duration' },
} as const;
const minutesUnit = { ucum: 'min', unit: 'min' };

/** Where the minutes of a night come from, in words: FHIR has no code for it. */
const sleepMethods: Record<NightDocument['source'], string> = {
  'healthkit-stages': 'Sleep stages told by the device',
  'sleep-model': 'Estimated from heart rate by a model',
  'healthkit-asleep': 'Sleep told by the device, without stages',
  'app-total': 'Total told by an app',
};

const loinc = 'http://loinc.org';
/** As HealthKitOnFHIR names it, for types of which LOINC has no code. */
const healthKit = 'http://developer.apple.com/documentation/healthkit';
const ucumSystem = 'http://unitsofmeasure.org';
const categorySystem = 'http://terminology.hl7.org/CodeSystem/observation-category';

/** The whole Bundle in memory; for years of data write the entries as they come. */
export async function fhirBundle(input: FhirInput, generatedAt: number): Promise<object> {
  const entries: FhirEntry[] = [];
  for await (const one of fhirEntries(input)) entries.push(one);
  return { ...fhirFrame(generatedAt), entry: entries };
}

/** What a Bundle says before its entries. @param generatedAt ms since 1970 */
export function fhirFrame(generatedAt: number): {
  resourceType: 'Bundle';
  type: 'collection';
  timestamp: string;
} {
  return { resourceType: 'Bundle', type: 'collection', timestamp: new Date(generatedAt).toISOString() };
}

/** The entries of the Bundle, one at a time: the person, each device before its first measurement, measurements. */
export async function* fhirEntries({ uid, samples: pieces, analyses }: FhirInput): AsyncGenerator<FhirEntry> {
  const patient = uuidOf(`fhir|${uid}|patient`);
  yield entry({ resourceType: 'Patient', id: patient });
  const subject = { reference: `urn:uuid:${patient}` };
  const devices = new Set<string>();
  for await (const samples of pieces) {
    for (const sample of samples) {
      const { fhir } = ruleOf(sample.type);
      if (!fhir) continue;
      const device = uuidOf(`fhir|${uid}|device|${sample.source.kind}|${sample.source.key}`);
      if (!devices.has(device)) {
        devices.add(device);
        yield entry(deviceOf(device, sample.source));
      }
      yield entry({
        ...observationOf(sample, fhir),
        subject,
        device: { reference: `urn:uuid:${device}` },
      });
    }
  }
  for (const observation of await derived(uid, analyses)) yield entry({ ...observation, subject });
}

type Resource = FhirEntry['resource'];

function entry(resource: Resource): FhirEntry {
  return { fullUrl: `urn:uuid:${resource.id}`, resource };
}

/** Its kind and model; a bundle identifier may single out one phone, and a given name is never stored. */
function deviceOf(id: string, { kind, key }: Source): Resource {
  const model = key.split('|')[1];
  return { resourceType: 'Device', id, type: { text: kind }, ...(model ? { modelNumber: model } : {}) };
}

function observationOf(sample: Sample, fhir: NonNullable<TypeRule['fhir']>): Resource {
  const { id, start, end, timeZone, userEntered } = sample;
  return {
    resourceType: 'Observation',
    id,
    ...coded(fhir),
    ...effective(timeZone, start, end),
    ...valueOf(sample),
    ...(userEntered ? { method: { text: 'Typed in by the person' } } : {}),
  };
}

/** A quantity in its unit; of a category the minutes that it lasts, or what the device found. */
function valueOf({ type, start, end, value }: Sample): Record<string, unknown> {
  const { dimension, kind } = ruleOf(type);
  if (type === 'electrocardiogram')
    return { valueCodeableConcept: { text: electrocardiograms[value] ?? 'Unrecognized' } };
  if (type === 'sleepApneaEvent') return { valueBoolean: true };
  const own = type === 'respiratoryRate' ? breaths : unitOf[dimension];
  if (kind === 'category') return { valueQuantity: quantity((end - start) / minuteMs, own) };
  return { valueQuantity: quantity(value * (unitOf[dimension].factor ?? 1), own) };
}

function coded({
  category,
  codings,
}: {
  category: Category;
  codings: readonly Coding[];
}): Record<string, unknown> {
  return {
    status: 'final',
    category: [{ coding: [{ system: categorySystem, code: category }] }],
    code: concept(codings),
  };
}

function concept(codings: readonly Coding[]): object {
  return {
    coding: codings.map((coding) => ({
      system: coding.code.startsWith('HK') ? healthKit : loinc,
      ...coding,
    })),
  };
}

/** Without the last digits that only a conversion of units makes. */
function quantity(value: number, { ucum, unit }: { ucum: string; unit: string }): object {
  return { value: Number(value.toPrecision(12)), unit, system: ucumSystem, code: ucum };
}

function effective(timeZone: string, start: number, end: number): object {
  if (start === end) return { effectiveDateTime: dateTime(timeZone, start) };
  return { effectivePeriod: { start: dateTime(timeZone, start), end: dateTime(timeZone, end) } };
}

/** ISO 8601 with the offset of its place, as FHIR wants an instant. */
function dateTime(timeZone: string, at: number): string {
  const offset = offsetAt(timeZone, at);
  const minutes = Math.abs(offset) / minuteMs;
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const local = new Date(at + offset).toISOString().slice(0, -1);
  return `${local}${offset < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
}

/** Nights and whole days of all analyses, each once, as the last analysis tells them; in the order of days. */
async function derived(uid: string, analyses: FhirInput['analyses']): Promise<Resource[]> {
  const nights = new Map<string, Resource>();
  const steps = new Map<string, Resource>();
  for await (const analysis of analyses) {
    const zones = new Map(analysis.coverage.days.map(({ day, timeZone }) => [day, timeZone]));
    if (available(analysis.sleep)) {
      for (const night of analysis.sleep.nights) {
        if (night.tstMinutes === null) nights.delete(night.day);
        else nights.set(night.day, nightOf(uid, zones.get(night.day)!, night, night.tstMinutes));
      }
    }
    for (const { day, count } of wholeDays(analysis))
      steps.set(day, stepsOf(uid, zones.get(day)!, day, count));
  }
  return [...nights, ...steps]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, resource]) => resource);
}

/** Steps of the days that the window reaches to their end. */
function wholeDays({ activity, coverage, window }: Analysis): { day: string; count: number }[] {
  if (!available(activity)) return [];
  return activity.days.flatMap(({ day, steps }) => {
    const { timeZone } = coverage.days.find((candidate) => candidate.day === day)!;
    const whole =
      Date.parse(window.start) <= startOfDay(timeZone, day) &&
      Date.parse(window.end) >= startOfDay(timeZone, addDays(day, 1));
    return whole && steps !== null ? [{ day, count: steps }] : [];
  });
}

function stepsOf(uid: string, timeZone: string, day: string, count: number): Resource {
  const [start, end] = [startOfDay(timeZone, day), startOfDay(timeZone, addDays(day, 1))];
  return {
    resourceType: 'Observation',
    id: uuidOf(`fhir|${uid}|steps|${day}`),
    ...coded(dailySteps),
    ...effective(timeZone, start, end),
    valueQuantity: quantity(count, stepsADay),
    method: { text: 'Each minute as its best source counted it' },
  };
}

/** A night in part is told as what was measured of it; of an estimated one the interval says how sure it is. */
function nightOf(uid: string, timeZone: string, night: NightDocument, tstMinutes: number): Resource {
  const { day, start, end, stageMinutes, source, partial, estimated } = night;
  const stages = (['deep', 'core', 'rem'] as const).flatMap((stage) => {
    const minutes = stageMinutes?.[stage];
    if (minutes === undefined) return [];
    return [{ code: concept([sleep[stage]]), valueQuantity: quantity(minutes, minutesUnit) }];
  });
  const notes = [
    ...(partial ? [`Only measured in part: nothing from ${partial.from} to ${partial.to}.`] : []),
    ...(estimated
      ? [
          `Estimated, 90 % interval ${Math.round(estimated.tstMinutes.low)} to ${Math.round(estimated.tstMinutes.high)} min.`,
        ]
      : []),
  ];
  return {
    resourceType: 'Observation',
    id: uuidOf(`fhir|${uid}|night|${day}`),
    ...coded({ category: 'activity', codings: [sleep.duration] }),
    ...(partial ? { status: 'preliminary' } : {}),
    ...effective(timeZone, Date.parse(start), Date.parse(end)),
    valueQuantity: quantity(tstMinutes, minutesUnit),
    method: { text: sleepMethods[source] },
    ...(notes.length > 0 ? { note: notes.map((text) => ({ text })) } : {}),
    ...(stages.length > 0 ? { component: stages } : {}),
  };
}
