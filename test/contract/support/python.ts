import { existsSync } from 'node:fs';
import { join } from 'node:path';

const PYTHON = join(import.meta.dirname, '..', '..', '..', '.cache', 'moto', 'bin', 'python');

/** What `.ci/moto.mjs` has prepared: moto's server, the AWS command line and boto3, in a Python of their own. */
export const python: string | undefined = existsSync(PYTHON) ? PYTHON : undefined;

/** For `skip` of a test; false where the machine must have it, so that its absence fails. */
export const withoutPython: string | false =
  python === undefined && process.env['EVENKEEL_REQUIRE_MOTO'] !== '1'
    ? 'left out: moto is not on this machine (node .ci/moto.mjs installs it, given Python 3)'
    : false;

/** Throws where Python was insisted on and is missing. */
export function requiredPython(): string {
  if (python === undefined) throw new Error('moto is required here and not installed: run node .ci/moto.mjs');
  return python;
}
