import type { Analysis } from '../domain/analysis/analysis.ts';
import type { NightDocument } from '../domain/analysis/sections/sleep.ts';
import { available } from '../domain/narrative/facts.ts';
import { addDays, offsetAt, startOfDay } from '../domain/local-time.ts';
import { minuteMs } from '../domain/time.ts';
import { uuidOf, type Sample, type Source } from '../domain/samples/sample.ts';
import type { SampleType } from '../domain/samples/sample-types.ts';

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

interface Coding {
  code: string;
  display: string;
}

interface Measure {
  category: 'vital-signs' | 'activity';
  codings: Coding[];
  /** UCUM code, and how a person reads it. */
  ucum: string;
  unit: string;
  /** From our canonical unit. */
  factor?: number;
}

const heartRate: Coding = { code: '8867-4', display: 'Heart rate' };

/**
 * LOINC codes and UCUM units. Sources: heart rate, breathing rate and oxygen saturation with their units from the
 * vital signs profiles of FHIR R4 (hl7.org/fhir/R4/heartrate.html, resprate.html, oxygensat.html: 2708-6, with more
 * specific codes beside it); the code beside that and those of HRV and of steps in any time as HealthKitOnFHIR maps the
 * same HealthKit types (github.com/StanfordBDHG/HealthKitOnFHIR, SUPPORT_TABLE.md); resting heart rate from HL7's
 * Physical Activity guide.
 */
const measures: Partial<Record<SampleType, Measure>> = {
  stepCount: {
    category: 'activity',
    codings: [{ code: '55423-8', display: 'Number of steps in unspecified time Pedometer' }],
    ucum: '{steps}',
    unit: 'steps',
  },
  heartRate: { category: 'vital-signs', codings: [heartRate], ucum: '/min', unit: 'beats/minute' },
  restingHeartRate: {
    category: 'vital-signs',
    codings: [{ code: '40443-4', display: 'Heart rate --resting' }, heartRate],
    ucum: '/min',
    unit: 'beats/minute',
  },
  heartRateVariabilitySDNN: {
    category: 'vital-signs',
    codings: [{ code: '80404-7', display: 'R-R interval.standard deviation (Heart rate variability)' }],
    ucum: 'ms',
    unit: 'ms',
  },
  respiratoryRate: {
    category: 'vital-signs',
    codings: [{ code: '9279-1', display: 'Respiratory rate' }],
    ucum: '/min',
    unit: 'breaths/minute',
  },
  oxygenSaturation: {
    category: 'vital-signs',
    codings: [
      { code: '2708-6', display: 'Oxygen saturation in Arterial blood' },
      { code: '59408-5', display: 'Oxygen saturation in Arterial blood by Pulse oximetry' },
    ],
    ucum: '%',
    unit: '%',
    factor: 100,
  },
};

/** HL7's Physical Activity guide: hl7.org/fhir/us/physical-activity/Observation-ExampleDailySteps.html. */
const dailySteps: Measure = {
  category: 'activity',
  codings: [{ code: '41950-7', display: 'Number of steps in 24 hour Measured' }],
  ucum: '/d',
  unit: 'steps per day',
};

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
      const measure = measures[sample.type];
      if (!measure) continue;
      const device = uuidOf(`fhir|${uid}|device|${sample.source.kind}|${sample.source.key}`);
      if (!devices.has(device)) {
        devices.add(device);
        yield entry(deviceOf(device, sample.source));
      }
      yield entry({
        ...observationOf(sample, measure),
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

function observationOf(sample: Sample, measure: Measure): Resource {
  const { id, start, end, value, timeZone, userEntered } = sample;
  return {
    resourceType: 'Observation',
    id,
    ...coded(measure),
    ...effective(timeZone, start, end),
    valueQuantity: quantity(value * (measure.factor ?? 1), measure),
    ...(userEntered ? { method: { text: 'Typed in by the person' } } : {}),
  };
}

function coded({ category, codings }: Pick<Measure, 'category' | 'codings'>): Record<string, unknown> {
  return {
    status: 'final',
    category: [{ coding: [{ system: categorySystem, code: category }] }],
    code: concept(codings),
  };
}

function concept(codings: readonly Coding[]): object {
  return { coding: codings.map((coding) => ({ system: loinc, ...coding })) };
}

/** Without the last digits that only a conversion of units makes. */
function quantity(value: number, { ucum, unit }: Pick<Measure, 'ucum' | 'unit'>): object {
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
      for (const night of analysis.sleep.nights)
        nights.set(night.day, nightOf(uid, zones.get(night.day)!, night));
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
    valueQuantity: quantity(count, dailySteps),
    method: { text: 'Each minute as its best source counted it' },
  };
}

function nightOf(uid: string, timeZone: string, night: NightDocument): Resource {
  const { day, start, end, tstMinutes, stageMinutes, source } = night;
  const stages = (['deep', 'core', 'rem'] as const).flatMap((stage) => {
    const minutes = stageMinutes?.[stage];
    if (minutes === undefined) return [];
    return [{ code: concept([sleep[stage]]), valueQuantity: quantity(minutes, minutesUnit) }];
  });
  return {
    resourceType: 'Observation',
    id: uuidOf(`fhir|${uid}|night|${day}`),
    ...coded({ category: 'activity', codings: [sleep.duration] }),
    ...effective(timeZone, Date.parse(start), Date.parse(end)),
    valueQuantity: quantity(tstMinutes, minutesUnit),
    method: { text: sleepMethods[source] },
    ...(stages.length > 0 ? { component: stages } : {}),
  };
}
