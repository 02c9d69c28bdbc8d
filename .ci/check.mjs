// Everything that can be said about the code without running it. Runs all checks, reports all, exits 1 if one failed.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const bin = join(root, 'node_modules', '.bin');
const MAX_LINES = 400;

/** Name, and what to ask: the answer is a complaint, or undefined when all is well. @type {readonly (readonly [string, () => string | undefined])[]} */
const checks = [
  ['types', command('tsc', '-p', '.')],
  [
    'format and lint',
    command('biome', 'check', '--error-on-warnings', 'src', 'test', 'schemas', '.ci', 'package.json', 'tsconfig.json'),
  ],
  ['lint with types', command('oxlint', '--type-aware')],
  ['generated files', () => output(process.execPath, join(import.meta.dirname, 'generate-types.mjs'), '--check')],
  ['layers', () => output(process.execPath, '--test', '--test-reporter=dot', 'test/architecture.test.ts')],
  ['lock file', lockFile],
  ['file sizes', fileSizes],
];

let failed = 0;
for (const [name, check] of checks) {
  const startedAt = performance.now();
  const complaint = check();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`${complaint === undefined ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)\n`);
  if (complaint === undefined) continue;
  failed++;
  process.stdout.write(`${complaint.replaceAll(/^/gm, '       ')}\n`);
}
process.stdout.write(failed === 0 ? 'All checks passed.\n' : `${failed} of ${checks.length} checks failed.\n`);
process.exitCode = failed === 0 ? 0 : 1;

function command(name, ...args) {
  return () => output(join(bin, name), ...args);
}

/** Undefined when it succeeded, else all that it said. */
function output(file, ...args) {
  const { status, stdout, stderr, error } = spawnSync(file, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (error !== undefined) return `${file} cannot be run: ${error.message}`;
  return status === 0 ? undefined : `${stdout}${stderr}`.trim();
}

/** Where packages are downloaded from is the business of whoever installs them. */
function lockFile() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const resolved = Object.keys(packages).filter((path) => packages[path].resolved !== undefined);
  return resolved.length === 0 ? undefined : `with a download address: ${resolved.join(', ')}`;
}

function fileSizes() {
  const long = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.generated.ts'))
    .map((file) => [file, readFileSync(join(root, 'src', file), 'utf8').split('\n').length - 1])
    .filter(([, lines]) => lines > MAX_LINES);
  return long.length === 0 ? undefined : long.map(([file, lines]) => `src/${file} has ${lines} lines`).join('\n');
}
