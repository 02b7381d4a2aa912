import { prepareWindow } from '../domain/analysis/prepare.ts';
import type { Analysis } from '../domain/analysis/analysis.ts';
import { utcWeeksOf } from '../domain/samples/week.ts';
import { factsOf } from '../domain/narrative/facts.ts';
import { Fault } from '../domain/fault.ts';
import type { Language } from '../domain/languages.ts';
import { mondayOf } from '../domain/history/week-digest.ts';
import { addDays } from '../domain/local-time.ts';
import { weekPicture, windowOf, type WeekPicture } from '../domain/analysis/week-picture.ts';
import type { Narrative } from '../domain/narrative/narrative.ts';
import type { WeeklyReport } from '../domain/narrative/weekly-report.ts';
import type { Ports } from './ports.ts';
import { withComparisons } from '../domain/narrative/comparisons.ts';
import { Marks, windowDays } from './steps/compute-weeks.ts';
import { preferencesOf } from './steps/preferences-of.ts';
import { stageNights } from './steps/stage-nights.ts';
import { Shelf, samplesOfDays } from './steps/shelf.ts';

/** Which week a report is about; the person's latest one where nothing is named. */
export interface AskedReport {
  uploadId?: string | undefined;
  /** Any day of an ISO week, `yyyy-mm-dd`. */
  week?: string | undefined;
  /** The person's own choice where none is named. */
  language?: Language | undefined;
}

/**
 * The report of one week: what is stored of it, and the series behind its pictures from the person's samples as they are now.
 *
 * @throws Fault `report/not-found`
 */
export async function weeklyReport(
  ports: Pick<Ports, 'analyses' | 'narratives' | 'histories' | 'people' | 'models'>,
  uid: string,
  asked: AskedReport = {},
): Promise<WeeklyReport> {
  const { analysis, narrative } = await weekAskedFor(ports, uid, asked);
  const [person, picture] = await Promise.all([ports.people.find(uid), pictureOf(ports, uid, analysis)]);
  const { language, units } = preferencesOf(person);
  const facts = withComparisons(factsOf(analysis, units), narrative?.facts ?? []);
  const compared = facts.some(({ change }) => change !== undefined);
  return {
    language: asked.language ?? language,
    analysis,
    facts,
    before: compared ? analysis.window.days.map((day) => addDays(day, -windowDays)) : null,
    narrative,
    picture,
  };
}

async function weekAskedFor(
  { analyses, narratives, histories }: Pick<Ports, 'analyses' | 'narratives' | 'histories'>,
  uid: string,
  { uploadId, week }: AskedReport,
): Promise<{ analysis: Analysis; narrative: Narrative | null }> {
  if (week !== undefined) {
    const result = await histories.week(uid, mondayOf(week));
    if (!result) throw new Fault('report/not-found');
    return result;
  }
  const named =
    uploadId === undefined
      ? (await analyses.newest(uid, 1))[0]
      : { uploadId, analysis: await analyses.find({ uid, uploadId }) };
  if (!named?.analysis) throw new Fault('report/not-found');
  const narrative = await narratives.find({ uid, uploadId: named.uploadId });
  return { analysis: named.analysis, narrative: narrative ?? null };
}

async function pictureOf(
  ports: Pick<Ports, 'histories' | 'models'>,
  uid: string,
  analysis: Analysis,
): Promise<WeekPicture> {
  const window = windowOf(analysis);
  // One day more: the night that ends on the first day begins on the day before.
  const [first, last] = [addDays(window.days[0]!.day, -1), window.days.at(-1)!.day];
  const shelf = new Shelf(ports, uid, new Set());
  const { state } = await ports.histories.state(uid);
  const [before] = await Promise.all([
    new Marks(ports, uid, state).before(last),
    shelf.need(...utcWeeksOf(first, last)),
  ]);
  const preparation = prepareWindow(window, samplesOfDays(shelf, first, last), before);
  const { staged } = await stageNights(ports.models, preparation.toStage);
  return weekPicture(preparation, staged);
}
