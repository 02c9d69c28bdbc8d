// Prepares moto, an emulator of AWS, and the real AWS clients in Python for the contract tests: once, under .cache/moto.
// Where it cannot be had this says so, and the tests leave it out; with EVENKEEL_REQUIRE_MOTO=1 that is an error.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const home = join(root, '.cache', 'moto');
const python = join(home, 'bin', 'python');
const requirements = join(import.meta.dirname, 'python-requirements.txt');
const stamp = join(home, 'installed');

/** True when moto is there. Otherwise says why, and that it is left out. */
export function prepareMoto() {
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  if (existsSync(python) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return true;
  const trouble = install();
  if (trouble === undefined) {
    writeFileSync(stamp, wanted);
    return true;
  }
  rmSync(home, { recursive: true, force: true });
  process.stderr.write(`moto is left out: ${trouble}. What it would have checked is not checked.\n`);
  return false;
}

/** Undefined, or why it did not work. */
function install() {
  if (spawnSync('python3', ['--version']).status !== 0) return 'there is no python3 on this machine';
  process.stderr.write('Installing moto and the AWS clients in Python (once) …\n');
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  if (!succeeds('python3', ['-m', 'venv', home])) return 'python3 -m venv failed';
  const quiet = ['--quiet', '--no-input', '--disable-pip-version-check', '--no-warn-script-location'];
  if (!succeeds(python, ['-m', 'pip', 'install', ...quiet, '--no-deps', '-r', requirements])) return 'pip failed';
  return undefined;
}

function succeeds(command, args) {
  return spawnSync(command, args, { stdio: ['ignore', 2, 'inherit'] }).status === 0;
}

if (process.argv[1] === import.meta.filename && !prepareMoto() && process.env.EVENKEEL_REQUIRE_MOTO === '1') {
  process.exitCode = 1;
}
