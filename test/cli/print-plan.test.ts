import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { createPaint } from '../../src/cli/colour.ts';
import { summaryLine } from '../../src/cli/plan-summary.ts';
import { printPlan } from '../../src/cli/print-plan.ts';
import { UNICODE } from '../../src/cli/symbols.ts';
import type { Plan } from '../../src/reconcile/plan.ts';
import { action, creation, difference, key, PLAIN, plan, report } from './support/builders.ts';

const brief = { full: false };

const updated: Plan = plan('support-agent', {
  actions: [
    action({
      resource: 'task-definition',
      verb: 'register',
      target: 'support-agent',
      because: '3 fields differ',
      differences: [
        difference('memory', { live: 1024, desired: 2048 }),
        difference('container[web].environment[LOG_LEVEL]', { live: 'info', desired: 'debug' }),
        difference('container[web].environment[OLD]', { live: 'x', desired: undefined }),
      ],
    }),
    action({
      target: 'agents/support-agent',
      because: 'its revision changes',
      startsRollout: true,
      differences: [difference('loadBalancers', { live: undefined, desired: ['tg'], replaces: true })],
    }),
  ],
  differences: [
    difference('desiredCount', { live: 4, desired: 2, verdict: 'delegated' }),
    difference('tags[cost]', { live: 'x', desired: undefined, verdict: 'foreign' }),
  ],
});

const drifted: Plan = plan('search-agent', {
  drift: true,
  actions: [
    action({
      target: 'agents/search-agent',
      differences: [difference('rollout.maximumPercent', { live: 150, desired: 200 })],
    }),
  ],
});

const refused: Plan = plan('billing', {
  refusal: { reason: 'NotOurs', message: 'it is not ours; evenkeel.dev/adopt: "true" takes it over', kind: 'person' },
});

const deleted: Plan = plan('old', {
  actions: [action({ verb: 'delete', target: 'agents/old', because: 'asked for' })],
});

test('a plan shows who acts, drift first, changes, what is left alone, and the sum', () => {
  const whole = report([updated, drifted, refused, deleted, creation('web'), plan('same')], {
    failures: [{ key: key('lost'), message: 'AccessDenied' }],
  });
  assert.equal(
    printPlan(whole, PLAIN, brief),
    `AWS 123456789012  us-east-1  assumed-role/deployer/ci

Drift: 1 service was changed outside Evenkeel and will be set back
  ~ search-agent   agents
      ~ update service agents/search-agent   1 field differs
          rollout.maximumPercent  ~ 150 -> 200

Changes    + create  ~ update  - delete
  ~ support-agent   agents   starts a new rollout
      + register task definition support-agent   3 fields differ
          memory                                 ~ 1024 -> 2048
          container[web].environment[LOG_LEVEL]  ~ "info" -> "debug"
          container[web].environment[OLD]        - "x"
      ~ update service agents/support-agent   its revision changes
          loadBalancers  + ["tg"]  # forces replacement
  - old   agents
      - delete service agents/old   asked for
  + web   agents   starts a new rollout
      + create log group /ecs/web   it does not exist
      + register task definition web   no live revision carries this document
      + create service agents/web   it does not exist

Left alone
  x billing   agents   NotOurs: it is not ours; evenkeel.dev/adopt: "true" takes it over

Not known: what runs could not be read, so nothing is planned
  x lost   AccessDenied

Unchanged: 1 service (hidden)

Plan: 1 to create, 1 to update, 1 to delete, 1 drift to correct, 1 left alone, 1 not known. 2 rollouts.`,
  );
});

test('no changes say so in one line, with how many were looked at and how long it took', () => {
  const text = printPlan(report([plan('a'), plan('b')]), { ...PLAIN, symbols: UNICODE }, brief);
  assert.equal(text.split('\n').at(-1), '✔ No changes. 2 services match their manifests (4.1s).');
  assert.doesNotMatch(text, /Unchanged|Changes/);
});

test('the legend names only the signs that occur', () => {
  const text = printPlan(report([creation('web')]), PLAIN, brief);
  assert.match(text, /^Changes {4}\+ create$/m);
});

test('what is not ours is shown only with --full', () => {
  assert.doesNotMatch(printPlan(report([updated]), PLAIN, brief), /delegated|foreign/);
  const full = printPlan(report([updated]), PLAIN, { full: true });
  assert.match(full, /^ +desiredCount {2}delegated: live 4, manifest 2$/m);
  assert.match(full, /^ +tags\[cost\] {4}foreign: live "x"$/m);
});

test('the fields of what is created are counted, and listed with --full', () => {
  const created = plan('web', {
    actions: [action({ verb: 'create', differences: [difference('cpu', { live: undefined, desired: 256 })] })],
  });
  assert.match(printPlan(report([created]), PLAIN, brief), /, 1 field, see --full/);
  assert.match(printPlan(report([created]), PLAIN, { full: true }), /^ +cpu {2}\+ 256$/m);
});

test('observed services show what differs, though nothing will be written', () => {
  const observed = plan('web', {
    refusal: { reason: 'ObserveMode', message: 'mode is observe', kind: 'mode' },
    actions: [action()],
    differences: [difference('cpu', { live: 256, desired: 512 })],
  });
  const text = printPlan(report([observed]), PLAIN, brief);
  assert.match(text, /Left alone\n {2}- web {3}agents {3}ObserveMode: mode is observe\n {10}cpu {2}~ 256 -> 512/);
  assert.match(text, /Plan: 0 to create, 0 to update, 0 to delete, 1 left alone\.$/);
});

test('long values are cut, and whole with --full', () => {
  const long = 'x'.repeat(500);
  const wide = plan('web', { actions: [action({ differences: [difference('v', { live: 'a', desired: long })] })] });
  assert.ok(!printPlan(report([wide]), PLAIN, brief).includes(long));
  assert.ok(printPlan(report([wide]), PLAIN, { full: true }).includes(long));
});

test('words of AWS cannot move the cursor', () => {
  const nasty = plan('web', { actions: [action({ because: 'a\u001b[2Jb', target: 'x\u001b[H' })] });
  assert.ok(!printPlan(report([nasty]), PLAIN, brief).includes('\u001b'));
});

test('colour adds nothing but escapes: the words are the same without it', () => {
  const whole = report([updated, drifted, refused, deleted, creation('web')]);
  const colourful = printPlan(whole, { ...PLAIN, paint: createPaint(true) }, brief);
  assert.notEqual(colourful, printPlan(whole, PLAIN, brief));
  assert.equal(stripVTControlCharacters(colourful), printPlan(whole, PLAIN, brief));
});

test('the summary line is singular where it should be and leaves out rare zeros', () => {
  const zero = { create: 0, update: 0, delete: 0, drift: 0, refused: 0, unchanged: 0, failed: 0, rollouts: 0 };
  assert.equal(
    summaryLine({ ...zero, create: 1, update: 2, rollouts: 1 }),
    'Plan: 1 to create, 2 to update, 0 to delete. 1 rollout.',
  );
});
