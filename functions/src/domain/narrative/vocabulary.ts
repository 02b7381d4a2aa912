import type { Language } from '../languages.ts';

/**
 * The words of which an opening may consist. They greet, announce, and name what a week is about. None measures, compares, counts,
 * denies, judges, warns or advises, and those that could say such a thing of a subject stand only where none is named.
 */
export interface Vocabulary {
  /** Stand anywhere. */
  general: ReadonlySet<string>;
  /** Name a subject: only where the text says something of it, and what is worn only to somebody who wears it. */
  about: Record<'sleep' | 'activity' | 'heart' | 'wearable', ReadonlySet<string>>;
  /** Say what happened or was recorded: never beside a subject, of which it would be a claim. */
  apart: ReadonlySet<string>;
  /**
   * Describe the text itself, never the week: each stands beside one of `text`, and where a subject is named at the beginning or
   * after one of `before`.
   */
  describing: ReadonlySet<string>;
  before: ReadonlySet<string>;
  text: ReadonlySet<string>;
  /** Say that something was done: only where the text tells of it, and beside no subject. */
  did: Record<'sleep' | 'activity', ReadonlySet<string>>;
  /** Would say something of a subject that they follow, but for the end of a clause. */
  verbs: ReadonlySet<string>;
  /** Say together what their words alone may not. */
  idioms: readonly string[];
  /** All that stands before the first comma. */
  greetings: readonly string[];
}

const words = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));

export const vocabulary: Record<Language, Vocabulary> = {
  en: {
    general: words(`
      a about above across again ahead also an and another are as at back based been begin beginning
      below bring bringing brings brought by came can chapter come comes coming contains covers curious
      data day day's days describe describes details did discover dive document does during explore
      first follow following follows for from gives glimpses greetings guide happen happened happens
      having hear heard hello here here's herein hey hi hope hoping how how's i i'd i'll i'm i've if in
      information inside into invite invited is it it's its join joined joins journey know knowing known
      latest lead leads learn left let let's lets like looked looking made make makes making may me
      measurements meet moment my news noted now number numbers of offer offers on open opens others our
      outlines overall own page pages paint paints past peek please plus point present presents put puts
      putting reading ready recall recent recently record records recounting recounts reflect reflecting
      reflects relive remember reminder results retelling revisit revisited revisiting rhythm saw say
      saying says see seeing seen sees sentence set sets share shared shares sharing show showed showing
      shown shows side since sketches snapshots so speak speaks start starting starts stock stories sum
      summarise summarised summarises summarize summarized summarizes summed summing sums take taken
      takes talk talking talks tell telling tells thank thanking thanks that that's the their them then
      there there's these they this those through time to today's together told took toward towards
      trace traces turn unfold unfolded unfolds us was we we'd we'll we're we've week week's weeks
      welcome welcoming went were what what's when where which while who will wishing with within wonder
      wondered wondering word works would written you you'll you've your yours yourself
    `),
    about: {
      sleep: words('sleep night nights'),
      activity: words('activity movement movements steps'),
      heart: words("heart heart's pulse rate"),
      wearable: words('wearable wearing wore wear'),
    },
    apart: words(`
      behind body captured closing collected complete device devices different enjoy find found gathered
      get go going had has have lies logged measured notice noticed out over patterns pause recorded
      registered seat shape shaped sit some stand stands stopping things today tracked unique up worth
      wrapped
    `),
    describing: words(`
      brief calm closer concise detailed easy few fresh friendly gentle little main new personal plain
      quick quiet short simple small weekly
    `),
    before: words(`
      a an the this your another some in with at my our these those here are is follows very
    `),
    text: words(`
      account eyes facts glance glances glimpse highlights insights introduction line lines look looks
      note notes observations outline overview picture points portrait read recap recaps reflection
      report review rewind roundup rundown sentences sketch snapshot story summary text tour view
      walkthrough words
    `),
    did: {
      sleep: words('slept'),
      activity: words('moved walked'),
    },
    verbs: words(`
      are been came can come comes did do does gave gets gives goes got had has have is leads like made
      make makes may put puts says set sets showed shown shows starts take takes took turn turned turns
      unfold unfolds was were
    `),
    idioms: [
      'in brief',
      'in short',
      'all in all',
      'step by step',
      'each week',
      'every week',
      'a little',
      'something to tell',
      'just for you',
      'walk you through',
      'week has passed',
      'week is done',
      'came to an end',
    ],
    greetings: [
      'good morning',
      'good evening',
      'good day',
      'good to see you',
      'nice to see you',
      'thanks for stopping by',
    ],
  },
  de: {
    general: words(`
      aber abschnitte aktuell aktuelle aktuellen aktueller also am an anbei anfang angeschaut angesehen
      angucken anhand anschaue anschauen ansehe ansehen antwort anzuschauen anzusehen auch auf
      aufbereitet aufgrund aufschluss augenblick aus ausgesehen ausgewertet aussah basis beantworten
      beantwortet beginn beginnen beginnt begleiten bei beim bekommst bereit bereitgestellt berichte
      berichten berichtet beschreibe beschreiben beschreibt betrachten bietet bis bist blicke blickst
      blickt bringt da dabei daheim dank danke dann daran darauf daraufhin daraus darin darüber darum
      das dass daten davon dazu dein deine deinem deinen deiner deines dem den der derzeit des dich die
      dies diese diesem diesen dieser dieses dir dokument drin du durch durchblättern durchgehen eigene
      eigenen ein eine einem einen einer eines eingeladen einladen einladung einleitung einmal entdecke
      entdecken er erblicken erfahren erfährst ergab ergeben ergebnis ergebnissen ergibt erinnern
      erkunden erneut erwähnen erwähnenswert erwarten erwartet erzähle erzählen erzählt erzählung es
      fange fangen fasse fassen fasst fassten fertig finde finden findest folgen folgende folgenden
      folgender folgendes folgt folgte frage fragen fragst führt für gab geben gebracht gebündelt
      gefasst gefunden geh gehe gehen geht gelesen gelesene gemeinsam gesammelt gesammelten geschaut
      geschichten geschrieben gesehen gezeigt gibt grundlage grüße guck gucken hab habe haben hallo
      halten hast hat hatten hätten helfen herzlich heute hier hierzu hilft hinein hineinschauen ich ihr
      ihre ihren ihrer im in indem informationen inhalt ins interessiert ist ja jetzt kam kamen kommen
      kommt kürze kurzum lass lassen lasst lässt lese lesen lesenswert letzten liefern liefert lies ließ
      liest mach machen macht mal man mein messung messungen messwerte messwerten mich mir mit
      mitgebracht mitnehmen möchte möchtest möglich moment nach nachfolgend nachlesen nachschauen
      nachvollziehen namen nämlich nehmen neugierig neuigkeiten nimm nun ob oben oder passend rede reden
      reinschauen reise rhythmus rückblickend rund rundum sagen sagt sah sahen sammlung schau schaue
      schauen schaust schildern schildert sehe sehen sei sein seine seit seite sich sie sieh siehst
      sieht sind so somit sowie spiegelt spuren stammen statt steckt stellt tag tage tagen tages über um
      umschauen und uns unser unsere unseren unserer unten untenstehend verfolgen vergangene vergangenen
      vergangener verlauf verlaufen verlief verliefen verschaffen von vor vorgestellt vorstellen wann
      war waren was weil weiter weiterlesen welche wenn wer werden werfe werfen wie wieder willkommen
      wir wird wirf wissen wo wobei woche wochen wollen woran woraus wort worüber worum wovon wurde
      würde wurden zahlen zeichnen zeichnet zeig zeige zeigen zeigt zeigte zeigten zeile zeit zu zuerst
      zum zunächst zur zurück zurückblicken zurückblickst zurückgeblickt zurückliegenden zurückschauen
      zurückzuschauen zusammen zusammenfassen zusammengefasst zusammengekommen zusammengestellt
      zusammengetragen zuschauen
    `),
    about: {
      sleep: words('schlaf schlafs nacht nächte nächten nachts'),
      activity: words('bewegung aktivität schritte schritten'),
      heart: words('herz herzschlag puls'),
      wearable: words('getragen trägst tragen'),
    },
    apart: words(`
      abgelaufen abgeschlossen anders aufgefallen aufgezeichnet bin dinge einiges erfasst etwas fällt
      freude gemessen gerät geräte herausgekommen hinter interessant liegen liegt los mitgeschrieben
      notiert registriert spaß stehen steht verschieden vorbei vorüber wichtigste wichtigsten
      wissenswert zuende
    `),
    describing: words(`
      einfache einfachen einfacher einige einigen einzelne ersten erster freundliche freundlicher
      gemeinsamer genaue genauer genaueren klare klaren klarer kleine kleinen kleiner kleines knappe
      knappen knapper kompakte kompakten kompakter kurz kurze kurzen kurzer kurzes neue neuen neuer
      neues neueste neuesten paar persönliche persönlicher ruhige ruhiger schnelle schneller wenigen
    `),
    before: words(`
      ein eine einen einem einer der die das dein deine deinen diese dieser dieses in mit ihr ihre unser
      und sind es
    `),
    text: words(`
      ansicht augen auswertung beobachtungen bericht bild bilder blick blicken darstellung einblick
      einblicke eindruck eindrücke ergebnisse erinnerung fakten fazit gesagt geschichte notiz notizen
      porträt punkte rückblick rückschau rundgang satz sätze sätzen skizze text überblick übersicht
      wochenbericht wochenrückblick wochenschau wochenüberblick wochenübersicht worte worten zeilen
      zusammenfassung
    `),
    did: {
      sleep: words('geschlafen'),
      activity: words('bewegt gegangen gelaufen'),
    },
    verbs: words(`
      bringt fällt geht gehen gibt haben hast hat hatten hätten ist kam kamen kommen kommt lag lassen
      lasst lässt liegen liegt ließ macht sah sahen sei sieht sind stehen steht war waren werden wird
      wurde wurden würde zeigt zeigte zeigten
    `),
    idioms: [
      'in aller ruhe',
      'in kürze',
      'kurz gesagt',
      'viel freude',
      'viel spaß',
      'es gibt neues',
      'schritt für schritt',
      'jede woche',
      'das wichtigste',
    ],
    greetings: ['guten tag', 'guten morgen', 'guten abend', 'schön'],
  },
  es: {
    general: words(`
      a abajo abarca abre abrimos abrir acerca acércate acompaña acompañamos acompáñanos acompañar
      actual actuales adelante adentro ahora al analizada analizado analizar aparece apartado aquel
      aquella aquí arranca arrancamos así asoma asomamos asomarnos asómate asomémonos atrás ayudar ayude
      basado base bienvenida bienvenido bloque brevemente capítulo capítulos cerca charlar charlemos
      comencemos comentamos comentar comentemos comenzamos comienza como cómo comparte compartido
      compartimos compartir con conjunto conmigo conoce conocer contado contamos contar contarlo
      contarte conté contenido contigo continuación cuaderno cuadro cual cuáles cuando cuenta cuéntame
      cuentan cuéntanos curiosidad da dado damos dan dar darte dato de decimos decir decirte dedica
      dedicamos dedicar del demos describe describen descubre descubrir desde deseas desglose destaca
      destacado destacan detenerse día días dibuja dibujan dibujo dice dicen dicha dicho dieron
      documento donde dónde e echa echamos echando echar echemos el ella ellas ellos empecemos empezamos
      empieza en encontrado encontramos encontrar encontrarán encontrarás encontrarte encuentras enseña
      enseñamos enseñarte entre era eran eres es esa escrito ese eso esos esperamos espero esta está
      estaba estamos están estar estas este esto estos estuvo explica explicamos explican explorar
      exploremos fijamos fíjate fue fueron general gracias gusta ha haber habido habla hablado hablan
      hablar hablemos hace hacemos hacer hacerte haces hacia hagamos hagas han has hasta hay he hecha
      hechas hecho hemos hicimos hiciste hizo hojea hojear hola hora hoy hubo idea ido incluido incluye
      incluyen información inicia iniciamos instantánea instante interior invita invitación invitamos ir
      juntas juntos la las le leas lee leemos leer leerlo leíste les leyendo lista listo llama llega
      llegado llegan llegó lleva lo los luego manera mano me mediciones medidas mi mientras minuto mío
      mira mirado miramos mirando mirándola mirar mirarla mirarlo miras miraste mire miremos modo
      momento momentos mostrado mostramos mostrar mostrarán mostraron mostrarte mostró muestra muestran
      narra narran nombre nos nosotros noticias nuestra nuestro numero números o observado ofrece
      ofrecemos ofrecen ofrecerte ofreció ojear os página páginas parte partir pasado pasados pasar
      pasemos paso pensando podemos podrás por porque pregunta preguntabas preguntas preparado
      preparamos presenta presentamos presentan presentarte presente presentes principales propia propio
      pueda puedas puede puedes pues puesta puesto puestos punto que qué quién quieres quiero quisiste
      reciente recientes recoge recogemos recogen recoger recogido recopilado recordar recordemos
      recorramos recorre recorrer recuérdala recuerdos refleja reflejada reflejan reflejo reflexión
      reflexionar relata relatamos relatan repasa repasamos repasando repasar repasarla repasarlo
      repasemos responde respuesta resume resúmen resumida resumido resumimos resumir resumirte resumo
      retomamos reúne reúnen reunimos revisa revisado revisar revisemos revisión revivamos revivir ritmo
      sabemos saber sabes sale saludarte saludo saludos se sea sección seguir según semana semanal
      semanalmente semanas ser serie servirá si sigue siguen siguiente siguientes sirve sobre son su
      surge surgen sus tal también te tema tendrás tenemos tener ti tiempo tiene tienen tienes toma
      tómate trae traemos traen traerte traído trajeron trajo trata través tu tus tuya tuyo última
      últimas último últimos un una unas unos va vamos van vaya ve veamos veas vemos ven veo ver verás
      verla verlas verlo verlos verte viaje viendo viéndola viene vienen vieron vimos vino vista vistas
      visto vistos volvamos volver volviendo voy vuelve y ya
    `),
    about: {
      sleep: words('sueño noche noches'),
      activity: words('actividad movimiento movimientos pasos'),
      heart: words('corazón pulso'),
      wearable: words('llevar llevas llevaste'),
    },
    apart: words(`
      acaba acabada acabado acabó algo algunas algunos anotado anotó cabe calma cerrada cerrado cierra
      concluida cosas dejado dejamos dejar dejo destacable diferente disfruta disfrutes dispositivos
      distinta finalizado grabado medida medido merece midieron midió para pasó queda quedado quedan
      registrada registrado registran registraron registró termina terminada terminado terminó toca
      única
    `),
    describing: words(`
      amable amables breve breves clara claras claro claros corta cortas corto cortos detallada
      detallado nueva nuevas nuevo nuevos pequeña pequeñas pequeño pequeños personal personales pocas
      pocos primer primera rápida rápido sencilla sencillas sencillo sencillos tranquila tranquilo
      varias
    `),
    before: words(`
      un una unas unos el la las los este esta estas estos tu tus en con mi nuestro y aquí muy su
    `),
    text: words(`
      apuntes balance crónica datos detalle detalles frase frases hechos historia ideas imagen informe
      introducción lectura línea líneas mirada nota notas novedades observaciones ojeada palabra
      palabras panorama paseo puntos recorrido recuento recuerdo relato repaso resultados resumen
      retrato síntesis texto vistazo vuelta
    `),
    did: {
      sleep: words('dormiste dormido'),
      activity: words('moviste movido caminaste'),
    },
    verbs: words(`
      da dan dice dieron era eran es está están estaba estuvo fue fueron ha han hace hay he le les llega
      llegan llegó me muestra muestran nos queda quedan sale se sea sigue siguen te tiene tienen trae
      trajo va van ve ven viene vienen vino vuelve
    `),
    idioms: [
      'en breve',
      'de vuelta',
      'un poco más de cerca',
      'más de cerca',
      'de nuevo',
      'lo más importante',
      'paso a paso',
      'cada semana',
      'otra semana',
      'tomado nota',
      'lo que pasó',
      'atrás quedan',
    ],
    greetings: [
      'buenos días',
      'buenas tardes',
      'buenas noches',
      'qué bien verte',
      'qué bien verte por aquí',
      'pues bien',
    ],
  },
};
