import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkFaultsDocument } from '../../src/sandbox/faults/check-document.ts';
import { describeRule } from '../../src/sandbox/faults/describe-rule.ts';
import { FAULT_KINDS, type FaultRule } from '../../src/sandbox/faults/fault-rule.ts';
import { FaultFixture } from './faults-fixture.ts';

interface KindSchema {
  readonly title: string;
  readonly properties: Readonly<Record<string, { readonly examples?: readonly unknown[] }>>;
  readonly required: readonly string[];
}
const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../schemas/sandbox-faults.v1.json'), 'utf8')) as {
  readonly definitions: { readonly fault: { readonly oneOf: readonly KindSchema[] } };
};
const kinds = schema.definitions.fault.oneOf;

test('FLT-25: the schema and the code know the same kinds of faults', () => {
  assert.deepEqual(kinds.map(({ title }) => title).toSorted(), Object.keys(FAULT_KINDS).toSorted());
});

for (const { title, properties } of kinds) {
  test(`FLT-25: the examples of ${title} are valid, and can be ordered`, () => {
    const members = Object.entries(properties).flatMap(([name, { examples }]) =>
      examples === undefined ? [] : [[name, examples[0]]],
    );
    const fault = { kind: title, at: [0], ...Object.fromEntries(members) } as Record<string, unknown>;
    if (!('at' in properties)) delete fault['at'];
    const checked = checkFaultsDocument({ rules: [{ fault }] });
    assert.equal(checked.kind, 'valid', JSON.stringify(checked));
    const { faults } = new FaultFixture().world;
    assert.equal(faults.order({ fault } as unknown as FaultRule).id, `${title}-1`);
  });
}

const WRONG: readonly (readonly [string, unknown, string, RegExp, RegExp?])[] = [
  ['no rules', {}, '', /missing required field 'rules'/],
  ['a misspelt member', { rules: [], sead: 1 }, 'sead', /unknown field 'sead'/, /did you mean 'seed'\?/],
  [
    'a misspelt kind',
    rule({ kind: 'trottle' }),
    'rules.0.fault.kind',
    /'trottle' is no kind/,
    /did you mean 'throttle'/,
  ],
  ['no kind', rule({}), 'rules.0.fault.kind', /must name a kind of fault/],
  [
    'a member of another kind',
    rule({ kind: 'throttle', lagMs: 5 }),
    'rules.0.fault.lagMs',
    /unknown field 'lagMs'/,
    /known here: kind, code/,
  ],
  ['a missing member', rule({ kind: 'stale' }), 'rules.0.fault', /missing required field 'lagMs'/],
  [
    'a misspelt word',
    rule({ kind: 'reset', effect: 'latr' }),
    'rules.0.fault.effect',
    /one of none, now, later/,
    /did you mean 'later'/,
  ],
  [
    'a span of three',
    rule({ kind: 'stale', lagMs: [1, 2, 3] }),
    'rules.0.fault.lagMs',
    /must be milliseconds, or \[from, to\]/,
  ],
  [
    'a span backwards',
    rule({ kind: 'stale', lagMs: [2, 1] }),
    'rules.0.fault.lagMs',
    /must not begin \(2\) after its end \(1\)/,
  ],
  ['an unlikely probability', rule({ kind: 'throttle' }, { probability: 2 }), 'rules.0.when.probability', /<= 1/],
  [
    'an unknown operation',
    rule({ kind: 'throttle' }, { operations: ['ecs:*', 'ecs:UpdateServce'] }),
    'rules.0.when.operations.1',
    /fits no operation/,
    /'ecs:UpdateService'/,
  ],
  [
    'a time that is none',
    rule({ kind: 'throttle' }, { from: 'soon' }),
    'rules.0.when.from',
    /neither milliseconds nor/,
  ],
  [
    'an end before the beginning',
    rule({ kind: 'throttle' }, { from: 5, until: 5 }),
    'rules.0.when.until',
    /later than from/,
  ],
  [
    'calls of a fault of tasks',
    rule({ kind: 'no-image' }, { operations: ['ecs:*'] }),
    'rules.0.when.operations',
    /does not go with no-image/,
  ],
  [
    'services of a blackout',
    rule({ kind: 'blackout' }, { services: ['web'] }),
    'rules.0.when.services',
    /everything in its regions/,
  ],
  ['autoscaling that never acts', rule({ kind: 'autoscaling-acts' }), 'rules.0.fault', /at or everyMs/],
  [
    'an edit that reads',
    rule({ kind: 'foreign-edit', operation: 'ecs:ListServices' }),
    'rules.0.fault.operation',
    /no writing operation/,
  ],
  [
    'an act at no time',
    rule({ kind: 'autoscaling-acts', at: ['x'] }),
    'rules.0.fault.at.0',
    /neither milliseconds nor/,
  ],
];

function rule(fault: object, when: object = {}): object {
  return { rules: [{ when, fault }] };
}

for (const [what, document, path, message, help = /.*/] of WRONG) {
  test(`FLT-25: a file with ${what} is refused where it is wrong`, () => {
    const checked = checkFaultsDocument(document);
    assert.ok(checked.kind === 'invalid');
    assert.deepEqual(
      checked.problems.map((problem) => problem.path.join('.')),
      [path],
    );
    assert.match(checked.problems[0]!.message, message);
    assert.match(checked.problems[0]!.help ?? '', help);
  });
}

test('FLT-25: two rules of one id are refused, and a rule that makes no sense cannot be ordered', () => {
  const twice = { rules: [1, 2].map(() => ({ id: 'a', fault: { kind: 'throttle' } })) };
  const checked = checkFaultsDocument(twice);
  assert.ok(checked.kind === 'invalid');
  assert.deepEqual(
    checked.problems.map(({ path }) => path),
    [['rules', 1, 'id']],
  );
  const { faults } = new FaultFixture().world;
  assert.throws(() => faults.order({ when: { from: 'soon' }, fault: { kind: 'throttle' } }), {
    name: 'UsageError',
    message: "fault rule 'throttle-1': is neither milliseconds nor an ISO 8601 time",
  });
  assert.equal(faults.sparesCalls, true);
});

test('a rule is told in one line', () => {
  const told = describeRule({
    id: 'flaky',
    when: { operations: ['ecs:UpdateService', 'ecs:CreateService'], probability: 0.2, services: ['a', 'b'] },
    fault: { kind: 'server-error', effect: 'later', delayMs: [1_000, 5_000] },
  });
  assert.equal(
    told,
    'flaky: server-error, effect later, delayMs 1000–5000 ' +
      '(ecs:UpdateService, ecs:CreateService, probability 0.2, services a or b)',
  );
  assert.equal(describeRule({ fault: { kind: 'blackout' } }), 'blackout');
});
