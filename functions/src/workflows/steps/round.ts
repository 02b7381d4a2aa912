import type { NamedUpload, Ports } from '../ports.ts';
import type { PersonHold } from './hold-person.ts';
import type { Contribution } from './read-upload.ts';

export type WorkPorts = Pick<
  Ports,
  | 'uploads'
  | 'recordings'
  | 'people'
  | 'histories'
  | 'analyses'
  | 'narratives'
  | 'models'
  | 'deadLetters'
  | 'clock'
>;

/** The uploads that a worker has in hand, and what it needs to work on them. */
export interface Round {
  uid: string;
  hold: PersonHold;
  inHand: readonly NamedUpload[];
  /** What has been read of recordings, by upload: a commit that has to be made again does not read them again. */
  readings: Map<string, Contribution>;
  traceparent: string;
  /** The upload that the message names: its recording has arrived. */
  named: string | undefined;
  /** Uploads that failed. */
  failed: Set<string>;
  /** Whether the person is kept: other work is known to wait. */
  keep: boolean;
  /** Called between two commits of long work, for the uploads of the person that have come meanwhile. */
  lookAround: () => Promise<void>;
}
