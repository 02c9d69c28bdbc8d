import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toConfigInput } from '../../src/cli/flags.ts';
import { parseArguments } from '../../src/cli/parse.ts';

const ACCEPTED: readonly (readonly [string, string, readonly string[], Record<string, unknown>])[] = [
  ['validate -f a.yaml', 'validate', [], { file: ['a.yaml'] }],
  ['plan -f a -f b --file c', 'plan', [], { file: ['a', 'b', 'c'] }],
  [
    'plan -f - --detailed-exitcode -o markdown',
    'plan',
    [],
    { file: ['-'], detailedExitcode: true, output: 'markdown' },
  ],
  ['--region eu-west-1 plan --full', 'plan', [], { region: 'eu-west-1', full: true }],
  ['plan --region=eu-west-1 --profile p', 'plan', [], { region: 'eu-west-1', profile: 'p' }],
  ['apply -y --no-wait --timeout 30m', 'apply', [], { yes: true, wait: false, timeout: 1_800_000 }],
  ['apply', 'apply', [], { wait: true }],
  ['apply --no-input', 'apply', [], { wait: true, input: false }],
  ['delete web --confirm web --cluster c', 'delete', ['web'], { wait: true, confirm: 'web', cluster: 'c' }],
  ['get a b -w -o wide', 'get', ['a', 'b'], { watch: true, output: 'wide' }],
  ['get --server http://x:1', 'get', [], { server: 'http://x:1' }],
  ['describe web -o yaml', 'describe', ['web'], { output: 'yaml' }],
  ['suspend web --reason because', 'suspend', ['web'], { reason: 'because' }],
  ['reconcile web --retry', 'reconcile', ['web'], { retry: true }],
  ['run --source dir:a --source dir:b --prune', 'run', [], { source: ['dir:a', 'dir:b'], prune: true }],
  ['run --listen 0.0.0.0:9090 --log-level debug', 'run', [], { listen: '0.0.0.0:9090', logLevel: 'debug' }],
  ['sandbox --port 0', 'sandbox', [], { port: 0 }],
  ['demo --exit', 'demo', [], { exit: true }],
  ['version --no-color', 'version', [], { color: false }],
  ['version --color=always --ci -q -v', 'version', [], { color: 'always', ci: true, quiet: true, verbose: true }],
  ['--version', 'version', [], {}],
  ['schema --kind DeploymentRequest', 'schema', [], { kind: 'DeploymentRequest' }],
];

for (const [line, name, args, flags] of ACCEPTED) {
  test(`'${line}' is understood`, () => {
    const parsed = parseArguments(line.split(' '));
    assert.equal(parsed.kind, 'run', JSON.stringify(parsed));
    if (parsed.kind !== 'run') return;
    assert.equal(parsed.command.name, name);
    assert.deepEqual(parsed.args, args);
    assert.deepEqual({ ...parsed.flags }, { input: true, ...flags });
  });
}

const REFUSED: readonly (readonly [readonly string[], RegExp])[] = [
  [['plna'], /unknown command 'plna'\n\(Did you mean plan\?\)/],
  [['frobnicate'], /unknown command 'frobnicate'\nAll commands: evenkeel help/],
  [['plan', '--detailed-exit'], /unknown option '--detailed-exit'\n\(Did you mean --detailed-exitcode\?\)/],
  [['plan', '--yse'], /unknown option '--yse'/],
  [['apply', '--yse'], /Did you mean --yes\?/],
  [['plan', '-o', 'xml'], /argument 'xml' is invalid.*text, json, yaml, markdown/],
  [['validate', '-o', 'wide'], /argument 'wide' is invalid/],
  [['plan', 'web'], /too many arguments.*\nMore: evenkeel help plan$/],
  [['plan', 'deploy/web.yaml'], /too many arguments.*\n\(Did you mean evenkeel plan -f deploy\/web\.yaml\?\)\nMore:/],
  [['apply', '--yes', 'services/'], /\(Did you mean evenkeel apply -f services\/\?\)/],
  [['delete'], /missing required argument 'name'\nMore: evenkeel help delete/],
  [['plan', '-f', ''], /It is empty/],
  [['apply', '--timeout', 'soon'], /90s, 30m or 1h30m/],
  [['apply', '--timeout', '0s'], /90s, 30m or 1h30m/],
  [['sandbox', '--port', '65536'], /0 to 65535/],
  [['help', 'plna'], /no help on 'plna'\n\(Did you mean plan\?\)/],
];

for (const [argv, message] of REFUSED) {
  test(`'${argv.join(' ')}' is refused with a way out`, () => {
    const parsed = parseArguments(argv);
    assert.equal(parsed.kind, 'wrong', JSON.stringify(parsed));
    if (parsed.kind === 'wrong') assert.match(parsed.text, message);
  });
}

for (const argv of [[], ['--help'], ['-h'], ['help']]) {
  test(`'${argv.join(' ')}' shows examples before commands, in their groups`, () => {
    const parsed = parseArguments(argv);
    assert.equal(parsed.kind, 'help');
    if (parsed.kind !== 'help') return;
    const order = ['Examples:', 'Deploy:', 'Inspect:', 'Operate:', 'Daemon:', 'Try it:', 'help exit-codes'];
    const places = order.map((word) => parsed.text.indexOf(word));
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    );
    assert.ok(!places.includes(-1));
  });
}

test('the help of a command begins with its examples', () => {
  for (const argv of [
    ['plan', '--help'],
    ['help', 'plan'],
  ]) {
    const parsed = parseArguments(argv);
    assert.ok(parsed.kind === 'help' && parsed.text.indexOf('Examples:') < parsed.text.indexOf('Usage:'));
    assert.match(parsed.kind === 'help' ? parsed.text : '', /--detailed-exitcode +exit 2 when changes exist/);
  }
});

test('exit codes are documented', () => {
  const parsed = parseArguments(['help', 'exit-codes']);
  assert.equal(parsed.kind, 'help');
  for (const code of [0, 1, 2, 3, 4, 5, 6, 70, 130, 143]) {
    assert.match(parsed.kind === 'help' ? parsed.text : '', new RegExp(`^ +${code}  `, 'm'));
  }
});

test('flags become configuration, and what was not given is absent', () => {
  assert.deepEqual(toConfigInput('plan', { wait: true, input: true }), {
    verb: 'plan',
    variables: {},
    sources: [],
    prune: false,
  });
  assert.deepEqual(
    toConfigInput('run', {
      var: ['TAG=1.4', 'URL=a=b', 'TAG=1.5'],
      source: ['dir:.'],
      prune: true,
      timeout: 5000,
      port: 0,
      verbose: true,
    }),
    {
      verb: 'run',
      variables: { TAG: '1.5', URL: 'a=b' },
      sources: ['dir:.'],
      prune: true,
      timeoutMs: 5000,
      port: 0,
      logLevel: 'debug',
    },
  );
});

test('a variable without a value is refused without its text being taken for a name', () => {
  assert.throws(() => toConfigInput('plan', { var: ['1x=2'] }), /--var takes NAME=VALUE/);
  assert.throws(() => toConfigInput('plan', { var: ['TAG'] }), /--var takes NAME=VALUE/);
});
