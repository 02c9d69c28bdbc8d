import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { BuildRefused } from '../../src/build/build-refused.ts';
import type { BuildRequest, Destination } from '../../src/build/builder.ts';
import { type BuildScript, buildScript } from '../../src/build/codebuild-script.ts';
import { folder } from './support/tree.ts';

const ECR: Destination = {
  registry: '123456789012.dkr.ecr.eu-west-1.amazonaws.com',
  repository: 'team/agent',
  tag: 'abc',
};
const IMAGE = `${ECR.registry}/team/agent:abc`;
const DIGEST = `sha256:${'d'.repeat(64)}`;
const request = (more: Partial<BuildRequest> = {}): BuildRequest => ({
  context: { directory: '/', dockerfile: 'FROM scratch', entries: [] },
  args: {},
  labels: {},
  platform: 'linux/amd64',
  ...more,
});

interface Spec {
  readonly env: { readonly 'exported-variables': readonly string[]; readonly variables: Record<string, string> };
  readonly phases: Record<'pre_build' | 'build', { readonly commands: readonly string[] }>;
}
const specOf = ({ buildspec }: BuildScript): Spec => JSON.parse(buildspec) as Spec;

/** A machine with a `docker` and an `aws` that write their arguments down, each ended by a NUL, each call by two. */
interface Machine {
  readonly place: string;
  /** Runs all commands one after the other in one shell, until one fails, as CodeBuild does; resolves to the digest. */
  run(script: BuildScript, fail?: string): { readonly status: number | null; readonly out: string };
  calls(): readonly (readonly string[])[];
}

function machine(t: TestContext): Machine {
  const place = folder(t, { 'bin/x': '', 'context/Dockerfile': 'FROM scratch' });
  execFileSync('tar', ['-czf', 'context.tar.gz', '-C', 'context', '.'], { cwd: place });
  execFileSync('rm', ['-r', 'context'], { cwd: place });
  // In one piece: two of them run at the same time when one is piped into the other.
  const record = `printf '%s\\0' "$0" "$@" '' >> "$RECORD"`;
  const answers = `case "$*" in
    *Architecture*) echo "$FAKE_ARCHITECTURE" ;;
    *RepoDigests*) echo "${ECR.registry}/team/agent@${DIGEST}" ;;
    *get-login-password*) printf secret ;;
    *login*) cat > "$RECORD.password" ;;
    esac
    [ "$FAIL" != "$1" ]`;
  for (const name of ['docker', 'aws']) {
    const path = join(place, 'bin', name);
    writeFileSync(path, `#!/bin/sh\n${record}\n${answers}\n`);
    chmodSync(path, 0o755);
  }
  const recorded = join(place, 'record');
  return {
    place,
    run(script, fail = '') {
      writeFileSync(recorded, '');
      execFileSync('rm', ['-rf', 'context'], { cwd: place });
      const { phases, env } = specOf(script);
      const commands = [...phases.pre_build.commands, ...phases.build.commands, 'printf %s "$EVENKEEL_DIGEST"'];
      const given = Object.fromEntries(script.variables.map(({ name, value }) => [name, value]));
      const { status, stdout } = spawnSync('/bin/sh', ['-c', commands.map((line) => `${line} || exit 1`).join('\n')], {
        cwd: place,
        env: {
          PATH: `${join(place, 'bin')}:/usr/bin:/bin`,
          RECORD: recorded,
          FAIL: fail,
          FAKE_ARCHITECTURE: 'amd64',
          ...env.variables,
          ...given,
        },
        encoding: 'utf8',
      });
      return { status, out: stdout };
    },
    calls: () =>
      readFileSync(recorded, 'utf8')
        .split('\0\0')
        .filter((call) => call !== '')
        .map((call) => call.split('\0').map((part, index) => (index === 0 ? part.replace(/^.*\//, '') : part))),
  };
}

test('a build logs in as itself, builds, checks, pushes, and exports the digest', (t) => {
  const stand = machine(t);
  const { status, out } = stand.run(buildScript(request({ target: 'runtime', args: { B: '2', A: '1' } }), ECR));
  assert.equal(status, 0);
  assert.equal(out, DIGEST);
  const told = stand.calls();
  // Which of the two programs of the pipe comes first is nobody's to say.
  assert.deepEqual(
    told.filter(([name]) => name === 'aws'),
    [['aws', 'ecr', 'get-login-password', '--region', 'eu-west-1']],
  );
  assert.deepEqual(
    told.filter(([name]) => name === 'docker').map((call) => call.slice(1)),
    [
      ['login', '--username', 'AWS', '--password-stdin', ECR.registry],
      [
        'build',
        '--platform=linux/amd64',
        '--target=runtime',
        '--build-arg=A=1',
        '--build-arg=B=2',
        `--tag=${IMAGE}`,
        '--file=Dockerfile',
        '--',
        'context',
      ],
      ['image', 'inspect', '--format', '{{.Architecture}}', IMAGE],
      ['push', IMAGE],
      ['image', 'inspect', '--format', '{{index .RepoDigests 0}}', IMAGE],
    ],
  );
  assert.equal(readFileSync(join(stand.place, 'record.password'), 'utf8'), 'secret');
  assert.equal(readFileSync(join(stand.place, 'context', 'Dockerfile'), 'utf8'), 'FROM scratch');
});

test('nothing is pushed after a build that failed, nor an image of another architecture', (t) => {
  const stand = machine(t);
  assert.equal(stand.run(buildScript(request(), ECR), 'build').status, 1);
  assert.equal(stand.run(buildScript(request({ platform: 'linux/arm64' }), ECR)).status, 1);
  assert.deepEqual(
    stand.calls().filter(([, verb]) => verb === 'push'),
    [],
  );
});

/** What a shell would make something of. */
const NASTY = [
  '$(touch pwned)',
  '`touch pwned`',
  '"; touch pwned; "',
  "'; touch pwned; '",
  '$HOME $PATH $$ \\$X',
  'a\nb\n',
  '\n',
  ' lead and trail ',
  '\\',
  '\\\\"',
  '*',
  '~',
  '!!',
  '--privileged',
  '-',
  '',
  '%s%n',
  '日本\u{1f600}\u0007\t',
];

test('the values of arguments, labels and targets reach docker as they are, whatever a shell would make of them', (t) => {
  const stand = machine(t);
  const value = fc.oneof(
    fc.constantFrom(...NASTY),
    fc.string({ unit: 'binary', maxLength: 60 }).map((text) => text.replaceAll('\0', '').toWellFormed()),
  );
  const name = fc.oneof(
    fc.constantFrom('PATH', 'HOME', 'IFS', 'DOCKER_HOST', 'EVENKEEL_IMAGE'),
    fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,20}$/),
  );
  fc.assert(
    fc.property(fc.dictionary(name, value, { maxKeys: 6, noNullPrototype: true }), value, (args, label) => {
      const { status, out } = stand.run(buildScript(request({ args, labels: { 'dev.label/x': label } }), ECR));
      assert.deepEqual([status, out], [0, DIGEST]);
      const build = stand.calls().find(([, verb]) => verb === 'build') ?? [];
      const flags = build.filter((part) => part.startsWith('--build-arg=') || part.startsWith('--label='));
      const wanted = Object.keys(args)
        .sort()
        .map((key) => `--build-arg=${key}=${args[key]}`);
      assert.deepEqual(flags, [...wanted, `--label=dev.label/x=${label}`]);
    }),
    { numRuns: 60, examples: NASTY.map((nasty): [Record<string, string>, string] => [{ A: nasty }, nasty]) },
  );
  assert.throws(() => readFileSync(join(stand.place, 'pwned')));
});

test('no value is part of what CodeBuild is told to run', () => {
  const { buildspec } = buildScript(
    request({ args: { TOKEN: 'hunter2-value' }, target: 'runtime', labels: { a: 'b-value' } }),
    ECR,
  );
  for (const text of ['hunter2-value', 'runtime', 'b-value', IMAGE]) assert.ok(!buildspec.includes(text), text);
});

test('what is not a name is refused before anything is made of it', () => {
  const refused = (thrown: unknown): boolean => thrown instanceof BuildRefused && thrown.reason === 'bad-argument';
  assert.throws(() => buildScript(request({ args: { 'A"; touch pwned; "': '1' } }), ECR), refused);
  assert.throws(() => buildScript(request({ target: '$(touch pwned)' }), ECR), refused);
  assert.throws(() => buildScript(request(), { ...ECR, tag: 'a b' }), refused);
});

test('the same request gives the same script, in whatever order its arguments stand', () => {
  assert.deepEqual(
    buildScript(request({ args: { A: '1', B: '2' } }), ECR),
    buildScript(request({ args: { B: '2', A: '1' } }), ECR),
  );
});

test('a registry that is not ECR has no region of its own', () => {
  const { buildspec, variables } = buildScript(request(), { ...ECR, registry: '127.0.0.1:5000' });
  assert.ok(!buildspec.includes('--region'));
  assert.ok(!variables.some(({ name }) => name === 'EVENKEEL_REGISTRY_REGION'));
});
