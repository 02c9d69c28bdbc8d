// Prepares the Python that the tests of examples/strands-agent run in, with exactly the packages its image has: once,
// under .cache/strands. Where it cannot be had this says so, and the tests leave it out; with EVENKEEL_REQUIRE_STRANDS=1
// that is an error.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const home = join(root, '.cache', 'strands');
/** Its interpreter, once `prepareStrands` has said yes. */
export const python = join(home, 'bin', 'python');
const requirements = join(root, 'examples', 'strands-agent', 'requirements.txt');
const stamp = join(home, 'installed');
/** The version the image has comes first. */
const INTERPRETERS = ['python3.11', 'python3', 'python3.12', 'python3.13', 'python3.10'];

/** True when the Python is there. Otherwise says why, and that it is left out. */
export function prepareStrands() {
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  if (existsSync(python) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return true;
  const trouble = install();
  if (trouble === undefined) {
    writeFileSync(stamp, wanted);
    return true;
  }
  rmSync(home, { recursive: true, force: true });
  process.stderr.write(
    `The Strands agent is left out: ${trouble}. What its tests would have checked is not checked.\n`,
  );
  return false;
}

/** Undefined, or why it did not work. */
function install() {
  const interpreter = INTERPRETERS.find(isRecent);
  if (interpreter === undefined) return 'there is no Python 3.10 or newer on this machine';
  process.stderr.write('Installing the packages of the Strands agent (once) …\n');
  const startedAt = performance.now();
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  if (!succeeds(interpreter, ['-m', 'venv', home])) return `${interpreter} -m venv failed`;
  const quiet = ['--quiet', '--no-input', '--disable-pip-version-check', '--no-warn-script-location'];
  if (!succeeds(python, ['-m', 'pip', 'install', ...quiet, '--requirement', requirements])) return 'pip failed';
  process.stderr.write(`Installed in ${((performance.now() - startedAt) / 1000).toFixed(0)} s.\n`);
  return undefined;
}

function isRecent(interpreter) {
  return spawnSync(interpreter, ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))']).status === 0;
}

function succeeds(command, args) {
  return spawnSync(command, args, { stdio: ['ignore', 2, 'inherit'] }).status === 0;
}

if (process.argv[1] === import.meta.filename && !prepareStrands() && process.env.EVENKEEL_REQUIRE_STRANDS === '1') {
  process.exitCode = 1;
}
