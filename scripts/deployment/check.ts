// What a check of a live project is: a promise, and a sentence for everything that is not so.
import type { Environment } from './environment.ts';
import type { GoogleApi } from './google-api.ts';
import type { Terraform } from './read-terraform.ts';

export interface Live {
  api: GoogleApi;
  project: string;
  terraform: Terraform;
  environment: Environment;
}

export interface Check {
  name: string;
  /** A sentence for everything that is not as it should be. */
  problems: (live: Live) => Promise<string[]>;
}

export const unless = (fine: boolean, sentence: string): string[] => (fine ? [] : [sentence]);
