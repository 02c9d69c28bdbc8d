import type { Knobs } from './knobs.ts';
import type { Script } from './script.ts';

/** What people and the world do in one run. Six to fifteen lines; `README.md` has the verbs. */
export interface Scenario {
  /** `S02` */
  readonly id: string;
  /** A sentence. */
  readonly title: string;
  readonly knobs?: Partial<Knobs>;
  /** How many writes it takes depends on timing: the counts are not compared with the reference run. */
  readonly coalesces?: boolean;
  /** It is long: its turn comes in every so many-th round of random runs only. Absent: in every one. */
  readonly every?: number;
  run(script: Script): Promise<void>;
}
