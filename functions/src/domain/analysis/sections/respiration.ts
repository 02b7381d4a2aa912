import type { Unavailable } from '../../fault.ts';
import { breathing, oxygen, type NightRange, type OxygenRange } from '../../metrics/respiration.ts';
import { isWhole } from '../../metrics/night.ts';
import { between, has, ofType } from '../by-type.ts';
import type { Findings } from '../findings.ts';

/** Breathing and oxygen in the nights; what was measured by day is in none of it. */
export interface RespirationSection {
  nights: { day: string; breathing: NightRange | null; oxygen: OxygenRange | null }[];
  /** Of all values in whole nights. */
  breathing: NightRange | Unavailable;
  oxygen: OxygenRange | Unavailable;
}

export function respirationSection({ byType, nights, signs }: Findings): RespirationSection | Unavailable {
  if (!has(byType, ['respiratoryRate', 'oxygenSaturation'])) return { unavailable: 'no-samples' };
  const none: Unavailable = { unavailable: 'no-samples' };
  const inNights = (type: 'respiratoryRate' | 'oxygenSaturation') =>
    nights
      .filter((night) => isWhole(night) || night.estimated)
      .flatMap(({ start, end }) => between(ofType(byType, type), start, end).map(({ value }) => value));
  return {
    nights: nights.map(({ day }) => {
      const own = signs.get(day)!;
      return { day, breathing: own.breathing, oxygen: own.oxygen };
    }),
    breathing: breathing(inNights('respiratoryRate')) ?? none,
    oxygen: oxygen(inNights('oxygenSaturation')) ?? none,
  };
}
