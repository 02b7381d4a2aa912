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

/** A sentence and the ids of the facts that it is about. */
export interface StandInSentence {
  text: string;
  facts: string[];
}

export interface StandInNarrative {
  summary: StandInSentence[];
  highlights: StandInSentence[];
  suggestions: StandInSentence[];
}

const suggestions: Record<string, string> = {
  en: 'Going to bed and getting up at similar times keeps your days regular.',
  es: 'Acostarte y levantarte a horas parecidas da a tus días un ritmo regular.',
  de: 'Wenn du zu ähnlichen Zeiten ins Bett gehst und aufstehst, bleibt dein Tag regelmäßig.',
};

/** How a fact is told, before its label and its value. */
const openings: Record<string, string> = {
  en: 'In your week this was measured',
  es: 'En tu semana esto se midió',
  de: 'In deiner Woche wurde das gemessen',
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

const unitNames: Record<string, Record<string, string>> = {
  en: {},
  es: {
    h: 'horas',
    days: 'días',
    nights: 'noches',
    steps: 'pasos',
    'breaths/min': 'respiraciones por minuto',
  },
  de: {
    h: 'Stunden',
    days: 'Tage',
    nights: 'Nächte',
    steps: 'Schritte',
    'breaths/min': 'Atemzüge pro Minute',
  },
};

function sentence(fact: Fact, language: string): StandInSentence {
  const { id, label, value, unit } = fact;
  const name =
    unit === undefined || ['clock', 'weekday', 'count'].includes(unit)
      ? ''
      : (unitNames[language]?.[unit] ?? unit);
  const amount = `${value}${name ? ` ${name}` : ''}`;
  const text =
    language === 'en' ? `${label}: ${amount}.` : `${openings[language] ?? openings['en']}: ${amount}.`;
  return { text, facts: [id] };
}

/** English names of weekdays would be none in another language. */
function tellable({ unit }: Fact, language: string): boolean {
  return language === 'en' || unit !== 'weekday';
}

export function narrativeFor({ language, facts }: NarrativeRequest): StandInNarrative {
  const spoken = language.slice(0, 2);
  const sentences = facts.filter((fact) => tellable(fact, spoken)).map((fact) => sentence(fact, spoken));
  return {
    summary: sentences.slice(0, 3),
    highlights: sentences.slice(3, 8),
    suggestions: [{ text: suggestions[spoken] ?? suggestions['en'] ?? '', facts: [] }],
  };
}

/** The same with a number that is no fact, as a model makes one up. */
export function inventedNarrativeFor(request: NarrativeRequest): StandInNarrative {
  const narrative = narrativeFor(request);
  const known = JSON.stringify(request.facts);
  let number = 417.3;
  while (known.includes(String(number))) number += 1;
  const invented = { text: `Your deep sleep grew by ${number} minutes.`, facts: [] };
  return { ...narrative, summary: [...narrative.summary, invented] };
}
