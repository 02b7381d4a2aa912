import { episodesByDay, sleepEpisodes, sleepSegments } from '../metrics/sleep.ts';
import { nightsToStage, type NightToStage } from '../metrics/staging.ts';
import { layMinutes, type Minutes } from '../samples/minutes.ts';
import type { Sample } from '../samples/sample.ts';
import { trailingWindow, type Window } from '../samples/window.ts';
import { dayMs } from '../time.ts';

/** What is known before the sleep model has been asked. */
export interface Preparation {
  window: Window;
  minutes: Minutes;
  samples: readonly Sample[];
  episodes: ReturnType<typeof episodesByDay>;
  toStage: NightToStage[];
}

/** The night that ends on the first day begins the day before. */
const leadInMs = dayMs;

/**
 * Lays out the window and finds the nights that need the sleep model.
 *
 * @param all samples of the window's days and the day before (older ones are not looked at), without duplicates, in
 *   canonical order
 */
export function prepare(all: readonly Sample[], days: number | 'all'): Preparation | undefined {
  const window = trailingWindow(all, days);
  return window && prepareWindow(window, all);
}

/** The same for a window that is already known. */
export function prepareWindow(window: Window, all: readonly Sample[]): Preparation {
  const samples = all.filter(({ end }) => end >= window.start - leadInMs);
  const episodes = episodesByDay(window, sleepEpisodes(sleepSegments(samples)));
  const mainSleeps = new Map([...episodes].map(([day, { main }]) => [day, main]));
  return {
    window,
    minutes: layMinutes(window, samples),
    samples,
    episodes,
    toStage: nightsToStage(window, samples, mainSleeps),
  };
}
