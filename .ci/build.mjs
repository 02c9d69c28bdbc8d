// Builds dist/ from src/, then tries what was built as whoever installs the package would.
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const main = join(root, 'dist', 'main.js');
/** What the package must hold, each as a file or as something within a folder. */
const SHIPPED = ['dist/main.js', 'schemas/', 'examples/minimal.yaml', 'README.md', 'LICENSE', 'package.json'];

rmSync(join(root, 'dist'), { recursive: true, force: true });
run('tsc', join(root, 'node_modules', '.bin', 'tsc'), '-p', 'tsconfig.build.json');
chmodSync(main, 0o755);

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
expect('version', built('version').startsWith(`evenkeel ${version} `));
expect('schema', JSON.parse(built('schema')).properties.spec !== undefined);
run('validate', process.execPath, main, 'validate', '-f', 'examples');

const [{ files }] = JSON.parse(run('npm pack', 'npm', 'pack', '--dry-run', '--json', '--ignore-scripts'));
const paths = files.map(({ path }) => path);
for (const wanted of SHIPPED) {
  expect(
    `${wanted} in the package`,
    paths.some((path) => path.startsWith(wanted)),
  );
}
const stray = paths.filter((path) => !/^(dist|schemas|examples)\/|^(README\.md|LICENSE|package\.json)$/.test(path));
expect(`nothing else in the package (${stray.join(', ')})`, stray.length === 0);
process.stdout.write(`Built and tried: ${paths.length} files in the package.\n`);

function built(...args) {
  return run(args.join(' '), process.execPath, main, ...args);
}

/** What it printed. Ends the build when it fails. */
function run(name, file, ...args) {
  const { status, stdout, stderr, error } = spawnSync(file, args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status === 0) return stdout;
  process.stderr.write(`${name} failed: ${error?.message ?? ''}\n${stdout ?? ''}${stderr ?? ''}\n`);
  process.exit(1);
}

function expect(what, holds) {
  if (holds) return;
  process.stderr.write(`the build is not as it should be: ${what}\n`);
  process.exit(1);
}
