import { hash } from 'node:crypto';
import type { Issue } from '../fault.ts';
import { isObject, kindOf } from '../json.ts';
import { instantOf } from '../instant.ts';
import { isTimeZone } from '../local-time.ts';
import { dayMs, minuteMs } from '../time.ts';
import {
  longestResolvedMs,
  ruleOf,
  sampleTypeOf,
  sleepValue,
  toCanonical,
  unitsOf,
  type SampleType,
} from './sample-types.ts';

/** Where a sample came from. Per minute the best source wins: watch before phone before other. */
export type SourceKind = 'watch' | 'phone' | 'other';

export interface Source {
  kind: SourceKind;
  /** Tells sources of one kind apart: bundle identifier and product type, never a device's given name. */
  key: string;
}

/** One measurement, validated, in canonical units. Times are ms since 1970. */
export interface Sample {
  /** HealthKit's uuid in lower case, or a uuid made from the content. */
  id: string;
  type: SampleType;
  start: number;
  end: number;
  /** In the type's canonical unit; for categories the HealthKit category value. */
  value: number;
  source: Source;
  timeZone: string;
  userEntered: boolean;
}

/** What a recording says about all its samples. */
export interface SampleContext {
  /** Zone of samples that name none; undefined when nothing is known of it. */
  timeZone: string | undefined;
  /** When the recording was received, ms: nothing can have been measured much later than this. */
  receivedAt: number;
}

/** HealthKit began in 2014; imported histories go further back, but not before this. */
const earliest = Date.UTC(2000, 0, 1);
/** Clocks of phones are off by minutes; a day is beyond any of them. */
const latestAfterReceipt = dayMs;
/** No sample type covers more than a week at once. */
const longestMs = 7 * dayMs;

const noSource: Source = { kind: 'other', key: '' };
/** By bundle identifier and product type. */
const sources = new Map<string, Map<string, Source>>();
let sourceCount = 0;

/** The uuid that stands for `text`: version 8 of RFC 9562 over its SHA-256. */
export function uuidOf(text: string): string {
  const hex = hash('sha256', text, 'hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The identity under which a sample that was given `uuid` is kept. Ids that are no uuids are hashed. */
export function sampleId(uuid: string): string {
  return isUuid(uuid) ? uuid.toLowerCase() : uuidOf(`id:${uuid}`);
}

/** 1 for the codes of hexadecimal digits. */
const hexDigits = new Uint8Array(128);
for (const digit of '0123456789abcdefABCDEF') hexDigits[digit.charCodeAt(0)] = 1;

function isUuid(text: string): boolean {
  if (text.length !== 36) return false;
  for (let i = 0; i < 36; i++) {
    const code = text.charCodeAt(i);
    const dash = i === 8 || i === 13 || i === 18 || i === 23;
    if (dash ? code !== 45 : hexDigits[code] !== 1) return false;
  }
  return true;
}

type Field = Record<string, unknown>;

/** HealthKit names keys in camelCase; a client in the field sends snake_case. Both mean the same. */
function either(camel: unknown, snake: unknown): unknown {
  return camel === undefined ? snake : camel;
}

function sourceOf(sample: Field): Source {
  const revision = either(sample.sourceRevision, sample.source_revision);
  if (!isObject(revision)) return noSource;
  const product = either(revision.productType, revision.product_type);
  const { source } = revision;
  const bundle = isObject(source) ? either(source.bundleIdentifier, source.bundle_identifier) : undefined;
  const productType = typeof product === 'string' ? product.slice(0, 100) : '';
  const bundleId = typeof bundle === 'string' ? bundle.slice(0, 200) : '';
  const known = sources.get(bundleId)?.get(productType);
  if (known) return known;

  const kind = productType.startsWith('Watch')
    ? 'watch'
    : /^(iPhone|iPad|iPod)/.test(productType)
      ? 'phone'
      : 'other';
  // Without the separator, so that two different sources never share a key.
  const named: Source = { kind, key: `${bundleId}|${productType.replaceAll('|', '/')}` };
  // The names come from outside: do not let a sender fill the memory with them.
  if (sourceCount++ < 10_000) {
    const products = sources.get(bundleId) ?? new Map<string, Source>();
    sources.set(bundleId, products.set(productType, named));
  }
  return named;
}

/**
 * Reads one sample as a client sent it: a sample, or why it cannot be used, or undefined for a type that is not
 * understood (those are counted as skipped, never an error).
 *
 * Decisions, each tested: a cumulative sample without length (start = end) is kept and counts in its minute;
 * dates before 2000 or more than a day after the receipt are refused; a time zone that is named but unknown is
 * refused rather than replaced; a sample longer than 7 days is refused; an id that is no uuid is accepted and
 * hashed, and an empty one is none. Without an id a sample is what it says; but of a total over more than an hour its
 * source may tell several values, one after the other, and they are one total that grows.
 *
 * @param pointer JSON pointer of the sample, for the issue
 */
export function readSample(
  raw: unknown,
  pointer: string,
  context: SampleContext,
): Sample | Issue | undefined {
  if (!isObject(raw)) return { pointer, expected: 'a sample object', received: kindOf(raw) };

  const name = either(raw.sampleType, raw.sample_type);
  if (typeof name !== 'string') {
    return {
      pointer: `${pointer}/sampleType`,
      expected: 'the name of a sample type',
      received: kindOf(name),
    };
  }
  const type = sampleTypeOf(name);
  if (type === undefined) return undefined;

  const startDate = either(raw.startDate, raw.start_date);
  const start = readDate(startDate);
  if (start === undefined) return dateIssue(`${pointer}/startDate`, startDate);
  const endDate = either(raw.endDate, raw.end_date);
  const end = endDate === startDate ? start : readDate(endDate);
  if (end === undefined) return dateIssue(`${pointer}/endDate`, endDate);
  if (end < start)
    return { pointer: `${pointer}/endDate`, expected: 'not before startDate', received: 'an earlier date' };
  if (start < earliest)
    return { pointer: `${pointer}/startDate`, expected: 'a date from 2000 on', received: 'an earlier date' };
  if (end > context.receivedAt + latestAfterReceipt) {
    return { pointer: `${pointer}/endDate`, expected: 'not in the future', received: 'a date in the future' };
  }

  if (end - start > longestMs) {
    return {
      pointer: `${pointer}/endDate`,
      expected: 'at most 7 days after startDate',
      received: 'a later date',
    };
  }

  const metadata = raw.metadata;
  const named = isObject(metadata) ? metadata.HKTimeZone : undefined;
  const timeZone = typeof named === 'string' ? named : context.timeZone;
  if (timeZone === undefined) {
    return {
      pointer: `${pointer}/metadata/HKTimeZone`,
      expected: 'an IANA time zone here or in deviceInfo.timeZone',
      received: 'nothing',
    };
  }
  if (named !== undefined && !isTimeZone(timeZone)) {
    return {
      pointer: `${pointer}/metadata/HKTimeZone`,
      expected: 'an IANA time zone',
      received: 'another name',
    };
  }

  const measured = readValue(raw, type, pointer);
  if ('pointer' in measured) return measured;
  if (measured.type === 'sleepTotal' && measured.value * minuteMs > end - start) {
    return {
      pointer: `${pointer}/value`,
      expected: 'at most the minutes between its dates',
      received: 'more',
    };
  }

  const uuid = raw.uuid;
  if (uuid !== undefined && uuid !== null && (typeof uuid !== 'string' || uuid.length > 200)) {
    return { pointer: `${pointer}/uuid`, expected: 'a uuid', received: kindOf(uuid) };
  }
  const source = sourceOf(raw);
  return {
    id:
      typeof uuid === 'string' && uuid !== ''
        ? sampleId(uuid)
        : uuidOf(contentOf(measured, start, end, source)),
    type: measured.type,
    start,
    end,
    // -0 is 0: the two compare equal, and equal samples must be equal bytes.
    value: measured.value + 0,
    source,
    timeZone,
    userEntered:
      isObject(metadata) && Boolean(metadata.HKWasUserEntered ?? metadata.HKMetadataKeyWasUserEntered),
  };
}

/** What tells a sample without an id from others. Of those that share it the largest value stands: see `uniteTraced`. */
function contentOf({ type, value }: Measured, start: number, end: number, source: Source): string {
  const grows = ruleOf(type).kind === 'cumulative' || type === 'sleepTotal';
  const isTotal = grows && end - start > longestResolvedMs;
  return `${type}|${start}|${end}|${isTotal ? 'total' : value}|${source.key}`;
}

function readDate(value: unknown): number | undefined {
  return typeof value === 'string' ? instantOf(value) : undefined;
}

function dateIssue(pointer: string, value: unknown): Issue {
  return {
    pointer,
    expected: 'a date and time in ISO 8601 with Z or an offset',
    received: typeof value === 'string' ? 'another text' : kindOf(value),
  };
}

interface Measured {
  type: SampleType;
  value: number;
}

function readValue(raw: Field, type: SampleType, pointer: string): Measured | Issue {
  const rule = ruleOf(type);
  if (rule.kind === 'category') return readCategory(raw, type, pointer);

  const { value, unit } = raw;
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    return { pointer: `${pointer}/value`, expected: 'a finite number', received: kindOf(value) };
  }
  const canonical = typeof unit === 'string' ? toCanonical(type, value, unit) : undefined;
  if (canonical === undefined) {
    return {
      pointer: `${pointer}/unit`,
      expected: `one of ${unitsOf(type)}`,
      received: typeof unit === 'string' ? 'another unit' : kindOf(unit),
    };
  }
  if (canonical < rule.min || canonical > rule.max) return impossible(`${pointer}/value`, type);
  return { type, value: canonical };
}

function readCategory(raw: Field, type: SampleType, pointer: string): Measured | Issue {
  const category = either(raw.categoryValue, raw.category_value);
  const { value, unit } = raw;
  // An app that sends "asleep" with a number of minutes tells a total, not a stage: keep it as what it is.
  if (
    type === 'sleepAnalysis' &&
    category === sleepValue.asleep &&
    typeof value === 'number' &&
    typeof unit === 'string'
  ) {
    return readValue({ value, unit }, 'sleepTotal', pointer);
  }
  const state = category ?? value;
  if (state === undefined && type !== 'sleepAnalysis') return { type, value: 0 };
  if (typeof state !== 'number' || !Number.isInteger(state)) {
    return { pointer: `${pointer}/categoryValue`, expected: 'a whole number', received: kindOf(state) };
  }
  const rule = ruleOf(type);
  if (state < rule.min || state > rule.max) return impossible(`${pointer}/categoryValue`, type);
  return { type, value: state };
}

function impossible(pointer: string, type: SampleType): Issue {
  const { min, max } = ruleOf(type);
  return { pointer, expected: `a ${type} between ${min} and ${max}`, received: 'a value outside that range' };
}
