import type { Unavailable } from '../../fault.ts';
import { breathing, oxygen } from '../../metrics/respiration.ts';
import type { Night } from '../../metrics/sleep.ts';
import type { Window } from '../../samples/window.ts';
import { has, valuesOf, type ByType } from '../by-type.ts';

export interface RespirationSection {
  nights: { day: string; breathing: Breathing | null; oxygen: Oxygen | null }[];
  breathing: Breathing | Unavailable;
  oxygen: Oxygen | Unavailable;
}

type Breathing = NonNullable<ReturnType<typeof breathing>>;
type Oxygen = NonNullable<ReturnType<typeof oxygen>>;

export function respirationSection(
  window: Window,
  byType: ByType,
  nights: readonly Night[],
): RespirationSection | Unavailable {
  if (!has(byType, ['respiratoryRate', 'oxygenSaturation'])) return { unavailable: 'no-samples' };
  const inWindow = (at: number): boolean => at >= window.start && at < window.end;
  const none: Unavailable = { unavailable: 'no-samples' };
  return {
    nights: nights.map(({ day, start, end }) => {
      const inside = (at: number): boolean => at >= start && at < end;
      return {
        day,
        breathing: breathing(valuesOf(byType, 'respiratoryRate', inside)),
        oxygen: oxygen(valuesOf(byType, 'oxygenSaturation', inside)),
      };
    }),
    breathing: breathing(valuesOf(byType, 'respiratoryRate', inWindow)) ?? none,
    oxygen: oxygen(valuesOf(byType, 'oxygenSaturation', inWindow)) ?? none,
  };
}
