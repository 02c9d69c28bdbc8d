import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isNamed, printNames, printTable, shortImage } from '../../src/cli/print-table.ts';
import type { Condition } from '../../src/manifest/conditions.ts';
import { keyOf } from '../../src/manifest/key.ts';
import { PLAIN, status } from './support/builders.ts';

const NOW = Date.UTC(2026, 0, 1);
const options = { wide: false, nowMs: NOW };

const notReady: Condition = {
  type: 'Ready',
  status: 'False',
  reason: 'RolloutFailed',
  message: '3 tasks exited with code 1',
  lastTransitionTime: '2025-12-31T23:58:00.000Z',
  observedGeneration: 3,
};

test('get shows a row a service, with words for every state', () => {
  const statuses = [
    status('search-agent'),
    status('triage', { sync: 'OutOfSync', conditions: [notReady], running: 1, key: keyOf('team', 'triage') }),
    status('billing', { sync: 'Unknown', suspended: true, revision: undefined as never, desired: undefined as never }),
  ];
  assert.equal(
    printTable(statuses, PLAIN, options),
    `NAME          CLUSTER  READY  SYNCED   REVISION  TASKS  IMAGE   CHANGED  MESSAGE
search-agent  agents   True   True     42        2/2    9d3e71  5m
team/triage   agents   False  False    42        1/2    9d3e71  2m       RolloutFailed: 3 tasks exited with code 1
billing       agents   True   Unknown  -         -      9d3e71  5m       Suspended`,
  );
});

test('no services say so', () => assert.equal(printTable([], PLAIN, options), 'No services.'));

test('the message is cut to the terminal, never wrapped', () => {
  const long = status('web', { conditions: [{ ...notReady, message: 'x'.repeat(300) }] });
  const lines = printTable([long], { ...PLAIN, columns: 100 }, options).split('\n');
  assert.ok(lines.every((line) => line.length <= 100));
  assert.match(lines[1]!, /\.\.\.$/);
});

test('wide adds where a service lives and comes from', () => {
  const [head, row] = printTable([status('web')], PLAIN, { ...options, wide: true }).split('\n');
  assert.match(head!, /HEALTH +MODE +GENERATION +REGION +ACCOUNT +SOURCE +MESSAGE/);
  assert.match(row!, /Healthy +manage +3\/3 +us-east-1 +123456789012 +deploy\/web.yaml/);
});

test('a newline from AWS does not make a second row', () => {
  const broken = status('web', { conditions: [{ ...notReady, message: 'a\nb\u001b[H' }] });
  const text = printTable([broken], PLAIN, options);
  assert.equal(text.split('\n').length, 2);
  assert.ok(!text.includes('\u001b'));
});

const IMAGES: readonly (readonly [string | undefined, string])[] = [
  [undefined, '-'],
  ['web', 'latest'],
  ['web:1.4', '1.4'],
  ['localhost:5000/web', 'latest'],
  ['localhost:5000/team/web:2', '2'],
  ['r/web@sha256:9d3e71aabbcc', '9d3e71'],
];
for (const [image, expected] of IMAGES) {
  test(`image ${image} is shown as ${expected}`, () => assert.equal(shortImage(image), expected));
}

test('names are for xargs', () => {
  const statuses = [status('web'), status('x', { key: keyOf('team', 'x') })];
  assert.equal(printNames(statuses), 'fargateservice/web\nfargateservice/team/x');
});

test('a service answers to its key, its name and its name in ECS', () => {
  const one = status('x', { key: keyOf('team', 'x'), service: 'x-prod' });
  assert.deepEqual(
    ['team/x', 'x', 'x-prod', 'team'].map((name) => isNamed(one, name)),
    [true, true, true, false],
  );
});
