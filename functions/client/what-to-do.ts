import type { FaultCode } from '../src/domain/fault.ts';
import type { Language } from '../src/domain/languages.ts';

/** What only the app's own side can say, for its developer. */
export const clientSentences = {
  'client/canceled': 'This was called off.',
  'client/refused': 'The rules of Storage or Firestore do not allow this.',
  'client/offline':
    'The functions cannot be reached: no network, another region, or an origin that CORS does not allow.',
  'client/unexpected': 'The Firebase SDK reported something unexpected; see cause.',
} as const;

/** A code that is known here. */
export type KnownCode = FaultCode | keyof typeof clientSentences;

/**
 * What an app does about a code. nothing: it was meant so. sign-in: let the person sign in again. wait: try again later,
 * after `retryAfterS` where it is given. connect: try again with a network. consent: ask for it. send-again: the same
 * data as a new upload. send-less: the same data in pieces. more-data: tell the person what is missing. look: it is not
 * there (any more). repair: the app, the project or the service is at fault; report it with the requestId.
 */
export type Action =
  | 'nothing'
  | 'sign-in'
  | 'wait'
  | 'connect'
  | 'consent'
  | 'send-again'
  | 'send-less'
  | 'more-data'
  | 'look'
  | 'repair';

/** Every code with what an app does about it. */
export const actions: Readonly<Record<KnownCode, Action>> = {
  'client/canceled': 'nothing',
  'client/refused': 'repair',
  'client/offline': 'connect',
  'client/unexpected': 'repair',
  'auth/missing-token': 'sign-in',
  'auth/invalid-token': 'sign-in',
  'auth/invalid-app-check': 'repair',
  'auth/replayed-app-check': 'wait',
  'consent/withdrawn': 'consent',
  'person/erasing': 'wait',
  'request/method-not-allowed': 'repair',
  'request/not-found': 'repair',
  'request/unsupported-media-type': 'repair',
  'request/invalid': 'repair',
  'request/timeout': 'connect',
  'request/aborted': 'connect',
  'recording/empty': 'repair',
  'recording/truncated': 'send-again',
  'recording/invalid-encoding': 'repair',
  'recording/invalid-json': 'repair',
  'recording/invalid': 'repair',
  'recording/no-samples': 'repair',
  'recording/no-valid-samples': 'repair',
  'recording/too-large': 'send-less',
  'recording/too-many-samples': 'send-less',
  'recording/too-many-days': 'send-less',
  'recording/nothing-known': 'more-data',
  'recording/missing': 'send-again',
  'recording/changed': 'send-again',
  'recording/not-enough-wear': 'more-data',
  'upload/not-owner': 'repair',
  'upload/not-found': 'look',
  'upload/conflict': 'send-again',
  'upload/illegal-move': 'look',
  'upload/expired': 'send-again',
  'upload/deleting': 'wait',
  'upload/busy': 'wait',
  'upload/fenced': 'wait',
  'quota/exceeded': 'wait',
  'report/not-found': 'look',
  'analysis/gave-up': 'wait',
  'model/not-installed': 'repair',
  'model/invalid-manifest': 'repair',
  'model/hash-mismatch': 'repair',
  'model/corrupt': 'repair',
  'model/wrong-shape': 'repair',
  'narrator/unavailable': 'wait',
  'narrator/cap-reached': 'wait',
  'narrator/refused': 'nothing',
  'narrator/rejected': 'repair',
  'narrator/invalid': 'wait',
  'schema/newer': 'wait',
  'service/busy': 'wait',
  'service/unavailable': 'wait',
  internal: 'repair',
};

/** One sentence for the person, for each thing to do. */
export const personSentences: Readonly<Record<Action, Record<Language, string>>> = {
  nothing: {
    en: 'There is nothing you need to do.',
    es: 'No tienes que hacer nada.',
    de: 'Du musst nichts tun.',
  },
  'sign-in': {
    en: 'Please sign in again.',
    es: 'Inicia sesión de nuevo.',
    de: 'Bitte melde dich noch einmal an.',
  },
  wait: {
    en: 'This is not possible right now. Please try again later.',
    es: 'Ahora mismo no es posible. Inténtalo más tarde.',
    de: 'Das geht gerade nicht. Bitte versuche es später noch einmal.',
  },
  connect: {
    en: 'The connection was lost. Please try again when you are online.',
    es: 'Se ha perdido la conexión. Inténtalo de nuevo cuando tengas conexión.',
    de: 'Die Verbindung ist abgebrochen. Bitte versuche es noch einmal, wenn du online bist.',
  },
  consent: {
    en: 'You have withdrawn your consent, so nothing is analysed. You can give it again in the settings.',
    es: 'Has retirado tu consentimiento, así que no se analiza nada. Puedes volver a darlo en los ajustes.',
    de: 'Du hast deine Einwilligung zurückgezogen; deshalb wird nichts ausgewertet. Du kannst sie in den Einstellungen wieder geben.',
  },
  'send-again': {
    en: 'Your data did not arrive as it was sent. It is sent again.',
    es: 'Tus datos no llegaron como se enviaron. Se envían de nuevo.',
    de: 'Deine Daten sind nicht so angekommen, wie sie gesendet wurden. Sie werden noch einmal gesendet.',
  },
  'send-less': {
    en: 'This is too much data at once. It is sent in smaller parts.',
    es: 'Son demasiados datos a la vez. Se envían en partes más pequeñas.',
    de: 'Das sind zu viele Daten auf einmal. Sie werden in kleineren Teilen gesendet.',
  },
  'more-data': {
    en: 'There is not enough data yet. Keep wearing your watch, also at night.',
    es: 'Todavía no hay datos suficientes. Sigue llevando el reloj, también de noche.',
    de: 'Es sind noch nicht genug Daten da. Trage deine Uhr weiter, auch nachts.',
  },
  look: {
    en: 'This is no longer there, or not yet.',
    es: 'Esto ya no está, o todavía no.',
    de: 'Das gibt es nicht mehr, oder noch nicht.',
  },
  repair: {
    en: 'Something went wrong on our side. Your data on this phone is safe.',
    es: 'Algo ha fallado por nuestra parte. Tus datos en este teléfono están a salvo.',
    de: 'Bei uns ist etwas schiefgegangen. Deine Daten auf diesem Telefon sind sicher.',
  },
};
