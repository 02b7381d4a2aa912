import type { Ports, QuotaSubject } from '../ports.ts';

/** Who sends, for the quotas: a person, from a network address where that is known. */
export interface Sender {
  uid: string;
  address?: string | undefined;
}

/** Takes one upload of so many bytes out of the quotas of who sends it. @throws Fault `quota/exceeded` */
export async function chargeUpload(
  { quotas, clock }: Pick<Ports, 'quotas' | 'clock'>,
  { uid, address }: Sender,
  sizeBytes: number,
): Promise<void> {
  const person: QuotaSubject = `person:${uid}`;
  const charges: Parameters<Ports['quotas']['take']>[0] = [
    { subject: person, amounts: { uploads: 1, uploadBytes: sizeBytes } },
    ...(address ? [{ subject: `address:${address}` as const, amounts: { addressUploads: 1 } }] : []),
  ];
  await quotas.take(charges, clock.now());
}
