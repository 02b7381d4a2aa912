// What the Vertex AI stand-in answers: it chooses among the sentences that it is given and writes an opening, as a model would.

/** The text of the last user part: what the narrator may choose from. Sentences by id. */
export interface NarrativeRequest {
  language: string;
  insights: { id: string; frames: Record<string, string> }[];
  connectives: Record<string, string>;
  suggestions: Record<string, string>;
}

export interface StandInAnswer {
  insights: { id: string; frame: string }[];
  order: string[];
  connectives: string[];
  opening: string;
  suggestions: string[];
}

const openings: Record<string, string[]> = {
  en: [
    "Let's take a look at how your week went.",
    'Here is a calm look back at your past days.',
    'Welcome back, this is your week in words.',
    "Here's a short summary of what this week brought.",
    'Your week in a few sentences.',
    'Take a moment to look back at your week.',
  ],
  es: [
    'Echemos un vistazo a cómo fue tu semana.',
    'Aquí tienes una mirada tranquila a tus últimos días.',
    'Hola de nuevo, esta es tu semana en palabras.',
    'Aquí va un breve resumen de lo que trajo tu semana.',
    'Tu semana en pocas frases.',
    'Tómate un momento para mirar atrás.',
  ],
  de: [
    'Werfen wir einen Blick auf deine Woche.',
    'Hier ist ein ruhiger Rückblick auf deine letzten Tage.',
    'Willkommen zurück, das ist deine Woche in Worten.',
    'Hier kommt eine kurze Zusammenfassung deiner Woche.',
    'Deine Woche in wenigen Sätzen.',
    'Nimm dir einen Moment und schau auf deine Woche zurück.',
  ],
};

const isText = (value: unknown): boolean => typeof value === 'string';
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const areSentences = (value: unknown): boolean => isRecord(value) && Object.values(value).every(isText);

/** Undefined when the text is not a narrative request. */
export function parseNarrativeRequest(text: string): NarrativeRequest | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(json) || !isText(json['language']) || !Array.isArray(json['insights'])) return undefined;
  const chosen = json['insights'].every(
    (one) => isRecord(one) && isText(one['id']) && areSentences(one['frames']),
  );
  const joined = areSentences(json['connectives']) && areSentences(json['suggestions']);
  return chosen && joined ? (json as unknown as NarrativeRequest) : undefined;
}

/** The same request is answered alike, another one differently. */
export function answerFor(request: NarrativeRequest): StandInAnswer {
  const { language, insights, connectives, suggestions } = request;
  let state = [...JSON.stringify(request)].reduce(
    (sum, letter) => (31 * sum + letter.codePointAt(0)!) % 65_521,
    7,
  );
  const pick = <T>(list: readonly T[]): T => {
    state = (75 * state + 74) % 65_537;
    return list[state % list.length]!;
  };
  const unused = new Set(Object.keys(connectives).filter((id) => id !== 'none'));
  const join = (): string => {
    const one = pick([...unused, 'none', 'none', 'none', 'none']);
    unused.delete(one);
    return one;
  };
  return {
    insights: insights.map(({ id, frames }) => ({ id, frame: pick(Object.keys(frames)) })),
    order: insights.map(({ id }) => id),
    connectives: insights.slice(1).map(join),
    opening: pick(openings[language] ?? openings['en']!),
    suggestions: Object.keys(suggestions).slice(0, 1),
  };
}

/** The same with an opening that makes a number up, as a model does. */
export function inventedAnswerFor(request: NarrativeRequest): StandInAnswer {
  return { ...answerFor(request), opening: 'Your deep sleep grew by 417 minutes.' };
}
