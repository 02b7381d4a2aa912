import { prepareWindow } from '../domain/analysis/prepare.ts';
import type { Analysis } from '../domain/analysis/analysis.ts';
import { mergeSamples } from '../domain/samples/day.ts';
import { factsOf } from '../domain/narrative/facts.ts';
import { Fault } from '../domain/fault.ts';
import type { Language } from '../domain/languages.ts';
import { addDays } from '../domain/local-time.ts';
import { weekPicture, windowOf, type WeekPicture } from '../domain/analysis/week-picture.ts';
import type { WeeklyReport } from '../domain/narrative/weekly-report.ts';
import type { Ports } from './ports.ts';
import { preferencesOf } from './steps/preferences-of.ts';
import { stageNights } from './steps/stage-nights.ts';
import { weekBefore } from './steps/week-before.ts';

/**
 * The report of one analysis, or of the latest one: what is stored, and the series behind its pictures from the
 * person's days as they are now.
 *
 * @param language of the report; the person's own choice where none is named
 * @throws Fault `report/not-found`
 */
export async function weeklyReport(
  ports: Pick<Ports, 'analyses' | 'narratives' | 'days' | 'people' | 'models'>,
  uid: string,
  asked: { uploadId?: string | undefined; language?: Language | undefined } = {},
): Promise<WeeklyReport> {
  const { analyses, narratives, people } = ports;
  const { uploadId, analysis } = await analysisOf(analyses, uid, asked.uploadId);
  const [person, narrative, before, picture] = await Promise.all([
    people.find(uid),
    narratives.find({ uid, uploadId }),
    weekBefore(analyses, uid, analysis),
    pictureOf(ports, uid, analysis),
  ]);
  const { language, units } = preferencesOf(person);
  return {
    language: asked.language ?? language,
    analysis,
    facts: factsOf(analysis, units, before),
    before: before?.window.days ?? null,
    narrative: narrative ?? null,
    picture,
  };
}

async function analysisOf(
  analyses: Ports['analyses'],
  uid: string,
  uploadId: string | undefined,
): Promise<{ uploadId: string; analysis: Analysis }> {
  if (uploadId === undefined) {
    const latest = await analyses.latest(uid);
    if (!latest) throw new Fault('report/not-found');
    return latest;
  }
  const analysis = await analyses.find({ uid, uploadId });
  if (!analysis) throw new Fault('report/not-found');
  return { uploadId, analysis };
}

async function pictureOf(
  { days, models }: Pick<Ports, 'days' | 'models'>,
  uid: string,
  analysis: Analysis,
): Promise<WeekPicture> {
  const window = windowOf(analysis);
  // One day more: the night that ends on the first day begins on the day before.
  const stored = await days.between(uid, addDays(window.days[0]!.day, -1), window.days.at(-1)!.day);
  const samples = mergeSamples(
    stored.flatMap((day) => day.samples),
    [],
    new Set(),
  );
  const preparation = prepareWindow(window, samples);
  const { staged } = await stageNights(models, preparation.toStage);
  return weekPicture(preparation, staged);
}
