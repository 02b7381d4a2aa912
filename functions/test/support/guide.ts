import fs from 'node:fs';
import path from 'node:path';

export const guide = fs.readFileSync(path.resolve(import.meta.dirname, '../../docs/integrate.md'), 'utf8');

/** The blocks of code in a language, in the order of the page. */
export function blocksOf(language: string): string[] {
  const blocks = [...guide.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];
  return blocks.filter(([, of]) => of === language).map(([, , text]) => text!);
}

/** What of other packages the page uses, as far as it does. */
export const others = `
declare module 'expo-file-system' {
  export class Directory {
    constructor(...parts: unknown[]);
    create(options: { idempotent: boolean; intermediates: boolean }): void;
    list(): { name: string }[];
  }
  export class File {
    constructor(...parts: unknown[]);
    readonly uri: string;
    readonly exists: boolean;
    write(content: string | Uint8Array): void;
    bytes(): Promise<Uint8Array>;
    delete(): void;
  }
  export const Paths: { document: Directory; cache: Directory };
}
declare module 'react-native-mmkv' {
  export function createMMKV(options: { id: string }): {
    getString(key: string): string | undefined;
    set(key: string, value: string): void;
    remove(key: string): boolean;
    getAllKeys(): string[];
  };
}
declare module 'expo-crypto' {
  export enum CryptoDigestAlgorithm { SHA256 }
  export function digest(algorithm: CryptoDigestAlgorithm, data: Uint8Array): Promise<ArrayBuffer>;
}
declare module 'fflate' {
  export function gzipSync(data: Uint8Array): Uint8Array;
}
`;

/** The same of the bridges: what `sync` asks of them. The deep tier takes their own types instead. */
export const bridges = `
declare module '@kingstinct/react-native-healthkit' {
  const bridge: import('@clarity-loop/contract/sync').HealthKitBridge & {
    requestAuthorization(types: { toRead: readonly string[] }): Promise<boolean>;
  };
  export = bridge;
}
declare module 'react-native-health-connect' {
  const bridge: import('@clarity-loop/contract/sync').HealthConnectBridge & {
    initialize(): Promise<boolean>;
    requestPermission(permissions: readonly { accessType: 'read'; recordType: string }[]): Promise<unknown>;
  };
  export = bridge;
}
`;
