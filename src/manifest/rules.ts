import type { Path } from './path.ts';
import type { ValueShown } from './shown-value.ts';
import type { FargateService } from './types.ts';

/** A rule that a manifest breaks. */
export interface Violation {
  readonly severity: 'error' | 'warning';
  /** In the manifest after lowering. */
  readonly path: Path;
  readonly mark: 'key' | 'value';
  readonly message: string;
  readonly help?: string;
}

/** Everything a schema cannot say. */
export function checkRules(_manifest: FargateService, _shown: ValueShown): readonly Violation[] {
  return [];
}
