// Every test, or the files and flags of `node --test` that are named: npm test -- test/aws/*.test.ts
import { spawn } from 'node:child_process';
import { availableParallelism, constants } from 'node:os';
import { join } from 'node:path';
import { prepareEngines } from './engines.mjs';
import { prepareMoto } from './moto.mjs';
import { prepareStrands } from './strands.mjs';

/** No single test file may take longer; the slowest should stay far below. */
const TIMEOUT_MS = 300_000;

if (!prepareMoto() && process.env.EVENKEEL_REQUIRE_MOTO === '1') {
  process.stderr.write('EVENKEEL_REQUIRE_MOTO=1 does not allow that.\n');
  process.exit(1);
}
if (!prepareStrands() && process.env.EVENKEEL_REQUIRE_STRANDS === '1') {
  process.stderr.write('EVENKEEL_REQUIRE_STRANDS=1 does not allow that.\n');
  process.exit(1);
}
if (!prepareEngines() && process.env.EVENKEEL_REQUIRE_ENGINES === '1') {
  process.stderr.write('EVENKEEL_REQUIRE_ENGINES=1 does not allow that.\n');
  process.exit(1);
}

const named = process.argv.slice(2);
const args = [
  '--test',
  `--test-concurrency=${Math.max(2, availableParallelism())}`,
  `--test-timeout=${TIMEOUT_MS}`,
  '--disable-warning=ExperimentalWarning',
  ...(named.some((argument) => !argument.startsWith('-')) ? named : [...named, 'test/**/*.test.ts']),
];
const root = join(import.meta.dirname, '..');
// Every test file is a process of its own: what they share is compiled once.
const env = { ...process.env, NODE_COMPILE_CACHE: join(root, '.cache', 'compiled') };
const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit', env });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
});
