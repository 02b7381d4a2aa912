// What the product tells of samples, week after week, each with the habit and the ranges that the weeks before it left behind.
import path from 'node:path';
import { onnxModels } from '../../functions/src/adapters/onnx.ts';
import { conclude, type Analysis } from '../../functions/src/domain/analysis/analysis.ts';
import { summariesOf, type DaySummary } from '../../functions/src/domain/analysis/day-summary.ts';
import { digestOf } from '../../functions/src/domain/analysis/digest.ts';
import { findingsOf, type Findings } from '../../functions/src/domain/analysis/findings.ts';
import { prepareWindow } from '../../functions/src/domain/analysis/prepare.ts';
import { mondayOf, type WeekDigest } from '../../functions/src/domain/history/week-digest.ts';
import { addDays, localDay } from '../../functions/src/domain/local-time.ts';
import { comparedWeek, factsOf, type Fact } from '../../functions/src/domain/narrative/facts.ts';
import { templateDraft, textOf } from '../../functions/src/domain/narrative/draft.ts';
import { planOf } from '../../functions/src/domain/narrative/plan.ts';
import type { Sample } from '../../functions/src/domain/samples/sample.ts';
import { weekWindow } from '../../functions/src/domain/samples/window.ts';
import { stageNights } from '../../functions/src/workflows/steps/stage-nights.ts';
import { root } from '../lib/root.ts';

const models = onnxModels(path.join(root, 'functions', 'models'));

/** All that is told of one ISO week. */
export interface ToldWeek {
  findings: Findings;
  analysis: Analysis;
  facts: Fact[];
  summaries: DaySummary[];
  text: string;
}

/** The ISO weeks of a person, in the order of time. @param samples without duplicates, in canonical order */
export async function toldWeeks(samples: readonly Sample[]): Promise<ToldWeek[]> {
  const days = samples.map(({ timeZone, start }) => localDay(timeZone, start)).sort();
  const history: WeekDigest[] = [];
  const weeks: ToldWeek[] = [];
  for (let monday = mondayOf(days[0]!); monday <= days.at(-1)!; monday = addDays(monday, 7)) {
    const window = weekWindow(samples, monday);
    if (!window) continue;
    const preparation = prepareWindow(window, samples, history);
    const { staged, cards } = await stageNights(models, preparation.toStage);
    const findings = findingsOf(preparation, staged);
    const analysis = conclude(findings, cards);
    const before = weeks.at(-1)?.analysis;
    const facts = factsOf(analysis, 'metric', before && comparedWeek(before));
    const plan = planOf(facts);
    const { summary, highlights, suggestions } = textOf(templateDraft(plan, 'en'), plan.insights, 'en');
    weeks.push({
      findings,
      analysis,
      facts,
      summaries: summariesOf(findings),
      text: [summary, ...highlights, ...suggestions].join(' '),
    });
    history.push(digestOf(findings));
  }
  return weeks;
}
