import { Fault } from '../../domain/fault.ts';
import { quotas as limits } from '../../domain/upload/quota.ts';
import type { Ports } from '../ports.ts';

/** A week and the evening before it: what is sent every day is bounded by the number of uploads, and costs no transaction. */
const everydayDays = 8;

/**
 * Takes the days that a recording has samples of out of the person's quota: each is a document that is read and written.
 *
 * @throws Fault `recording/too-many-days` for more than there ever are at once, `quota/exceeded` for more than are left
 */
export async function chargeDays(
  { quotas, clock }: Pick<Ports, 'quotas' | 'clock'>,
  uid: string,
  days: number,
): Promise<void> {
  if (days > limits.recordingDays.limit) throw new Fault('recording/too-many-days');
  const amounts = { recordingDays: days };
  if (days > everydayDays) await quotas.take([{ subject: `person:${uid}`, amounts }], clock.now());
}
