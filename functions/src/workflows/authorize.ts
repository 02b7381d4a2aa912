import type { QuotaName } from '../domain/upload/quota.ts';
import type { Ports } from './ports.ts';

/**
 * Who calls: the uid of a valid ID token that was sent by the app itself, with its share of the quotas taken.
 *
 * @throws Fault `auth/...`, `quota/exceeded`
 */
export async function authorize(
  { tokens, quotas, clock }: Pick<Ports, 'tokens' | 'quotas' | 'clock'>,
  credentials: { token: string; appToken: string | undefined },
  {
    consumeAppToken = false,
    amounts,
  }: { consumeAppToken?: boolean; amounts?: Partial<Record<QuotaName, number>> } = {},
): Promise<string> {
  await tokens.verifyApp(credentials.appToken, consumeAppToken);
  const uid = await tokens.verify(credentials.token);
  if (amounts) await quotas.take([{ subject: `person:${uid}`, amounts }], clock.now());
  return uid;
}
