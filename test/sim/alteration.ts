import type { KeeperParts } from '../../src/app/keeper.ts';
import type { AwsTransport } from '../../src/aws/operations.ts';
import type { SourceKnobs } from './source.ts';

/** A bug put in on purpose, or anything else that makes the controllers of a run differ from the real ones. */
export interface Alteration {
  /** Stands between the decorators (retries, pacing, batches) and the wire. */
  readonly transport?: (inner: AwsTransport) => AwsTransport;
  /** Changes what the controller is made of: its chain, source, clock, configuration, … */
  readonly keeper?: (parts: KeeperParts) => KeeperParts;
  /** Changes how a process reads the manifests. */
  readonly source?: (knobs: SourceKnobs) => SourceKnobs;
}
