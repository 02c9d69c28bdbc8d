import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';

/** Folder -> folders it may import from. Nothing else; `lib` is the floor. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  telemetry: ['lib'],
  engine: ['lib'],
  manifest: ['lib'],
  aws: ['lib'],
  build: ['lib'],
  'aws/sdk': ['aws', 'lib'],
  source: ['manifest', 'aws', 'lib'],
  state: ['manifest', 'aws', 'lib'],
  reconcile: ['manifest', 'engine', 'lib'],
  resources: ['reconcile', 'manifest', 'aws', 'build', 'lib'],
  sandbox: ['aws', 'lib'],
  http: ['manifest', 'reconcile', 'state', 'telemetry', 'engine', 'lib'],
  app: [
    'http',
    'source',
    'state',
    'resources',
    'reconcile',
    'build',
    'sandbox',
    'aws/sdk',
    'aws',
    'telemetry',
    'engine',
    'manifest',
    'lib',
  ],
  cli: ['app', 'manifest', 'reconcile', 'state', 'lib'],
};
/** Text that may appear only in these files. */
const ONLY_IN: readonly (readonly [RegExp, RegExp])[] = [
  [/from '@aws-sdk\//, /^aws\/sdk\//],
  [/from '@smithy\//, /^aws\/sdk\//],
  [/\b(Date\.now|setTimeout|setInterval|performance\.now)\b|new Date\(\)/, /^lib\/clock\.ts$/],
  [/\bMath\.random\b/, /^main\.ts$/],
  [/\bprocess\.(env|argv|exit|exitCode|on)\b/, /^(main|app\/config)\.ts$/],
  [/^export (default|\*)|^(export )?(const )?enum /m, /^$/],
];
/** The sandbox keeps its own quota numbers, or the pacing would be tested against itself. */
const NEVER: readonly (readonly [RegExp, RegExp])[] = [[/^sandbox\//, /aws\/limits\.ts/]];

const src = join(import.meta.dirname, '..', 'src');
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.ts'));
const folder = (file: string): string =>
  file.startsWith('aws/sdk/') ? 'aws/sdk' : file.includes('/') ? file.split('/')[0]! : 'main';

for (const file of files) {
  const text = readFileSync(join(src, file), 'utf8');
  test(`${file} respects the layers`, () => {
    assert.ok(!file.endsWith('index.ts'), 'no barrels: import the file itself');
    const own = folder(file);
    const may = own === 'main' ? ['cli', 'lib'] : MAY_IMPORT[own];
    assert.ok(may !== undefined, `folder ${own} is not in the table`);
    for (const [, target] of text.matchAll(/from '(\.[^']+)'/g)) {
      const path = relative(src, join(src, dirname(file), target!));
      if (path.startsWith('..')) continue;
      const to = folder(path);
      assert.ok(to === own || may.includes(to), `${own} may not import ${to} (${target})`);
      for (const [from, never] of NEVER) {
        if (from.test(file)) assert.doesNotMatch(path, never);
      }
    }
    for (const [what, where] of ONLY_IN) if (!where.test(file)) assert.doesNotMatch(text, what);
  });
}
