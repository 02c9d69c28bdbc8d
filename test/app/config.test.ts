import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Config, type Environment, readConfig } from '../../src/app/config.ts';
import type { ConfigInput } from '../../src/app/config-input.ts';
import { UsageError } from '../../src/lib/errors.ts';

const input = (given: Partial<ConfigInput> = {}): ConfigInput => ({
  verb: 'plan',
  variables: {},
  sources: [],
  prune: false,
  ...given,
});
const read = (given: Partial<ConfigInput>, env: Environment = {}): Config => readConfig(input(given), env);
const problemsOf = (given: Partial<ConfigInput>, env: Environment = {}): readonly string[] => {
  try {
    read(given, env);
  } catch (thrown) {
    assert.ok(thrown instanceof UsageError);
    return thrown.message.split('\n');
  }
  return [];
};

const REGIONS: readonly (readonly [what: string, Partial<ConfigInput>, Environment, string])[] = [
  ['nothing is said', {}, {}, 'us-east-1'],
  ['the flag beats every variable', { region: 'eu-west-1' }, { AWS_REGION: 'us-west-2' }, 'eu-west-1'],
  [
    'AWS_REGION beats AWS_DEFAULT_REGION',
    {},
    { AWS_REGION: 'us-west-2', AWS_DEFAULT_REGION: 'eu-west-1' },
    'us-west-2',
  ],
  ['AWS_DEFAULT_REGION counts, though the SDK ignores it', {}, { AWS_DEFAULT_REGION: 'eu-west-1' }, 'eu-west-1'],
  ['an empty variable is not set', {}, { AWS_REGION: '', AWS_DEFAULT_REGION: 'eu-west-1' }, 'eu-west-1'],
  ['a region with two dashes', {}, { AWS_REGION: 'us-gov-west-1' }, 'us-gov-west-1'],
];

for (const [what, given, env, expected] of REGIONS) {
  test(`region: ${what}`, () => assert.equal(read(given, env).region, expected));
}

const LISTENS: readonly (readonly [string, Config['listen'] | undefined])[] = [
  ['127.0.0.1:9090', { host: '127.0.0.1', port: 9090 }],
  [':8080', { host: '0.0.0.0', port: 8080 }],
  ['8080', { host: '127.0.0.1', port: 8080 }],
  ['[::1]:8080', { host: '::1', port: 8080 }],
  ['0', { host: '127.0.0.1', port: 0 }],
  ['localhost:65535', { host: 'localhost', port: 65_535 }],
  ['localhost:65536', undefined],
  ['localhost', undefined],
  ['localhost:', undefined],
  ['localhost:-1', undefined],
  ['localhost:8o80', undefined],
];

for (const [text, expected] of LISTENS) {
  test(`listen: ${text} is ${expected === undefined ? 'refused' : `${expected.host} ${expected.port}`}`, () => {
    if (expected === undefined) assert.match(problemsOf({ listen: text })[0] ?? '', /^listen address/);
    else assert.deepEqual(read({ listen: text }).listen, expected);
    if (expected !== undefined) assert.deepEqual(read({}, { EVENKEEL_LISTEN: text }).listen, expected);
  });
}

const REFUSED: readonly (readonly [what: string, Partial<ConfigInput>, Environment, RegExp])[] = [
  ['a region that is none', { region: 'mars' }, {}, /region 'mars'/],
  ['an endpoint that is no URL', { endpointUrl: 'localhost' }, {}, /endpoint URL 'localhost'/],
  ['an endpoint of another scheme', {}, { AWS_ENDPOINT_URL_ECS: 'ftp://x' }, /AWS_ENDPOINT_URL_ECS/],
  ['a server that is no URL', { server: 'nowhere' }, {}, /server 'nowhere'/],
  ['two sources', { sources: ['dir:a', 'dir:b'] }, {}, /--source may be given once/],
  ['a source of an unknown kind', { sources: ['git:a'] }, {}, /source 'git:a'/],
  ['a source without a path', { sources: ['dir:'] }, {}, /source 'dir:'/],
  ['a controller id with a space', {}, { EVENKEEL_CONTROLLER_ID: 'a b' }, /EVENKEEL_CONTROLLER_ID/],
  ['no workers', {}, { EVENKEEL_WORKERS: '0' }, /EVENKEEL_WORKERS must be a number from 1/],
  ['workers in words', {}, { EVENKEEL_WORKERS: 'many' }, /not 'many'/],
  ['half a worker', {}, { EVENKEEL_WORKERS: '1.5' }, /EVENKEEL_WORKERS/],
  ['a resync of a second', {}, { EVENKEEL_RESYNC_SECONDS: '1' }, /EVENKEEL_RESYNC_SECONDS/],
  ['more than the whole quota', {}, { EVENKEEL_QUOTA_SHARE: '2' }, /EVENKEEL_QUOTA_SHARE/],
  ['an unknown log level', { logLevel: 'loud' }, {}, /log level 'loud' must be one of debug, info, warn, error/],
  ['an unknown log format', {}, { EVENKEEL_LOG_FORMAT: 'xml' }, /log format 'xml'/],
  ['an unknown builder', {}, { EVENKEEL_BUILDER: 'kaniko' }, /auto, docker, podman, buildah, codebuild/],
  [
    'CodeBuild without a bucket',
    {},
    { EVENKEEL_CODEBUILD_PROJECT: 'images' },
    /EVENKEEL_CODEBUILD_BUCKET is not set: building in AWS CodeBuild takes .*PROJECT and EVENKEEL_CODEBUILD_BUCKET/,
  ],
  [
    'a project that can be none',
    {},
    { EVENKEEL_CODEBUILD_PROJECT: 'a b', EVENKEEL_CODEBUILD_BUCKET: 'contexts' },
    /EVENKEEL_CODEBUILD_PROJECT 'a b' must be the name of a CodeBuild project/,
  ],
  [
    'a bucket that can be none',
    {},
    { EVENKEEL_CODEBUILD_PROJECT: 'images', EVENKEEL_CODEBUILD_BUCKET: 's3://contexts' },
    /EVENKEEL_CODEBUILD_BUCKET 's3:\/\/contexts' must be the name of an S3 bucket/,
  ],
  [
    'a prefix with a slash at its end',
    {},
    {
      EVENKEEL_CODEBUILD_PROJECT: 'images',
      EVENKEEL_CODEBUILD_BUCKET: 'contexts',
      EVENKEEL_CODEBUILD_PREFIX: 'a/',
    },
    /EVENKEEL_CODEBUILD_PREFIX 'a\/' must be a path without a slash/,
  ],
  ['pruning that is neither true nor false', {}, { EVENKEEL_PRUNE: 'yes' }, /EVENKEEL_PRUNE/],
];

for (const [what, given, env, message] of REFUSED) {
  test(`refused, naming the setting: ${what}`, () => {
    const problems = problemsOf(given, env);
    assert.equal(problems.length, 1, problems.join());
    assert.match(problems[0] ?? '', message);
  });
}

test('everything that is wrong is said at once', () => {
  const env = { EVENKEEL_WORKERS: '0', EVENKEEL_QUOTA_SHARE: '7', EVENKEEL_CONTROLLER_ID: 'no good' };
  assert.equal(problemsOf({ region: 'mars', listen: 'x', sources: ['s3:a'], logLevel: 'loud' }, env).length, 7);
});

test('flags come before variables, variables before defaults', () => {
  const env = { EVENKEEL_SERVER: 'http://b:1', EVENKEEL_LOG_LEVEL: 'warn', AWS_PROFILE: 'b', EVENKEEL_SOURCE: 'dir:b' };
  const flags = { server: 'http://a:1', logLevel: 'debug', profile: 'a', sources: ['dir:a'] };
  const pick = ({ server, logLevel, profile, sourcePath }: Config): readonly unknown[] => [
    server,
    logLevel,
    profile,
    sourcePath,
  ];
  assert.deepEqual(pick(read(flags, env)), ['http://a:1', 'debug', 'a', 'a']);
  assert.deepEqual(pick(read({}, env)), ['http://b:1', 'warn', 'b', 'b']);
  assert.deepEqual(pick(read({})), ['http://127.0.0.1:9090', 'info', undefined, undefined]);
});

test('seconds become milliseconds', () => {
  const env = {
    EVENKEEL_RESYNC_SECONDS: '30',
    EVENKEEL_SHUTDOWN_GRACE_SECONDS: '0',
    EVENKEEL_PRUNE_GRACE_SECONDS: '60',
  };
  const { resyncMs, shutdownGraceMs, pruneGraceMs } = read({}, env);
  assert.deepEqual([resyncMs, shutdownGraceMs, pruneGraceMs], [30_000, 0, 60_000]);
});

test('each API can have an endpoint of its own, and a closing slash is nothing', () => {
  const env = { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566/', AWS_ENDPOINT_URL_ECS: 'https://ecs.example.com' };
  const { endpoint, endpoints } = read({}, env);
  assert.equal(endpoint, 'http://127.0.0.1:4566');
  assert.deepEqual(endpoints, { ecs: 'https://ecs.example.com' });
  assert.equal(read({ endpointUrl: 'http://localhost:1' }, env).endpoint, 'http://localhost:1');
});

const CREDENTIALS: readonly (readonly [what: string, Partial<ConfigInput>, Environment, boolean])[] = [
  ['an endpoint on this machine, nothing configured', { endpointUrl: 'http://127.0.0.1:4566' }, {}, true],
  ['localhost by name', { endpointUrl: 'http://localhost:4566' }, {}, true],
  ['IPv6', { endpointUrl: 'http://[::1]:4566' }, {}, true],
  ['an endpoint elsewhere', { endpointUrl: 'https://aws.example.com' }, {}, false],
  ['a name that only begins like this machine', { endpointUrl: 'http://127.example.com' }, {}, false],
  ['no endpoint', {}, {}, false],
  ['keys are configured', { endpointUrl: 'http://localhost:1' }, { AWS_ACCESS_KEY_ID: 'AKIA' }, false],
  ['a profile is named', { endpointUrl: 'http://localhost:1', profile: 'dev' }, {}, false],
  ['a web identity', { endpointUrl: 'http://localhost:1' }, { AWS_WEB_IDENTITY_TOKEN_FILE: '/t' }, false],
];

for (const [what, given, env, made] of CREDENTIALS) {
  test(`made-up credentials ${made ? '' : 'not '}for: ${what}`, () => {
    assert.equal(read(given, env).credentials !== undefined, made);
  });
}

test('a person’s command sees their environment, a daemon only what was named for the purpose', () => {
  const env = { HOME: '/root', TAG: 'person', EVENKEEL_VAR_TAG: 'daemon' };
  const plan = read({ variables: { EXTRA: 'flag' } }, env).variables;
  assert.deepEqual([plan['HOME'], plan['EXTRA']], ['/root', 'flag']);
  for (const verb of ['run', 'demo']) {
    assert.deepEqual(read({ verb, variables: { EXTRA: 'flag' } }, env).variables, { TAG: 'daemon', EXTRA: 'flag' });
  }
  assert.equal(read({ verb: 'run', variables: { TAG: 'flag' } }, env).variables['TAG'], 'flag');
});

test('what was named for the purpose comes before what merely stands in the environment', () => {
  assert.equal(read({}, { EVENKEEL_VAR_TAG: 'meant', TAG: 'there' }).variables['TAG'], 'meant');
  assert.equal(read({}, { TAG: 'there', EVENKEEL_VAR_TAG: 'meant' }).variables['TAG'], 'meant');
});

test('the bearer token comes from the environment alone, and an empty one is none', () => {
  assert.equal(read({}, { EVENKEEL_TOKEN: 's' }).token, 's');
  assert.equal('token' in read({}, { EVENKEEL_TOKEN: '' }), false);
});

test('CodeBuild is a place where it is named, and asked for by name only with all it takes', () => {
  const place = { EVENKEEL_CODEBUILD_PROJECT: 'images', EVENKEEL_CODEBUILD_BUCKET: 'contexts' };
  const { builder, codeBuild } = read({}, place);
  assert.deepEqual([builder, codeBuild], ['auto', { project: 'images', bucket: 'contexts', prefix: 'evenkeel' }]);
  assert.equal(read({}, { ...place, EVENKEEL_CODEBUILD_PREFIX: 'a/b' }).codeBuild?.prefix, 'a/b');
  const arm = read({}, { ...place, EVENKEEL_CODEBUILD_ARM64_PROJECT: 'images-arm' }).codeBuild;
  assert.deepEqual([arm?.project, arm?.arm64Project], ['images', 'images-arm']);
  assert.equal(read({}).codeBuild, undefined);
  assert.equal(problemsOf({}, { EVENKEEL_BUILDER: 'codebuild' }).length, 2);
});
