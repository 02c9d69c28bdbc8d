import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { DaemonUnreachable } from '../../src/app/host.ts';
import type { ApplyEvent } from '../../src/app/program.ts';
import { runCommandLine } from '../../src/cli/cli.ts';
import { Interrupted } from '../../src/lib/errors.ts';
import { loadFile } from '../../src/manifest/load-file.ts';
import { settle } from '../support/fake-clock.ts';
import {
  action,
  CANARY,
  creation,
  key,
  loaded,
  manifestError,
  plan,
  report,
  result,
  rollout,
  status,
} from './support/builders.ts';
import { FakeHost, type Script } from './support/fake-host.ts';
import { createFakeTerminal, type FakeTerminal, type FakeTerminalOptions } from './support/fake-terminal.ts';

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly host: FakeHost;
  readonly terminal: FakeTerminal;
}

/** Types a command line and waits for its end. Whatever it was, nothing may be left open and nothing sealed be shown. */
async function type(line: string, script: Script = {}, options: FakeTerminalOptions = {}): Promise<Ran> {
  const terminal = createFakeTerminal({ argv: line.split(' '), ...options });
  const host = new FakeHost(script);
  const code = await runCommandLine(terminal, async () => host);
  return ended(code, host, terminal);
}

function ended(code: number, host: FakeHost, terminal: FakeTerminal): Ran {
  const [out, err] = [terminal.stdout.text, terminal.stderr.text];
  assert.ok(!`${out}${err}`.includes(CANARY), 'a sealed input was printed');
  assert.equal(host.open, 0, 'something was left open');
  assert.equal(terminal.clock.sleeping, 0, 'a timer was left');
  assert.equal(terminal.atExit.size, 0, 'the terminal was not put right');
  return { code, out, err, host, terminal };
}

const changed = report([creation('web')]);
const same = report([plan('web')]);
const invalid = { manifests: [], errors: [manifestError()], files: 1, documents: 1 };
const warned = { manifests: [loaded('web')], errors: [manifestError({ severity: 'warning' })], files: 1, documents: 1 };
const applied = { results: [result('web', 'created')], seconds: 3 };
const events: readonly ApplyEvent[] = [
  { kind: 'action-started', key: key('web'), action: creation('web').actions[0]! },
  { kind: 'action-done', key: key('web'), action: creation('web').actions[0]!, seconds: 0.2 },
  { kind: 'rollout', key: key('web'), rollout: rollout() },
  { kind: 'ended', key: key('web'), result: result('web', 'created') },
];

test('validate needs only the files, and exits 3 on an error', async () => {
  const ran = await type('validate -f deploy/', { manifests: invalid });
  assert.equal(ran.code, 3);
  assert.deepEqual(ran.host.calls, ['read deploy/']);
  assert.match(ran.out, /memroy[\s\S]*✘ 1 file, 1 document: 1 error\n$/);
  assert.equal(ran.err, '');
});

test('validate exits 0 on warnings', async () => {
  assert.equal((await type('validate -f deploy/', { manifests: warned })).code, 0);
});

test('validate reads stdin for -', async () => {
  const ran = await type('validate -f -', {}, { stdin: 'kind: X\n' });
  assert.deepEqual(ran.host.calls, ['read - <kind: X\n>']);
});

test('validate prints JSON and nothing else on stdout', async () => {
  const ran = await type('validate -f x -o json', { manifests: invalid });
  assert.equal(JSON.parse(ran.out).kind, 'ValidationReport');
  assert.equal(ran.code, 3);
});

test('in GitHub Actions errors are annotated and summed up on the page of the run', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'evenkeel-'));
  try {
    const path = join(folder, 'summary.md');
    await writeFile(path, '');
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: path };
    const ran = await type('validate -f x', { manifests: invalid }, { env });
    assert.match(ran.err, /^::error file=deploy\/web.yaml,line=10,col=3::spec: unknown field/);
    assert.match(await readFile(path, 'utf8'), /### evenkeel validate[\s\S]*deploy\/web.yaml:10:3 error/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

for (const verb of ['validate', 'plan', 'apply', 'render']) {
  test(`${verb} without -f says what is missing`, async () => {
    const ran = await type(verb);
    assert.equal(ran.code, 1);
    assert.match(ran.err, /which manifests\? pass -f PATH/);
  });
}

for (const line of [
  'plan -f x',
  'apply -f x --yes',
  'render -f x',
  'get -f x',
  'describe web -f x',
  'suspend web -f x',
]) {
  test(`'${line}' calls nothing when a manifest is invalid, and exits 3`, async () => {
    const ran = await type(line, { manifests: invalid, plan: changed });
    assert.equal(ran.code, 3);
    assert.deepEqual(ran.host.calls, ['read x']);
    assert.match(ran.err, /did you mean 'memory'/);
    assert.equal(ran.out, '');
  });
}

test('warnings are shown beside the plan, not in it', async () => {
  const ran = await type('plan -f x', { manifests: warned, plan: same });
  assert.match(ran.err, /warning/);
  assert.doesNotMatch(ran.out, /warning/);
  assert.equal((await type('plan -f x -q', { manifests: warned, plan: same })).err, '');
});

const PLAN_CODES: readonly (readonly [string, Script['plan'], number])[] = [
  ['plan -f x', changed, 0],
  ['plan -f x --detailed-exitcode', changed, 2],
  ['plan -f x --detailed-exitcode', same, 0],
  ['plan -f x --detailed-exitcode', report([], { failures: [{ key: key('web'), message: 'AccessDenied' }] }), 1],
];
for (const [line, planned, code] of PLAN_CODES) {
  test(`'${line}' exits ${code}`, async () => {
    assert.equal((await type(line, planned === undefined ? {} : { plan: planned })).code, code);
  });
}

test('plan hints at apply with the same files, for people only', async () => {
  assert.match((await type('plan -f deploy/ -f b', { plan: changed })).err, /Next: evenkeel apply -f deploy\/ -f b\n/);
  assert.equal((await type('plan -f x', { plan: changed }, { env: { CI: 'true' } })).err, '');
  assert.equal((await type('plan -f x', { plan: same })).err, '');
});

test('plan speaks JSON, YAML and Markdown', async () => {
  assert.equal(JSON.parse((await type('plan -f x -o json', { plan: changed })).out).kind, 'PlanReport');
  assert.match(
    (await type('plan -f x -o yaml', { plan: changed })).out,
    /^apiVersion: evenkeel.dev\/v1\nkind: PlanReport\n/,
  );
  assert.match((await type('plan -f x -o markdown', { plan: changed })).out, /^<!-- evenkeel:plan -->\n/);
});

test('apply asks, says where, and does nothing without a yes', async () => {
  const ran = await type('apply -f x', { plan: changed }, { tty: true, stdin: 'n\n' });
  assert.match(ran.err, /Apply 1 change in 123456789012\? \[y\/N\] /);
  assert.deepEqual(ran.host.calls, ['read x', 'plan']);
  assert.equal(ran.code, 1);
});

test('an input that ends is no yes', async () => {
  const ran = await type('apply -f x', { plan: changed }, { tty: true });
  assert.deepEqual(ran.host.calls, ['read x', 'plan']);
  assert.equal(ran.code, 1);
});

test('apply goes on after a yes', async () => {
  const ran = await type('apply -f x', { plan: changed, applied, events }, { tty: true, stdin: 'y\n' });
  assert.deepEqual(ran.host.calls, ['read x', 'plan', 'apply wait=true']);
  assert.match(ran.out, /Applied: 1 created, 0 updated, 0 deleted in 3\.0s\./);
  assert.match(ran.err, /Next: .*evenkeel get -f x/);
  assert.equal(ran.code, 0);
});

for (const [line, options, flag] of [
  ['apply -f x', {}, /not a terminal: pass --yes/],
  ['apply -f x --no-input', { tty: true, stdin: 'y\n' }, /--no-input was given: pass --yes/],
  ['delete web --cluster c', {}, /not a terminal: pass --confirm=web/],
] as const) {
  test(`'${line}' fails where nobody can be asked, naming the flag`, async () => {
    const deletion = report([plan('web', { actions: [action({ verb: 'delete' })] })]);
    const ran = await type(line, { plan: line.startsWith('delete') ? deletion : changed }, options);
    assert.equal(ran.code, 1);
    assert.match(ran.err, flag);
    assert.ok(!ran.host.calls.some((call) => call.startsWith('apply')));
  });
}

test('apply on a pipe prints lines with times on stderr and the sum on stdout', async () => {
  const ran = await type('apply -f x --yes --no-wait', { plan: changed, applied, events });
  assert.deepEqual(ran.host.calls, ['read x', 'plan', 'apply wait=false']);
  assert.equal(
    ran.err,
    `00:00:00 web: create log group /ecs/web (0.2s)
00:00:00 web: rollout in progress: 1 of 2 running, 1 pending
00:00:00 web: created (3.0s)
Next: evenkeel get -f x
`,
  );
  assert.match(ran.out, /\nApplied: 1 created/);
});

test('apply -o json is one object a line: the plan, the events, the report', async () => {
  const ran = await type('apply -f x --yes -o json -q', { plan: changed, applied, events });
  const kinds = ran.out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).kind);
  assert.deepEqual(kinds, ['PlanReport', 'ApplyEvent', 'ApplyEvent', 'ApplyEvent', 'ApplyEvent', 'ApplyReport']);
  assert.equal(ran.err, '');
});

test('apply with nothing to write asks nothing, and still follows what an earlier apply began', async () => {
  const idle = await type('apply -f x', { plan: same, applied: { results: [result('web', 'unchanged')], seconds: 0 } });
  assert.equal(idle.code, 0);
  assert.deepEqual(idle.host.calls, ['read x', 'plan', 'apply wait=true']);
  assert.match(idle.out, /No changes\. 1 service matches its manifest \(4\.1s\)\.\n\n$/);
  assert.equal(idle.err, '');
  const failed = await type('apply -f x', {
    plan: same,
    applied: { results: [result('web', 'rolled-back')], seconds: 9 },
  });
  assert.equal(failed.code, 4);
});

test('apply without a service does nothing', async () => {
  const ran = await type('apply -f x', { plan: report([]) });
  assert.deepEqual(ran.host.calls, ['read x', 'plan']);
  assert.match(ran.out, /Nothing to plan: no manifests\./);
});

const REFUSALS: readonly (readonly ['wait' | 'person' | 'mode', number])[] = [
  ['wait', 1],
  ['person', 1],
  ['mode', 0],
];
for (const [kind, code] of REFUSALS) {
  test(`apply exits ${code} when a service is left alone by a refusal of kind ${kind}`, async () => {
    const refused = plan('web', { refusal: { reason: 'R', message: 'm', kind }, actions: [action()] });
    const results = [result('web', 'refused'), result('b', 'created')];
    const script = { plan: report([refused, creation('b')]), applied: { results, seconds: 1 } };
    assert.equal((await type('apply -f x --yes', script)).code, code);
  });
}

const ENDINGS: readonly (readonly [Parameters<typeof result>[1], number])[] = [
  ['rolled-back', 4],
  ['failed', 5],
  ['timed-out', 6],
  ['error', 1],
];
for (const [outcome, code] of ENDINGS) {
  test(`an apply that ends ${outcome} exits ${code} and points at describe`, async () => {
    const script = { plan: changed, applied: { results: [result('web', outcome)], seconds: 3 } };
    const ran = await type('apply -f x --yes', script);
    assert.equal(ran.code, code);
    assert.match(ran.err, /Next: evenkeel describe web -f x/);
  });
}

test('a plan that could not be made keeps apply from exiting 0', async () => {
  const doubtful = report([creation('web')], { failures: [{ key: key('lost'), message: 'AccessDenied' }] });
  assert.equal((await type('apply -f x --yes', { plan: doubtful, applied })).code, 1);
});

/** Starts an apply that goes on until it is aborted. */
async function interrupt(
  tty: boolean,
  reason: Error,
  line = 'apply -f x --yes',
): Promise<Ran & { readonly atOnce: string }> {
  const terminal = createFakeTerminal({ argv: line.split(' '), tty });
  const host = new FakeHost({
    plan: changed,
    events: events.slice(0, 3),
    apply: async (_options, signal) => {
      await terminal.clock.sleep(3_600_000, signal);
      throw new Error('unreachable');
    },
  });
  const running = runCommandLine(terminal, async () => host);
  await settle();
  while (!host.calls.includes('apply wait=true')) await settle();
  const before = terminal.stderr.text.length;
  terminal.abort(reason);
  const atOnce = terminal.stderr.text.slice(before);
  return { ...ended(await running, host, terminal), atOnce };
}

for (const tty of [true, false]) {
  test(`Ctrl-C during apply tells at once what goes on, ${tty ? 'on a terminal' : 'on a pipe'}, and exits 130`, async () => {
    const ran = await interrupt(tty, new Interrupted('user', 'interrupted'));
    assert.match(
      ran.atOnce,
      /Stopped watching\. What was sent goes on in ECS; nothing more is sent\. Follow: evenkeel get -f x -w/,
    );
    assert.equal(ran.code, 130);
    if (tty) assert.ok(ran.err.includes('\u001b[?25h'), 'the cursor is shown again');
  });
}

test('SIGTERM during apply exits 143', async () => {
  assert.equal((await interrupt(false, new Interrupted('shutdown', 'asked to end'))).code, 143);
});

test('an apply that winds down with a report when interrupted still exits 130', async () => {
  const terminal = createFakeTerminal({ argv: ['apply', '-f', 'x', '--yes'] });
  const host = new FakeHost({
    plan: changed,
    apply: async () => {
      terminal.abort(new Interrupted('user', 'interrupted'));
      return { results: [result('web', 'left')], seconds: 1 };
    },
  });
  assert.equal(ended(await runCommandLine(terminal, async () => host), host, terminal).code, 130);
});

test('a deadline that was not needed leaves no timer', { timeout: 5000 }, async () => {
  assert.equal((await type('plan -f x --timeout 5m', { plan: same })).code, 0);
});

test('--timeout ends an apply with 6 and says so', async () => {
  const terminal = createFakeTerminal({ argv: 'apply -f x --yes --timeout 5m'.split(' ') });
  const host = new FakeHost({
    plan: changed,
    apply: (_options, signal) => terminal.clock.sleep(3_600_000, signal).then(() => ({ results: [], seconds: 1 })),
  });
  const running = runCommandLine(terminal, async () => host);
  await settle();
  while (!host.calls.includes('apply wait=true')) await settle();
  await terminal.clock.advance(300_000);
  const ran = ended(await running, host, terminal);
  assert.equal(ran.code, 6);
  assert.match(ran.err, /not done within 5m00s \(--timeout\)/);
});

const deletion = report([plan('web', { actions: [action({ verb: 'delete' })] })]);
const deleted = { results: [result('web', 'deleted')], seconds: 3 };

test('delete wants the name typed', async () => {
  const script = { plan: deletion, applied: deleted };
  const right = await type('delete web --cluster c', script, { tty: true, stdin: 'web\n' });
  assert.match(right.err, /Delete service web of cluster c in us-east-1\? Its tasks will stop\. Type its name: /);
  assert.deepEqual(right.host.calls, ['planDelete c/web', 'apply wait=true']);
  assert.equal(right.code, 0);
  const wrong = await type('delete web --cluster c', script, { tty: true, stdin: 'yes\n' });
  assert.deepEqual(wrong.host.calls, ['planDelete c/web']);
  assert.equal(wrong.code, 1);
});

test('delete takes the name as --confirm, which has to be the right one', async () => {
  const script = {
    manifests: { ...warned, errors: [], manifests: [loaded('web', 'web-prod')] },
    plan: deletion,
    applied: deleted,
  };
  const right = await type('delete web -f x --confirm web-prod', script);
  assert.deepEqual(right.host.calls, ['read x', 'planDelete agents/web-prod', 'apply wait=true']);
  const wrong = await type('delete web -f x --confirm web', script);
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /--confirm says 'web', but what would be deleted is 'web-prod'/);
});

test('delete says where to look when neither -f nor --cluster is given', async () => {
  assert.match((await type('delete web')).err, /where is 'web'\? pass -f PATH of its manifest, or --cluster NAME/);
});

test('a name that no manifest has is met with the nearest', async () => {
  assert.match((await type('suspend wbe -f x')).err, /no manifest is called 'wbe'; did you mean 'web'\?/);
});

test('suspend and resume mark the live service', async () => {
  const terminal = { argv: ['suspend', 'web', '-f', 'x', '--reason', 'incident 4711'] };
  const ran = await type('', {}, terminal);
  assert.deepEqual(ran.host.calls, ['read x', 'suspend agents/web incident 4711']);
  assert.match(ran.err, /Undo: evenkeel resume web -f x\n/);
  assert.deepEqual((await type('resume web --cluster c')).host.calls, ['resume c/web']);
});

test('reconcile asks the daemon; with --retry -f it forgets the failure itself', async () => {
  assert.deepEqual((await type('reconcile web')).host.calls, ['reconcile default/web retry=false']);
  assert.deepEqual((await type('reconcile team/web --retry')).host.calls, ['reconcile team/web retry=true']);
  assert.deepEqual((await type('reconcile web --retry -f x')).host.calls, ['read x', 'forgetFailure default/web']);
});

test('get asks the daemon, and AWS itself with -f', async () => {
  assert.match((await type('get')).out, /^NAME .*\nweb /);
  assert.deepEqual((await type('get')).host.calls, []);
  assert.deepEqual((await type('get -f x')).host.calls, ['read x', 'status']);
});

test('get takes names, and fails for one that is not there', async () => {
  const statuses = [[status('b'), status('a')]];
  assert.equal((await type('get -o name', { statuses })).out, 'fargateservice/a\nfargateservice/b\n');
  assert.equal((await type('get b -o name', { statuses })).out, 'fargateservice/b\n');
  assert.equal((await type('get --cluster other -o name', { statuses })).out, '');
  const ran = await type('get c', { statuses });
  assert.equal(ran.code, 1);
  assert.match(ran.err, /no service is called 'c'/);
});

test('get and describe speak JSON and YAML', async () => {
  assert.equal(JSON.parse((await type('get -o json')).out).kind, 'ServiceStatusList');
  assert.equal(JSON.parse((await type('describe web -o json')).out).kind, 'ServiceStatus');
  assert.match((await type('get -o yaml')).out, /kind: ServiceStatusList/);
});

test('get -w appends a row when one changes, and ends with Ctrl-C', async () => {
  const terminal = createFakeTerminal({ argv: ['get', '-w'] });
  const same = [status('a'), status('b')];
  const host = new FakeHost({ statuses: [same, same, [status('a'), status('b', { running: 1 })]] });
  const running = runCommandLine(terminal, async () => host);
  while (terminal.clock.sleeping === 0) await settle();
  assert.equal(terminal.stdout.text.trimEnd().split('\n').length, 3);
  await terminal.clock.advance(2000);
  assert.equal(terminal.stdout.text.trimEnd().split('\n').length, 3, 'nothing changed, nothing said');
  await terminal.clock.advance(2000);
  assert.match(terminal.stdout.text, /\nb .* 1\/2 .*\n$/);
  assert.equal(terminal.stdout.text.match(/NAME/g)?.length, 1);
  terminal.abort(new Interrupted('user', 'interrupted'));
  assert.equal(ended(await running, host, terminal).code, 130);
});

test('describe finds one service by any of its names', async () => {
  assert.match((await type('describe default/web')).out, /^Name: +web\n/);
  assert.equal((await type('describe nope')).code, 1);
});

test('describe shows the events that a list leaves out', async () => {
  const event = {
    at: '2026-01-01T00:00:00.000Z',
    type: 'Warning',
    reason: 'RolloutFailed',
    message: 'it crashed',
  } as const;
  const ran = await type('describe web', { statuses: [[status('web', { events: [event] })]] });
  assert.match(ran.out, /RolloutFailed .*it crashed/);
});

test('a daemon that does not answer is met with what to do', async () => {
  const ran = await type('get', { daemonError: new DaemonUnreachable('http://127.0.0.1:9090') });
  assert.equal(ran.code, 1);
  assert.match(ran.err, /no Evenkeel daemon answers at http:\/\/127.0.0.1:9090\nStart one: evenkeel run/);
});

test('run goes on until it is asked to end, and ends with 0', async () => {
  const terminal = createFakeTerminal({ argv: ['run', '--source', 'dir:.', '--var', 'A=1'] });
  const host = new FakeHost();
  const running = runCommandLine(terminal, async () => host);
  await settle();
  while (host.inputs.length === 0) await settle();
  terminal.abort(new Interrupted('shutdown', 'asked to end'));
  assert.equal(await running, 0);
  assert.equal(terminal.stderr.text, 'pretty=false\n');
  assert.deepEqual(host.inputs[0], { verb: 'run', variables: { A: '1' }, sources: ['dir:.'], prune: false });
});

test('sandbox prints what a shell can take, and ends with 0', async () => {
  const terminal = createFakeTerminal({ argv: ['sandbox', '--port', '4566'] });
  const host = new FakeHost();
  const running = runCommandLine(terminal, async () => host);
  while (terminal.stdout.text === '') await settle();
  terminal.abort(new Interrupted('user', 'interrupted'));
  assert.equal(ended(await running, host, terminal).code, 0);
  assert.match(terminal.stdout.text, /^(export AWS_\w+=\S+\n)+$/);
  assert.equal(host.inputs[0]?.port, 4566);
});

for (const [tty, line, ends] of [
  [true, 'demo', false],
  [true, 'demo --exit', true],
  [false, 'demo', true],
] as const) {
  test(`'${line}' ${tty ? 'on a terminal' : 'on a pipe'} ${ends ? 'ends by itself' : 'goes on'}`, async () => {
    const script: Script = {
      demo: async (options) => {
        assert.equal(options.ends, ends);
        options.onEvent({ kind: 'started', url: 'http://127.0.0.1:9090' });
        options.onEvent({
          kind: 'event',
          key: key('crash'),
          type: 'Warning',
          reason: 'RolloutFailed',
          message: 'exit 1',
        });
        options.onEvent({ kind: 'settled', services: [status('web')], seconds: 9 });
        return { services: [status('web')], seconds: 9, asExpected: true };
      },
    };
    const ran = await type(line, script, { tty, env: { NO_COLOR: '1' } });
    assert.equal(ran.code, 0);
    assert.match(
      ran.out,
      /metrics +http:\/\/127.0.0.1:9090\/metrics[\s\S]*crash: RolloutFailed: exit 1[\s\S]*✔ The demo ended as it should/,
    );
  });
}

test('a demo that does not end as it should exits 1', async () => {
  const demo = async () => ({ services: [], seconds: 1, asExpected: false });
  assert.equal((await type('demo', { demo })).code, 1);
});

test('version names Evenkeel and Node', async () => {
  assert.match((await type('version')).out, /^evenkeel \d+\.\d+\.\d+\S* \(node 24\.\d+\.\d+\)\n$/);
  assert.equal(JSON.parse((await type('version -o json')).out).kind, 'Version');
});

test('render prints what the parser takes back', async () => {
  const text = await readFile(join(import.meta.dirname, '..', '..', 'examples', 'minimal.yaml'), 'utf8');
  const { manifests } = loadFile({ file: 'x', text }, { variables: {}, defaultRegion: 'us-east-1' });
  const script = { manifests: { ...warned, errors: [], manifests: [...manifests, ...manifests] } };
  const { out } = await type('render -f x', script);
  const again = loadFile({ file: 'y', text: out }, { variables: {}, defaultRegion: 'us-east-1' });
  assert.equal(again.manifests[0]?.hash, manifests[0]?.hash);
  assert.match(out, /^---\napiVersion: evenkeel.dev\/v1\nkind: FargateService\n[\s\S]*\n---\napiVersion/);
  const list = JSON.parse((await type('render -f x -o json', script)).out);
  assert.deepEqual([list.kind, list.items.length, list.items[0].kind], ['FargateServiceList', 2, 'FargateService']);
});

test('an error is one line, with its cause, and its stack only with -v', async () => {
  const broken: Script = {
    plan: changed,
    apply: () => Promise.reject(new Error('cannot reach ECS', { cause: new Error('ENOTFOUND') })),
  };
  const ran = await type('apply -f x --yes -q', broken);
  assert.equal(ran.err, 'evenkeel: cannot reach ECS: ENOTFOUND\n');
  assert.equal(ran.code, 1);
  assert.match((await type('apply -f x --yes -v', broken)).err, / at /);
});

test('help and mistakes load nothing', async () => {
  const load = () => Promise.reject(new Error('loaded'));
  const help = createFakeTerminal({ argv: ['--help'] });
  assert.equal(await runCommandLine(help, load), 0);
  assert.match(help.stdout.text, /^Evenkeel keeps/);
  const wrong = createFakeTerminal({ argv: ['plna'] });
  assert.equal(await runCommandLine(wrong, load), 1);
  assert.equal(wrong.stdout.text, '');
  assert.match(wrong.stderr.text, /Did you mean plan/);
});
