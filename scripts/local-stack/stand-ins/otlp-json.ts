// The part of OTLP's JSON that spans and metrics share.

export interface KeyValue {
  key: string;
  value: { stringValue?: string; boolValue?: boolean; intValue?: number | string; doubleValue?: number };
}

export type Attributes = Record<string, string | number | boolean>;

export function attributesOf(pairs: readonly KeyValue[] = []): Attributes {
  return Object.fromEntries(
    pairs.map(({ key, value: { stringValue, boolValue, intValue, doubleValue } }) => [
      key,
      stringValue ?? boolValue ?? (intValue === undefined ? (doubleValue ?? '') : Number(intValue)),
    ]),
  );
}
