import type { Fact } from './facts.ts';
import { decimalMark, weekdayNames, type Language } from '../languages.ts';
import type { NarrativeDraft, Sentence } from './narrative.ts';

/**
 * The plain text that stands where no model may or can write: one fixed sentence for each fact of the week, in every language,
 * and nothing else. `{v}` is the fact's value, `{e}` its value in the week before; `[one|many]` chooses by the value.
 */
interface Phrase {
  text: string;
  /** Added when the week before is known. */
  earlier?: string;
}

type Phrases = Record<string, Phrase>;

const phrases: Record<Language, Phrases> = {
  en: {
    'window.days': { text: 'This looks at {v} [day|days].' },
    'sleep.nights': { text: '{v} [night was|nights were] measured.' },
    'sleep.partial': { text: '{v} [night was|nights were] measured only in part.' },
    'sleep.estimated': { text: '{v} [night was|nights were] estimated from heart rate.' },
    'sleep.missing': { text: 'For {v} [night|nights] there is no sleep data.' },
    'coverage.gaps': { text: 'For {v} hours in all you wore no device.' },
    'coverage.validDays': { text: 'You wore a device long enough on {v} [day|days].' },
    'sleep.tst': {
      text: 'You slept {v} hours a night on average.',
      earlier: 'The week before, it was {e} hours.',
    },
    'sleep.tstEstimated': { text: 'You slept about {v} hours a night, estimated from heart rate.' },
    'sleep.total24h': { text: 'With naps, it was {v} hours a day.' },
    'sleep.longest': { text: 'Your longest night ended on {v}.' },
    'sleep.se': {
      text: 'You were asleep for {v} % of your time in bed.',
      earlier: 'The week before, it was {e} %.',
    },
    'sleep.midpoint': { text: 'The middle of your sleep was at {v}.' },
    'sleep.laterOnFreeDays': { text: 'On free days you slept {v} hours later.' },
    'sleep.earlierOnFreeDays': { text: 'On free days you slept {v} hours earlier.' },
    'activity.steps': {
      text: 'You took {v} steps a day on average.',
      earlier: 'The week before, it was {e} steps.',
    },
    'activity.distance': { text: 'You walked {v} {u} a day on average.' },
    'rhythm.is': { text: 'The regularity of your days (interdaily stability) was {v}.' },
    'rhythm.ra': { text: 'The contrast of day and night (relative amplitude) was {v}.' },
    'rhythm.sri': { text: 'The regularity of your sleep (SRI) was {v}.' },
    'cardio.resting': {
      text: 'Your resting heart rate was {v} bpm.',
      earlier: 'The week before, it was {e} bpm.',
    },
    'cardio.hrvNight': { text: 'Your heart rate variability at night was {v} ms.' },
    'cardio.lowestSleeping': { text: 'Asleep, your heart rate went down to {v} bpm.' },
    'respiration.rate': { text: 'Asleep, you took {v} breaths per minute.' },
    'respiration.oxygen': { text: 'Asleep, your blood oxygen was {v} %.' },
    'suggestion.wear': { text: 'Wear your device at night, and you will see all of your sleep.' },
  },
  es: {
    'window.days': { text: 'Este resumen mira {v} [día|días].' },
    'sleep.nights': { text: 'Se [midió|midieron] {v} [noche|noches].' },
    'sleep.partial': { text: '{v} [noche se midió|noches se midieron] solo en parte.' },
    'sleep.estimated': { text: '{v} [noche se estimó|noches se estimaron] a partir del pulso.' },
    'sleep.missing': { text: 'De {v} [noche|noches] no hay datos de sueño.' },
    'coverage.gaps': { text: 'No llevaste ningún dispositivo durante {v} horas en total.' },
    'coverage.validDays': { text: 'Llevaste un dispositivo lo suficiente en {v} [día|días].' },
    'sleep.tst': {
      text: 'Dormiste {v} horas por noche de media.',
      earlier: 'La semana anterior fueron {e} horas.',
    },
    'sleep.tstEstimated': { text: 'Dormiste unas {v} horas por noche, estimadas a partir del pulso.' },
    'sleep.total24h': { text: 'Con siestas fueron {v} horas al día.' },
    'sleep.longest': { text: 'La noche larga de tu semana acabó el {v}.' },
    'sleep.se': {
      text: 'Dormiste el {v} % del tiempo en la cama.',
      earlier: 'La semana anterior fue el {e} %.',
    },
    'sleep.midpoint': { text: 'El punto medio de tu sueño fue a las {v}.' },
    'sleep.laterOnFreeDays': { text: 'En días libres dormiste {v} horas más tarde.' },
    'sleep.earlierOnFreeDays': { text: 'En días libres dormiste {v} horas más temprano.' },
    'activity.steps': {
      text: 'Diste {v} pasos al día de media.',
      earlier: 'La semana anterior fueron {e} pasos.',
    },
    'activity.distance': { text: 'Caminaste {v} {u} al día de media.' },
    'rhythm.is': { text: 'La regularidad de tus días (estabilidad interdiaria) fue de {v}.' },
    'rhythm.ra': { text: 'El contraste de día y noche (amplitud relativa) fue de {v}.' },
    'rhythm.sri': { text: 'La regularidad de tu sueño (SRI) fue de {v}.' },
    'cardio.resting': {
      text: 'Tu pulso en reposo fue de {v} lpm.',
      earlier: 'La semana anterior fue de {e} lpm.',
    },
    'cardio.hrvNight': { text: 'La variabilidad de tu pulso por la noche fue de {v} ms.' },
    'cardio.lowestSleeping': { text: 'Al dormir, tu pulso bajó hasta {v} lpm.' },
    'respiration.rate': { text: 'Al dormir hiciste {v} respiraciones por minuto.' },
    'respiration.oxygen': { text: 'Al dormir, tu oxígeno en sangre fue del {v} %.' },
    'suggestion.wear': { text: 'Lleva tu dispositivo por la noche y verás todo tu sueño.' },
  },
  de: {
    'window.days': { text: 'Es geht um {v} [Tag|Tage].' },
    'sleep.nights': { text: '{v} [Nacht wurde|Nächte wurden] gemessen.' },
    'sleep.partial': { text: '{v} [Nacht wurde|Nächte wurden] nur zum Teil gemessen.' },
    'sleep.estimated': { text: '{v} [Nacht wurde|Nächte wurden] aus dem Puls geschätzt.' },
    'sleep.missing': { text: 'Von {v} [Nacht|Nächten] gibt es keine Daten.' },
    'coverage.gaps': { text: 'Insgesamt hast du {v} Stunden lang kein Gerät getragen.' },
    'coverage.validDays': { text: 'An {v} [Tag|Tagen] hast du ein Gerät lange genug getragen.' },
    'sleep.tst': {
      text: 'Du hast im Mittel {v} Stunden pro Nacht geschlafen.',
      earlier: 'In der Woche davor waren es {e} Stunden.',
    },
    'sleep.tstEstimated': { text: 'Du hast etwa {v} Stunden pro Nacht geschlafen, aus dem Puls geschätzt.' },
    'sleep.total24h': { text: 'Mit Nickerchen waren es {v} Stunden am Tag.' },
    'sleep.longest': { text: 'Deine längste Nacht endete am {v}.' },
    'sleep.se': {
      text: 'Du hast {v} % der Zeit im Bett geschlafen.',
      earlier: 'In der Woche davor waren es {e} %.',
    },
    'sleep.midpoint': { text: 'Die Mitte deines Schlafs lag um {v} Uhr.' },
    'sleep.laterOnFreeDays': { text: 'An freien Tagen hast du {v} Stunden später geschlafen.' },
    'sleep.earlierOnFreeDays': { text: 'An freien Tagen hast du {v} Stunden früher geschlafen.' },
    'activity.steps': {
      text: 'Du bist im Mittel {v} Schritte am Tag gegangen.',
      earlier: 'In der Woche davor waren es {e} Schritte.',
    },
    'activity.distance': { text: 'Du bist im Mittel {v} {u} am Tag gegangen.' },
    'rhythm.is': { text: 'So gleich waren deine Tage (interdaily stability): {v}.' },
    'rhythm.ra': { text: 'So klar waren Tag und Nacht getrennt (relative Amplitude): {v}.' },
    'rhythm.sri': { text: 'So gleich war dein Schlaf (SRI): {v}.' },
    'cardio.resting': {
      text: 'Dein Puls in Ruhe war {v} bpm.',
      earlier: 'In der Woche davor waren es {e} bpm.',
    },
    'cardio.hrvNight': { text: 'Dein Puls hat in der Nacht um {v} ms variiert (SDNN).' },
    'cardio.lowestSleeping': { text: 'Im Schlaf sank dein Puls bis auf {v} bpm.' },
    'respiration.rate': { text: 'Im Schlaf waren es {v} Atemzüge pro Minute.' },
    'respiration.oxygen': { text: 'Im Schlaf lag die Sauerstoffsättigung bei {v} %.' },
    'suggestion.wear': { text: 'Trag dein Gerät in der Nacht, dann siehst du deinen ganzen Schlaf.' },
  },
};

const inSummary = [
  'window.days',
  'sleep.nights',
  'sleep.partial',
  'sleep.estimated',
  'sleep.missing',
  'coverage.gaps',
];

/** The template narrative of some facts: the same facts give the same text. */
export function templateDraft(facts: readonly Fact[], language: Language): NarrativeDraft {
  const say = (fact: Fact): Sentence[] => {
    const phrase = phrases[language][fact.id];
    if (!phrase) return [];
    const sentence = { text: fill(phrase.text, fact, language), facts: [fact.id] };
    if (fact.earlier === undefined || !phrase.earlier) return [sentence];
    return [{ ...sentence, text: `${sentence.text} ${fill(phrase.earlier, fact, language)}` }];
  };
  const off = facts.some(({ id, value }) => id.startsWith('night.missing.') && value === 'watch-off');
  return {
    summary: facts.filter(({ id }) => inSummary.includes(id)).flatMap(say),
    highlights: facts.filter(({ id }) => !inSummary.includes(id)).flatMap(say),
    suggestions: off ? [{ text: phrases[language]['suggestion.wear']!.text, facts: [] }] : [],
  };
}

function fill(text: string, { value, earlier, unit }: Fact, language: Language): string {
  return text
    .replaceAll('{v}', written(value, unit, language))
    .replaceAll('{e}', earlier === undefined ? '' : written(earlier, unit, language))
    .replaceAll('{u}', unit)
    .replace(/\[([^|\]]*)\|([^\]]*)\]/g, (_, one: string, many: string) => (value === 1 ? one : many));
}

/** A value as the language writes it: grouped thousands, its decimal mark, its names of the weekdays. */
function written(value: number | string, unit: string, language: Language): string {
  if (unit === 'weekday') {
    const name = weekdayNames[language][weekdayNames.en.indexOf(String(value))]!;
    return language === 'es' ? name : name[0]!.toUpperCase() + name.slice(1);
  }
  if (typeof value === 'string') return value;
  const [whole, fraction] = String(value).split('.') as [string, string | undefined];
  const mark = decimalMark[language];
  // Four digits stay together in Spanish and read well everywhere.
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, mark === '.' ? ',' : '.') : whole;
  return fraction ? `${grouped}${mark}${fraction}` : grouped;
}
