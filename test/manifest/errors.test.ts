import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ManifestError } from '../../src/manifest/manifest-error.ts';
import { complaints, documentWith, load, shortForm, yamlWith } from './loading.ts';

/** What an error marks, taken from the text itself. */
function marked(text: string, { line, column, length }: ManifestError): string {
  return text.split('\n')[line - 1]!.slice(column - 1, column - 1 + length);
}

/** Errors about specs: what they say, and what they mark. */
const table: readonly (readonly [says: string, lines: string, shown: string, marks: string])[] = [
  ['a misspelt field', 'memroy: 1024', "spec: unknown field 'memroy' (did you mean 'memory'?)", 'memroy'],
  [
    'a field in another style',
    'desired_count: 2',
    "spec: unknown field 'desired_count' (did you mean 'desiredCount'?)",
    'desired_count',
  ],
  ['a field of another place', 'port: 80', "spec: unknown field 'port' (`port` belongs in `spec.container`)", 'port'],
  ['a string for a number', 'desiredCount: "two"', 'spec.desiredCount: must be integer, got string "two"', '"two"'],
  [
    'a quoted number',
    'desiredCount: "2"',
    'spec.desiredCount: must be integer, got string "2" (remove the quotes)',
    '"2"',
  ],
  ['a list for a mapping', 'container: [a]', 'spec.container: must be mapping, got a list', 'container'],
  ['nothing for a mapping', 'container:', 'spec.container: must be mapping, got nothing', 'container'],
  [
    'a single value for a list',
    'loadBalancers: x',
    'spec.loadBalancers: must be list, got string "x" (write it as a list: [ … ])',
    'x',
  ],
  [
    'a word that is no choice',
    'mode: mange',
    'spec.mode: must be one of manage, observe; got string "mange" (did you mean \'manage\'?)',
    'mange',
  ],
  [
    'a number that is no choice',
    'logging: {retentionDays: 45}',
    'spec.logging.retentionDays: must be one of 0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653; got 45 (nearest: 30 or 60)',
    '45',
  ],
  [
    'a cpu Fargate does not have',
    'cpu: 300',
    'spec.cpu: must be one of 256, 512, 1024, 2048, 4096, 8192, 16384, 32768; got 300 (nearest: 256 or 512)',
    '300',
  ],
  [
    'a number out of bounds',
    'ephemeralStorageGiB: 20',
    'spec.ephemeralStorageGiB: must be greater than or equal to 21, got 20',
    '20',
  ],
  [
    'a text in the wrong form',
    'region: Frankfurt',
    'spec.region: must be the name of an AWS region, such as us-east-1, got string "Frankfurt"',
    'Frankfurt',
  ],
  [
    'a word for a boolean',
    'enableExecuteCommand: yes',
    'spec.enableExecuteCommand: must be boolean, got string "yes" (write true or false)',
    'yes',
  ],
];

for (const [says, lines, shown, marks] of table) {
  test(`${says} is explained and marked`, () => {
    const text = `${yamlWith()}  ${lines}\n`;
    const errors = load(text).errors.filter((error) => error.severity === 'error');
    assert.deepEqual(errors.map(shortForm), [shown]);
    assert.equal(marked(text, errors[0]!), marks);
  });
}

test('a misspelt required field is one error, not two', () => {
  const text = yamlWith().replace('cluster:', 'clutser:');
  assert.deepEqual(load(text).errors.map(shortForm), [
    "spec: unknown field 'clutser' (did you mean 'cluster'?  (`cluster` is required))",
  ]);
});

test('a missing field is marked at the key of the mapping that lacks it', () => {
  const text = yamlWith().replace('  cluster: agents\n', '');
  const [error] = load(text).errors;
  assert.equal(error!.message, "missing required field 'cluster'");
  assert.equal(marked(text, error!), 'spec');
});

test('alternatives give one error each', () => {
  assert.deepEqual(complaints({ image: {} }), ['spec.image: must have one of `uri` and `build`']);
  assert.deepEqual(complaints({ image: { url: 'a:1' } }), ["spec.image: unknown field 'url' (did you mean 'uri'?)"]);
  assert.deepEqual(complaints({ image: { uri: 'a:1', build: { context: './a' } } }), [
    'spec.image: must have only one of `uri` and `build`',
  ]);
  assert.deepEqual(
    complaints({ image: { build: {} } }).map((text) => text.split(' (')[0]),
    ["spec.image.build: missing required field 'context'"],
  );
  const targets = complaints({ autoscaling: { targets: [{ scaleInCooldownSeconds: 1 }, { cpu: 70, memory: 70 }] } });
  assert.deepEqual(targets, [
    'spec.autoscaling.targets[0]: must have one of `cpu`, `memory`, `requestsPerTarget` and `metric`',
    'spec.autoscaling.targets[1]: must have only one of `cpu`, `memory`, `requestsPerTarget` and `metric`',
  ]);
});

test('all errors of a document come in one run, schema and rules together, in the order of the text', () => {
  const text = `${yamlWith({ cpu: 512, memory: 8192, desiredCount: 'two', cluster: `c-\${NOPE}` })}  colour: red\n---\n${yamlWith({ cpu: 1 })}`;
  const { errors, manifests } = load(text);
  assert.deepEqual(
    errors.map((error) => error.path),
    ['spec.cluster', 'spec.memory', 'spec.desiredCount', 'spec', 'spec.cpu'],
  );
  assert.deepEqual(
    errors.map((error) => error.line),
    [...errors.map((error) => error.line)].sort((a, b) => a - b),
  );
  assert.equal(manifests.length, 0);
});

test('a verdict does not rest on a field that is itself wrong', () => {
  assert.deepEqual(complaints({ cpu: 'lots', memory: 8192 }).length, 1);
  assert.deepEqual(complaints({ cup: 4096, memory: 8192 }).length, 1);
  assert.deepEqual(complaints({ desiredCount: 50, autoscaling: { maxCapacity: 'x' } }).length, 1);
});

test('an invalid document leaves its neighbours valid, and they are told apart', () => {
  const text = `${yamlWith({}, { name: 'one' })}---\n${yamlWith({ cpu: 1 }, { name: 'two' })}---\n${yamlWith({}, { name: 'three' })}`;
  const loaded = load(text);
  assert.deepEqual(
    loaded.manifests.map(({ key, origin }) => [key, origin.document]),
    [
      ['default/one', 1],
      ['default/three', 3],
    ],
  );
  assert.deepEqual(loaded.claims, ['default/two']);
  assert.equal(loaded.opaque, false);
  const lines = text.split('\n');
  for (const { origin } of loaded.manifests) assert.equal(lines[origin.line - 1], 'apiVersion: evenkeel.dev/v1');
});

test('a syntax error after the name leaves the key known; one that swallows text does not', () => {
  const tabbed = `${yamlWith()}  family: @x\n`;
  assert.deepEqual([load(tabbed).claims, load(tabbed).opaque], [['default/agent'], false]);
  assert.equal(load(`${yamlWith()}  family: "x\n---\n${yamlWith({}, { name: 'b' })}`).opaque, true);
});

test('the frame is the line marked and the one before it, if that is not empty', () => {
  const [error] = load(yamlWith({ desiredCount: 'two' })).errors;
  assert.equal(error!.frame.length, 2);
  assert.equal(error!.frame[1]!.text, '  desiredCount: two');
  assert.equal(error!.frame[1]!.line, error!.line);
});

test('a line too long to show is cut behind the mark, and left out before it', () => {
  const far = load(JSON.stringify(documentWith({ tags: { a: 'x'.repeat(250) }, desiredCount: 'two' })), 'a.json')
    .errors[0]!;
  assert.deepEqual(far.frame, []);
  const near = load(yamlWith({ cluster: 'x'.repeat(1000) })).errors[0]!;
  assert.equal(near.frame.at(-1)!.text.length, 301);
});

const CANARY = 'canary9f';

/** Ways to break a document that has secrets everywhere they may be. */
const breakages: readonly (readonly [says: string, breakIt: (text: string) => string])[] = [
  ['nothing', (text) => text],
  ['a number for a string', (text) => text.replace('OTHER: x', 'OTHER: 5')],
  ['a wrong name', (text) => text.replace('OTHER: x', '"A-B": x')],
  ['a key twice', (text) => text.replace('OTHER: x', 'TOKEN: x')],
  ['a tab', (text) => text.replace('      OTHER: x', '\tOTHER: x')],
  ['a quote that never ends', (text) => text.replace('OTHER: x', 'OTHER: "x')],
  ['a bracket that never ends', (text) => text.replace('OTHER: x', 'OTHER: [x')],
  ['a bad escape', (text) => text.replace('OTHER: x', 'OTHER: "\\q"')],
  ['a bad indentation', (text) => text.replace('      OTHER: x', '     OTHER: x')],
  ['a bad value', (text) => text.replace('OTHER: x', 'OTHER: @x')],
  ['an alias to a secret', (text) => text.replace('OTHER: x', 'OTHER: *s').replace('TOKEN: ', 'TOKEN: &s ')],
  ['a control character', (text) => text.replace('OTHER: x', 'OTHER: "\u0001"')],
  ['a merge conflict', (text) => text.replace('      OTHER: x', '<<<<<<< HEAD\n      OTHER: x')],
  ['a field misspelt nearby', (text) => text.replace('secrets:', 'secret:')],
];

const secretive = (indent: string): string => `apiVersion: evenkeel.dev/v1
kind: FargateService
metadata:
  name: agent
spec:
  cluster: agents
  image: { build: { context: ./a, args: { NPM: ${CANARY} } } }
  container:
    environment:
      TOKEN: ${indent}
      OTHER: x
      LAST: ${indent}
    secrets:
      KEY: ${CANARY}!
  sidecars:
    - name: side
      image: side:1
      environment:
        - name: TOKEN
          value: ${CANARY}
        - { name: X, value: ${CANARY} }
  network: {subnets: [subnet-a], securityGroups: [sg-a]}
`;

for (const [style, value] of [
  ['plain', CANARY],
  ['quoted', `"${CANARY}"`],
  ['over two lines', `"${CANARY}\n        ${CANARY}: y"`],
  ['as a block', `|\n        ${CANARY}\n        a: ${CANARY}`],
  ['with a comment', `y # ${CANARY}`],
] as const) {
  for (const [says, breakIt] of breakages) {
    test(`no secret is shown: ${style}, with ${says}`, () => {
      const { errors } = load(breakIt(secretive(value)));
      assert.ok(errors.length > 0);
      assert.ok(!JSON.stringify(errors).includes(CANARY), JSON.stringify(errors, null, 1));
    });
  }
}

test('a masked line keeps its columns up to the mask', () => {
  const text = yamlWith({ container: { environment: { LOG: 'info', PORT: 8080 } } });
  const [error] = load(text).errors;
  assert.equal(error!.frame.at(-1)!.text, '      PORT: ***');
  assert.equal(error!.column, '      PORT: '.length + 1);
  assert.equal(error!.length, 3);
});

test('no error shows a secret, wherever a document with secrets is cut or damaged, as long as the keys above them stand', () => {
  const text = secretive(`"${CANARY}"`);
  fc.assert(
    fc.property(
      fc.nat(text.length),
      fc.nat(12),
      fc.constantFrom('', '"', "'", '\t', '{', '[', ': ', '\n', '- ', '*', '&', '|', '@', '\n  '),
      (at, cut, put) => {
        const damaged = text.slice(0, at) + put + text.slice(at + cut);
        fc.pre(
          ['environment:', 'secrets:', 'args:'].every((key) => damaged.split(key).length === text.split(key).length),
        );
        // A slip can turn a value into a key, and keys are shown.
        const errors = load(damaged).errors.filter((error) => !`${error.path} ${error.message}`.includes(CANARY));
        assert.ok(!JSON.stringify(errors).includes(CANARY), JSON.stringify(errors, null, 1));
      },
    ),
    { numRuns: 800 },
  );
});
