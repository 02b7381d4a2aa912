// What the Vertex AI stand-in writes: a narrative that uses the numbers of the given facts and no others.

export interface Fact {
  id: string;
  label: string;
  value: number | string;
  unit?: string | undefined;
}

/** The text of the last user part: what the narrator asks the model to put into words. */
export interface NarrativeRequest {
  language: string;
  facts: Fact[];
}

export interface StandInNarrative {
  summary: string;
  highlights: string[];
  suggestions: string[];
}

const suggestions: Record<string, string> = {
  en: 'Going to bed and getting up at similar times keeps your days regular.',
  de: 'Ähnliche Zeiten für Zubettgehen und Aufstehen halten deine Tage regelmäßig.',
};

function isFact(value: unknown): value is Fact {
  if (typeof value !== 'object' || value === null) return false;
  const { id, label, value: amount, unit } = value as Record<string, unknown>;
  return (
    typeof id === 'string' &&
    typeof label === 'string' &&
    (typeof amount === 'number' || typeof amount === 'string') &&
    (unit === undefined || typeof unit === 'string')
  );
}

/** Undefined when the text is not a narrative request. */
export function parseNarrativeRequest(text: string): NarrativeRequest | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof json !== 'object' || json === null) return undefined;
  const { language, facts } = json as Record<string, unknown>;
  if (typeof language !== 'string' || !Array.isArray(facts) || !facts.every(isFact)) return undefined;
  return { language, facts };
}

function sentence({ label, value, unit }: Fact): string {
  const amount = unit && unit !== 'count' ? `${value} ${unit}` : String(value);
  return `${label}: ${amount}.`;
}

export function narrativeFor({ language, facts }: NarrativeRequest): StandInNarrative {
  const sentences = facts.map(sentence);
  return {
    summary: sentences.slice(0, 3).join(' '),
    highlights: sentences.slice(3, 6),
    suggestions: [suggestions[language.slice(0, 2)] ?? suggestions['en'] ?? ''],
  };
}

/** The same with a number that is no fact, as a model makes one up. */
export function inventedNarrativeFor(request: NarrativeRequest): StandInNarrative {
  const narrative = narrativeFor(request);
  const known = JSON.stringify(request.facts);
  let number = 417.3;
  while (known.includes(String(number))) number += 1;
  return { ...narrative, summary: `${narrative.summary} Your deep sleep grew by ${number} minutes.`.trim() };
}
