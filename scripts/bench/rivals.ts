// The same checks of samples by other libraries, to hold our own reading against. What only a program can tell (an instant that
// exists, a zone that exists, a value that a body gives) is one function for all of them; they check the form. None of them
// makes anything of a sample, as our reading does: identity, canonical units, source.
import { Ajv } from 'ajv';
import * as z from 'zod';
import { instantOf } from '../../functions/src/domain/instant.ts';
import { isTimeZone } from '../../functions/src/domain/local-time.ts';
import { dayMs } from '../../functions/src/domain/time.ts';
import { ruleOf, sampleTypeOf, toCanonical } from '../../functions/src/domain/samples/sample-types.ts';

interface Checked {
  sampleType: string;
  startDate: string;
  endDate: string;
  value?: number | undefined;
  unit?: string | undefined;
  categoryValue?: number | undefined;
  metadata?: Record<string, unknown> | undefined;
}

/** What no schema tells; false for a sample that cannot be used, true for one of a type that is left out. */
function isUsable(sample: Checked): boolean {
  const type = sampleTypeOf(sample.sampleType);
  if (type === undefined) return true;
  const start = instantOf(sample.startDate);
  const end = instantOf(sample.endDate);
  if (start === undefined || end === undefined || end < start || end - start > 7 * dayMs) return false;
  const zone = sample.metadata?.HKTimeZone;
  if (typeof zone === 'string' && !isTimeZone(zone)) return false;
  const rule = ruleOf(type);
  const value =
    rule.kind === 'category'
      ? (sample.categoryValue ?? sample.value ?? 0)
      : toCanonical(type, sample.value ?? NaN, sample.unit ?? '');
  return value !== undefined && value >= rule.min && value <= rule.max;
}

const zodSample = z
  .object({
    uuid: z.string().max(200).optional(),
    sampleType: z.string(),
    startDate: z.string(),
    endDate: z.string(),
    value: z.number().optional(),
    unit: z.string().optional(),
    categoryValue: z.number().int().optional(),
    metadata: z.record(z.string(), z.unknown()).optional(),
    sourceRevision: z
      .object({
        source: z.object({ name: z.string().optional(), bundleIdentifier: z.string().optional() }).optional(),
        version: z.string().optional(),
        productType: z.string().optional(),
        operatingSystemVersion: z.string().optional(),
      })
      .optional(),
  })
  .refine(isUsable);

const text = { type: 'string' } as const;
const ajv = new Ajv();
ajv.addKeyword({
  keyword: 'usable',
  type: 'object',
  validate: (_schema: unknown, sample: Checked) => isUsable(sample),
});
const ajvSample = ajv.compile({
  type: 'object',
  required: ['sampleType', 'startDate', 'endDate'],
  properties: {
    uuid: { type: 'string', maxLength: 200 },
    sampleType: text,
    startDate: text,
    endDate: text,
    value: { type: 'number' },
    unit: text,
    categoryValue: { type: 'integer' },
    metadata: { type: 'object' },
    sourceRevision: {
      type: 'object',
      properties: {
        source: { type: 'object', properties: { name: text, bundleIdentifier: text } },
        version: text,
        productType: text,
        operatingSystemVersion: text,
      },
    },
  },
  usable: true,
});

/** Each tells whether one sample can be used. */
export const rivals: Record<string, (sample: unknown) => boolean> = {
  ajv: (sample) => ajvSample(sample),
  zod: (sample) => zodSample.safeParse(sample).success,
};
