import { existsSync } from 'node:fs';
import { join } from 'node:path';

const PYTHON = join(import.meta.dirname, '..', '..', '..', '.cache', 'strands', 'bin', 'python');

/** What `.ci/strands.mjs` has prepared: a Python with the pinned packages of examples/strands-agent. */
const python: string | undefined = existsSync(PYTHON) ? PYTHON : undefined;

/** For `skip` of a test; false where the machine must have it, so that its absence fails. */
export const withoutStrands: string | false =
  python === undefined && process.env['EVENKEEL_REQUIRE_STRANDS'] !== '1'
    ? 'left out: strands-agents is not on this machine (node .ci/strands.mjs installs it, given Python 3.10 or newer)'
    : false;

/** Throws where Python was insisted on and is missing. */
export function requiredPython(): string {
  if (python === undefined) throw new Error('strands-agents is required here: run node .ci/strands.mjs');
  return python;
}
