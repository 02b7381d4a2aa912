import path from 'node:path';
import { memoryPorts, memoryState } from '../../functions/src/adapters/memory/memory.ts';
import { onnxModels } from '../../functions/src/adapters/onnx.ts';
import { paths } from '../../functions/src/contract/upload.ts';
import type { Analysis } from '../../functions/src/domain/analysis/analysis.ts';
import { Fault } from '../../functions/src/domain/fault.ts';
import type { Language } from '../../functions/src/domain/languages.ts';
import { addDays } from '../../functions/src/domain/local-time.ts';
import type { WeeklyReport } from '../../functions/src/domain/narrative/weekly-report.ts';
import { analyzeDays, windowDays } from '../../functions/src/workflows/steps/analyze-days.ts';
import { composeNarrative } from '../../functions/src/workflows/steps/compose-narrative.ts';
import type { Days } from '../../functions/src/workflows/ports.ts';
import { weeklyReport } from '../../functions/src/workflows/weekly-report.ts';
import { root } from '../lib/root.ts';
import { offlineDays } from '../analyze/offline-days.ts';

const models = onnxModels(path.join(root, 'functions', 'models'));
const traceparent = `00-${'0'.repeat(31)}1-${'0'.repeat(15)}1-00`;

/** The report of a person's last week by the workflows of the cloud; undefined where there is nothing to analyse. */
export async function offlineReport(
  days: Days,
  uid: string,
  language: Language,
): Promise<WeeklyReport | undefined> {
  const analysis = await analyzeDays({ days, models }, uid, windowDays);
  if (!analysis) return undefined;
  const before = await analysisBefore(days, uid, analysis);

  const state = memoryState();
  state.people.set(uid, { language });
  if (before) state.analyses.set(paths.analysis(uid, 'week-before'), before);
  state.analyses.set(paths.analysis(uid, 'week'), analysis);
  const ports = {
    ...memoryPorts(state),
    days,
    models,
    // Never asked: there is no consent offline.
    narrator: { write: () => Promise.reject(new Fault('narrator/unavailable')) },
  };
  const narrative = await composeNarrative(ports, uid, analysis, traceparent);
  state.narratives.set(paths.narrative(uid, 'week'), narrative);
  return weeklyReport(ports, uid);
}

/** The analysis of the days before the window, as an upload at that time would have got it. */
async function analysisBefore(days: Days, uid: string, { window }: Analysis): Promise<Analysis | undefined> {
  const first = window.days[0]!;
  const earlier = await offlineDays();
  for (const { day, samples } of await days.between(
    uid,
    addDays(first, -windowDays - 1),
    addDays(first, -1),
  )) {
    // What goes on past midnight belongs to this week.
    const ended = samples.filter(({ end }) => end <= Date.parse(window.start));
    await earlier.days.merge(earlier.origin, [{ day, samples: ended }], []);
  }
  return analyzeDays({ days: earlier.days, models }, earlier.origin.uid, windowDays);
}
