import { randomUUID } from 'node:crypto';
import type { Analysis } from '../domain/analysis.ts';
import { factsOf, type Fact } from '../domain/facts.ts';
import { faultOf } from '../domain/fault.ts';
import {
  templateText,
  unsupportedNumbers,
  type Narrative,
  type TemplateReason,
} from '../domain/narrative.ts';
import type { UploadKey } from '../domain/upload.ts';
import type { NarrativeRequest, NarratorAnswer, Person, Ports } from './ports.ts';

/** Longer than the narrator may take with its retries. */
const leaseMs = 60_000;

/** The language of a person who has not chosen one. */
const defaultLanguage = 'en';

/**
 * Writes the narrative of an analysis, once: claims the upload's narrative, asks the narrator, checks its text
 * against the facts, and stores it together with the upload's end. Where the person has not consented to generated
 * text, or the narrator is away or says what no fact supports, the template stands, marked as such.
 */
export async function writeNarrative(
  { uploads, people, narrator, clock }: Pick<Ports, 'uploads' | 'people' | 'narrator' | 'clock'>,
  key: UploadKey,
  analysis: Analysis,
): Promise<Narrative['source'] | 'done-before'> {
  const holder = randomUUID();
  const at = clock.now();
  const upload = await uploads.advance(key, {
    kind: 'claimed',
    stage: 'narrative',
    holder,
    at,
    until: at + leaseMs,
  });
  if (upload.lease?.holder !== holder) return 'done-before';
  const { attempt, traceparent } = upload;

  try {
    const facts = factsOf(analysis);
    const person = await people.find(key.uid);
    const narrative = await compose(narrator, facts, person, traceparent);
    await uploads.advance(key, { kind: 'narrated', attempt, at: clock.now() }, { narrative });
    return narrative.source;
  } catch (error) {
    await uploads.advance(key, { kind: 'released', attempt });
    throw error;
  }
}

async function compose(
  narrator: Ports['narrator'],
  facts: Fact[],
  person: Person,
  traceparent: string,
): Promise<Narrative> {
  const language = person.language ?? defaultLanguage;
  const generated =
    person.consent?.generatedText === true
      ? await generate(narrator, { facts, language, traceparent })
      : ('no-consent' as const);
  const frame = { schemaVersion: 1, status: 'written', facts, traceparent } as const;
  if (typeof generated !== 'string') {
    return { ...frame, source: 'gemini', reason: null, language, ...generated };
  }
  return {
    ...frame,
    source: 'template',
    reason: generated,
    language: defaultLanguage,
    ...templateText(facts),
    modelVersion: null,
    promptVersion: null,
    tokens: null,
  };
}

/** The narrator's text, or why it cannot be used. */
async function generate(
  narrator: Ports['narrator'],
  request: NarrativeRequest,
): Promise<NarratorAnswer | TemplateReason> {
  try {
    const answer = await narrator.write(request);
    return unsupportedNumbers(answer, request.facts).length === 0 ? answer : 'unsupported-number';
  } catch (error) {
    const { code } = faultOf(error);
    if (!code.startsWith('narrator/')) throw error;
    return code;
  }
}
