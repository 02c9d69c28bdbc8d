// Runs a script of this checkout under the Node that package.json pins, whatever Node started it (20 or newer).
// Installs the dependencies first when they are missing or no longer those of the lock file.
//
//   node .ci/pinned.mjs SCRIPT [ARGUMENT ...]
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createHash } from 'node:crypto';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, 'node_modules', '.bin');
const node = join(bin, process.platform === 'win32' ? 'node.cmd' : 'node');
const stamp = join(root, 'node_modules', '.evenkeel-lock');

function lockHash() {
  return createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
}

function installed() {
  return existsSync(node) && existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash();
}

function install() {
  process.stderr.write('Installing what this checkout needs (once) …\n');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 'inherit'],
  });
  if (status !== 0) process.exit(status ?? 1);
  writeFileSync(stamp, lockHash());
}

function run(args) {
  const environment = { ...process.env, PATH: `${bin}:${process.env.PATH ?? ''}` };
  const child = spawn(node, args, { stdio: 'inherit', env: environment });
  const forward = (signal) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward);
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (signal === 'SIGINT' ? 2 : signal === 'SIGTERM' ? 15 : 1);
  });
}

if (!installed()) install();
const [script, ...rest] = process.argv.slice(2);
run(['--disable-warning=ExperimentalWarning', join(root, script), ...rest]);
