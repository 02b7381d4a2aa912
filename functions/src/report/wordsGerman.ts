import type { ReportWords } from './words.ts';

export const german: ReportWords = {
  title: 'Deine Woche',
  skip: 'Zum Bericht springen',
  contents: 'Inhalt',
  sections: {
    glance: 'Auf einen Blick',
    narrative: 'In Worten',
    days: 'Tag und Nacht',
    sleep: 'Schlaf',
    heart: 'Herz',
    rhythm: 'Rhythmus',
    comparison: 'Im Vergleich zur Woche davor',
    sources: 'Woher jede Zahl kommt',
  },
  coverage: 'An {valid} von {n} [Tag|Tagen] mindestens 16 Stunden getragen.',
  gaps: 'Insgesamt {hours} h ohne Uhr, in {n} [Abschnitt|Abschnitten].',
  noWearable: 'Keine Uhr war beteiligt: Bekannt ist nur, was das Telefon gezählt hat.',
  typedIn: '{n} [Wert wurde|Werte wurden] von Hand eingegeben.',
  lateSamples:
    'Die Messwerte dieser Tage haben sich seit der Auswertung geändert: Die Bilder zeigen {now} davon, die Zahlen beruhen auf {then}.',
  footer: 'Dieser Bericht beschreibt, was gemessen wurde. Er ist keine Diagnose.',
  unavailable: 'Nicht verfügbar. {reason}',
  reasons: {
    'no-samples': 'Nichts davon wurde gemessen.',
    'recording/not-enough-wear':
      'Dafür braucht es drei Tage, an denen die Uhr mindestens 16 Stunden getragen wurde.',
    'recording/no-wearable':
      'Dafür braucht es eine Uhr: Ein Telefon unterscheidet Ruhe nicht vom Liegen auf dem Tisch.',
    'recording/unresolved-minutes':
      'Die Messwerte sind Summen über mehr als eine Stunde; dafür braucht es Minuten.',
    'recording/not-enough-nights': 'Es sind zu wenige Nächte.',
    'model/not-installed': 'Das Modell dafür ist nicht installiert.',
    'model/no-heart-rate':
      'Bekannt ist nur die Zeit im Bett, mit zu wenig Herzfrequenz, um Schlaf und Wachsein zu unterscheiden.',
  },
  tableBehind: 'Die Zahlen zu diesem Bild',
  scrollable: '{title}, lässt sich verschieben',

  narrative: {
    generated:
      'Von einem Sprachmodell geschrieben ({model}); jede Zahl wurde mit der Auswertung verglichen.',
    template: 'Aus festen Sätzen zusammengesetzt; kein Sprachmodell hat ihn geschrieben.',
    missing: 'Der Text ist noch nicht geschrieben.',
    otherLanguage: 'Der Text wurde auf {language} geschrieben.',
    highlights: 'Was auffällt',
    suggestions: 'Zum Ausprobieren',
  },
  languageNames: { en: 'Englisch', es: 'Spanisch', de: 'Deutsch' },

  facts: {
    'sleep.tst': 'Schlaf pro Nacht',
    'sleep.se': 'Schlafeffizienz',
    'activity.steps': 'Schritte am Tag',
    'cardio.resting': 'Ruhepuls',
    'cardio.hrvNight': 'Herzfrequenzvariabilität nachts',
  },
  units: { h: 'h', '%': '%', steps: 'Schritte', bpm: 'bpm', ms: 'ms' },
  change: { higher: 'mehr', lower: 'weniger', same: 'gleich' },
  weekBefore: '{value} in der Woche davor',
  noWeekBefore: 'Es gibt keine Auswertung der Woche davor, mit der sich vergleichen ließe.',
  comparison: { what: 'Zahl', now: 'Diese Woche', before: 'Woche davor', change: 'Unterschied' },

  actogram: {
    title: 'Aktivität und Schlaf, zwei Tage je Zeile',
    description:
      'Jede Zeile zeigt einen Tag und den danach, damit jede Nacht ganz zu sehen ist. {nights} [Nacht ist|Nächte sind] als Schlaf markiert. {gaps} Stunden lang wurde nichts gemessen.',
    note: 'Ein Balken ist das Mittel einer Viertelstunde, auf einer Wurzelskala bis {max} {unit} pro Minute.',
    none: 'Aktivität wurde nicht minutenweise gemessen; zu sehen sind Schlaf und Lücken.',
    asleep: 'im Schlaf',
    activity: { stepCount: 'Schritte', activityCount: 'Aktivitätszähler' },
    unmeasured: 'nichts gemessen',
    uncounted: 'getragen, keine Aktivität gezählt',
    outside: 'außerhalb der Aufzeichnung',
    table: 'Mittlere {unit} pro Minute in jeder Viertelstunde',
    spanTable: 'Schlaf und Lücken',
    spanNone: 'Weder noch.',
    time: 'Zeit',
    day: 'Tag',
    from: 'Von',
    to: 'Bis',
    state: 'Was',
  },

  hypnogram: {
    title: 'Stadien jeder Nacht',
    description:
      'Jede Zeile ist eine Nacht, von oben nach unten: wach, REM, leichter Schlaf, tiefer Schlaf.',
    note: 'Die Zeiten sind Uhrzeiten. Eine schraffierte Zeile ist eine Nacht, von der minutenweise nichts bekannt ist.',
    table: 'Stadien jeder Nacht',
    notMeasured: 'nicht gemessen',
    onlyTotal: 'nur die Summe ist bekannt',
    states: {
      awake: 'wach',
      rem: 'REM',
      core: 'leicht (Kern)',
      nrem: 'NREM',
      asleep: 'im Schlaf, Stadium unbekannt',
      deep: 'tief',
      inBed: 'im Bett',
    },
  },
  nights: {
    title: 'Nächte',
    night: 'Nacht auf',
    bed: 'Im Bett',
    onset: 'Eingeschlafen',
    wake: 'Aufgewacht',
    asleep: 'Schlaf',
    efficiency: 'Effizienz',
    latency: 'Einschlafzeit',
    waso: 'WASO',
    awakenings: 'Wachphasen',
    source: 'Aus',
    sources: {
      'healthkit-stages': 'Stadien der Uhr',
      'sleep-model': 'Schlafmodell',
      'healthkit-asleep': 'Schlaf ohne Stadien',
      'app-total': 'Summe einer App',
    },
    estimated: 'geschätzt',
    mean: 'Mittel',
    missing: 'Keine Nacht auf {days}.',
    nap: 'Nickerchen am {day}, {from} bis {to}: {asleep} h Schlaf.',
    legend:
      'Schlaf in h:min. Effizienz: Anteil an der Zeit im Bett. Einschlafzeit und WASO (wach nach dem Einschlafen) in Minuten. Wachphasen: alle / ab 5 Minuten.',
  },

  heartRate: {
    title: 'Herzfrequenz, Stunde für Stunde',
    description:
      'Zu jeder Stunde die niedrigste, die mittlere und die höchste gemessene Minute, von {low} bis {high} Schlägen pro Minute. Stunden ohne Messung sind schraffiert.',
    note: 'Linien enden, wo nichts gemessen wurde.',
    band: 'niedrigste bis höchste Minute',
    median: 'mittlere Minute (Median)',
    unmeasured: 'keine Herzfrequenz',
    table: 'Herzfrequenz jeder Stunde, bpm',
    low: 'Niedrigste',
    high: 'Höchste',
    minutes: 'Minuten',
    resting: 'Ruhepuls: {bpm} bpm, {source}.',
    restingFrom: {
      healthkit: 'der Median dessen, was die Uhr angab',
      'sleep-minimum': 'die ruhigste halbe Stunde im Schlaf',
    },
    none: 'Herzfrequenz wurde nicht gemessen.',
  },
  hrv: {
    title: 'Herzfrequenzvariabilität (SDNN)',
    description:
      'Zu jedem Tag Spanne und Median der Werte aus der Nacht, die an ihm endete, und der Werte im Wachen.',
    note: 'Jeder Wert gilt für etwa eine Minute; mit Normen über 24 Stunden sind sie nicht vergleichbar.',
    night: 'in der Nacht',
    waking: 'am Tag',
    table: 'Herzfrequenzvariabilität jedes Tages, ms',
    values: 'Werte',
    none: 'Herzfrequenzvariabilität wurde nicht gemessen.',
  },

  rhythm: {
    title: 'Der mittlere Tag auf einer 24-Stunden-Uhr',
    description: 'Mittlere Aktivität jeder Stunde rund um eine Uhr mit Mitternacht oben. {l5} {m10}',
    note: 'Die Balken sind die mittlere Aktivität jeder Stunde, in der die Uhr getragen wurde.',
    l5: 'Die 5 ruhigsten Stunden (L5)',
    m10: 'Die 10 aktivsten Stunden (M10)',
    profile: 'mittlere Aktivität der Stunde',
    from: '{what} beginnen um {time}.',
    noOnset: '{what} haben keine sichere Zeit.',
    table: 'Mittlere {unit} pro Minute nach Stunde',
    hour: 'Stunde',
    mean: 'Mittel pro Minute',
    is: 'Stabilität von Tag zu Tag (IS)',
    iv: 'Variabilität am Tag (IV)',
    ra: 'Relative Amplitude (RA)',
    sri: 'Schlafregelmäßigkeit (SRI)',
    number: 'Zahl',
    value: 'Wert',
    meaning: 'Was sie sagt',
    meanings: {
      is: 'Wie ähnlich sich die Tage sind: nahe 0 bei Zufall, 1 bei genau gleichen Tagen.',
      iv: 'Wie zerstückelt ein Tag ist: nahe 0 bei einer glatten Welle, etwa 2 bei Zufall.',
      ra: 'Der Gegensatz von Tag und Nacht: 0 bei keinem, 1 bei einer Nacht ganz ohne Aktivität.',
      sri: 'Wie wahrscheinlich Schlaf oder Wachsein 24 Stunden später gleich ist: 0 bei Zufall, 100 bei immer.',
    },
  },

  sources: {
    intro:
      'Gemessen heißt: Ein Sensor hat es angegeben. Eine Formel oder Schwelle ist veröffentlichte Forschung, angewandt auf Gemessenes. Ein Modell schätzt.',
    what: 'Zahl',
    origin: 'Herkunft',
    how: 'Wie',
    origins: {
      measured: 'gemessen',
      threshold: 'veröffentlichte Schwelle',
      formula: 'veröffentlichte Formel',
      model: 'Modell, eine Schätzung',
      text: 'Text',
    },
    rows: {
      wear: {
        what: 'Tragezeit und Lücken',
        how: 'Minuten zwischen zwei Lebenszeichen eines Sensors, die höchstens 30 Minuten auseinander liegen. Ein Tag zählt ab 16 Stunden, dem üblichen Minimum der Aktigrafie.',
      },
      steps: {
        what: 'Schritte, Strecke',
        how: 'HealthKit, die beste Quelle jeder Minute: die Uhr vor dem Telefon, nie die Summe von beiden.',
      },
      asleep: {
        what: 'Schlaf ohne Stadien',
        how: 'HealthKit oder eine App gab Schlaf an, aber nicht seine Stadien; was dazwischen liegt, wird nicht geraten.',
      },
      nights: {
        what: 'Schlaf, Effizienz, Einschlafzeit, WASO, Wachphasen, Stadien',
        how: 'Die Stadien der Uhr über HealthKit, nach den Definitionen der American Academy of Sleep Medicine.',
      },
      modelNights: {
        what: 'Nächte mit „Schlafmodell“',
        how: 'Aus der Herzfrequenz geschätzt von dem unten genannten Modell; wie sicher es bei fremden Nächten war, steht in seiner Modellkarte.',
      },
      estimated: {
        what: 'Zeiten im Bett mit „geschätzt“',
        how: 'Der längste Abschnitt der Nacht mit Ruhe und niedriger Herzfrequenz.',
      },
      heartRate: { what: 'Herzfrequenz', how: 'HealthKit, das Mittel der besten Quelle in jeder Minute.' },
      restingOwn: { what: 'Ruhepuls', how: 'Der Median der Werte, die HealthKit angab.' },
      restingSleep: {
        what: 'Ruhepuls',
        how: 'Das niedrigste Mittel von 30 Minuten im Schlaf; es liegt unter dem Wert im Wachen, den HealthKit angibt.',
      },
      hrv: { what: 'Herzfrequenzvariabilität', how: 'SDNN, wie HealthKit sie angibt: Mediane, Spannen.' },
      respiration: {
        what: 'Atemfrequenz, Sauerstoff im Blut',
        how: 'HealthKit: Mediane dessen, was gemessen wurde.',
      },
      rhythm: {
        what: 'IS, IV, RA, L5, M10',
        how: 'Witting 1990, Biol Psychiatry 27:563; Van Someren 1999, Chronobiol Int 16:505.',
      },
      sri: { what: 'Schlafregelmäßigkeit (SRI)', how: 'Phillips 2017, Sci Rep 7:3216.' },
      jetLag: { what: 'Sozialer Jetlag', how: 'Wittmann 2006, Chronobiol Int 23:497.' },
      generated: {
        what: 'Der Text',
        how: 'Gemini, aus den Zahlen der Auswertung und ohne deinen Namen; ein Text mit einer anderen Zahl wird nicht gezeigt.',
      },
      template: { what: 'Der Text', how: 'Feste Sätze mit den Zahlen der Auswertung.' },
    },
    samples: '{n} [Messwert|Messwerte], Quellen: {kinds}. Uhrzeiten in {zone}.',
    kinds: { watch: 'Uhr', phone: 'Telefon', other: 'anderes Gerät oder App' },
    model: 'Modell {name}, Version {version}, SHA-256 {sha256}',
  },
};
