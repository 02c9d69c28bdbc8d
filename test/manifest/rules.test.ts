// biome-ignore-all lint/suspicious/noTemplateCurlyInString: paths and texts are data here
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseArn } from '../../src/manifest/arn.ts';
import { parseImageReference } from '../../src/manifest/image-reference.ts';
import { isStuck } from '../../src/manifest/rules/rollout.ts';
import { FARGATE_SIZES } from '../../src/manifest/rules/task-size.ts';
import { scheduleFault } from '../../src/manifest/schedule-expression.ts';
import { isSecretName } from '../../src/manifest/secret-name.ts';
import { complaints, load, manifestOf, yamlWith } from './loading.ts';

const TARGET_GROUP = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef';
const LISTENER =
  'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/edge/0123456789abcdef/fedcba9876543210';
const sidecar = (members: object): Record<string, unknown> => ({
  sidecars: [{ name: 'side', image: 'side:1', ...members }],
});

/** What a spec that the schema accepts is told. */
const table: readonly (readonly [says: string, spec: Record<string, unknown>, found: readonly string[]])[] = [
  ['a good spec is told nothing', {}, []],
  [
    'the default memory does not go with every cpu',
    { cpu: 1024 },
    [
      'spec.cpu: 1024 may not be used with the default `memory` 512 (cpu 1024 allows 2048, 3072, 4096, 5120, 6144, 7168, 8192. For 512 use `cpu` 256.)',
    ],
  ],
  [
    'memory between the steps',
    { cpu: 4096, memory: 9000 },
    ['spec.memory: 9000 may not be used with `cpu` 4096 (cpu 4096 allows 8192 to 30720 in steps of 1024.)'],
  ],
  [
    '32 vCPU have their own row',
    { cpu: 32768, memory: 65536 },
    [
      'spec.memory: 65536 may not be used with `cpu` 32768 (cpu 32768 allows 61440, 122880, 249856. For 65536 use `cpu` 16384.)',
    ],
  ],
  [
    'follow is for images that exist',
    { image: { build: { context: './a' }, follow: true } },
    ['spec.image.follow: `follow` may only be used with `uri`'],
  ],
  [
    'two health checks',
    { container: { healthCheck: { path: '/', command: ['CMD', 'x'] } } },
    ['spec.container.healthCheck: must have only one of `path`, `command` and `disabled`, got `path` and `command`'],
  ],
  [
    'a health check that is off and on',
    { container: { healthCheck: { path: '/', disabled: true } } },
    ['spec.container.healthCheck: must have only one of `path`, `command` and `disabled`, got `path` and `disabled`'],
  ],
  ['disabled: false is no choice', { container: { healthCheck: { path: '/', disabled: false } } }, []],
  [
    'a timeout longer than the interval',
    { container: { healthCheck: { intervalSeconds: 5, timeoutSeconds: 10 } } },
    ['spec.container.healthCheck.timeoutSeconds: must be less than or equal to `intervalSeconds`, 5'],
  ],
  [
    'a command without its form',
    { container: { healthCheck: { command: ['test', '-e'] } } },
    [
      'spec.container.healthCheck.command[0]: the first item must be CMD or CMD-SHELL (CMD-SHELL takes one line for the shell)',
    ],
  ],
  [
    'a shell line in pieces',
    { container: { healthCheck: { command: ['CMD-SHELL', 'a', 'b'] } } },
    [
      'spec.container.healthCheck.command[2]: CMD-SHELL must be followed by one line for the shell (use CMD for single arguments)',
    ],
  ],
  [
    'two containers of one name',
    sidecar({ name: 'strands-agent' }),
    ['spec.sidecars[0].name: the main container has this name already'],
  ],
  [
    'a port that is none',
    sidecar({ portMappings: [{ containerPort: 0 }] }),
    ['spec.sidecars[0].portMappings[0].containerPort: must be a port from 1 to 65535'],
  ],
  ['one port for TCP and UDP is fine', sidecar({ portMappings: [{ containerPort: 8000, protocol: 'udp' }] }), []],
  [
    'waiting for nobody',
    sidecar({ dependsOn: [{ containerName: 'strands-agnet' }] }),
    [
      "spec.sidecars[0].dependsOn[0].containerName: there is no container 'strands-agnet' (did you mean 'strands-agent'?)",
    ],
  ],
  [
    'waiting for the main container',
    sidecar({ dependsOn: [{ containerName: 'strands-agent', condition: 'START' }] }),
    [],
  ],
  [
    'a provider twice',
    { capacityProviders: [{ name: 'FARGATE' }, { name: 'FARGATE' }] },
    ['spec.capacityProviders[1].name: is given twice'],
  ],
  [
    'two bases',
    {
      capacityProviders: [
        { name: 'FARGATE', base: 1 },
        { name: 'FARGATE_SPOT', base: 1 },
      ],
    },
    ['spec.capacityProviders[1].base: only one provider may have a `base`'],
  ],
  [
    'no weight at all',
    { capacityProviders: [{ name: 'FARGATE', weight: 0 }] },
    ['spec.capacityProviders: at least one `weight` must be greater than 0'],
  ],
  ['a target group', { loadBalancers: [{ targetGroupArn: TARGET_GROUP }] }, []],
  [
    'something else as a target group',
    { loadBalancers: [{ targetGroupArn: LISTENER }] },
    ['spec.loadBalancers[0].targetGroupArn: must be the ARN of a target group'],
  ],
  [
    'a target group twice',
    { loadBalancers: [{ targetGroupArn: TARGET_GROUP }, { targetGroupArn: TARGET_GROUP }] },
    ['spec.loadBalancers[1]: is given twice'],
  ],
  [
    'a target group with fields of a rule',
    { loadBalancers: [{ targetGroupArn: TARGET_GROUP, priority: 1 }] },
    ['spec.loadBalancers[0].priority: `priority` may only be used with `listenerArn`'],
  ],
  [
    'a target group of another region',
    { region: 'eu-west-1', loadBalancers: [{ targetGroupArn: TARGET_GROUP }] },
    [
      'spec.loadBalancers[0].targetGroupArn: is of region us-east-1, but the service is in eu-west-1 (give `spec.region`, or take the one of that region)',
    ],
  ],
  ['a rule', { loadBalancers: [{ listenerArn: LISTENER, priority: 1, paths: ['/x'] }] }, []],
  [
    'a rule without its priority and conditions',
    { loadBalancers: [{ listenerArn: LISTENER }] },
    [
      "spec.loadBalancers[0]: missing required field 'priority'",
      'spec.loadBalancers[0]: must have `hosts`, `paths` or both (a rule without a condition takes all traffic)',
    ],
  ],
  [
    'traffic for nobody',
    { loadBalancers: [{ targetGroupArn: TARGET_GROUP, containerName: 'x' }] },
    ["spec.loadBalancers[0].containerName: there is no container 'x' (containers: strands-agent)"],
  ],
  [
    'traffic for a port that is closed',
    { loadBalancers: [{ targetGroupArn: TARGET_GROUP, containerPort: 80 }] },
    ["spec.loadBalancers[0].containerPort: container 'strands-agent' has no port 80 (its ports: 8000)"],
  ],
  [
    'requests without a load balancer',
    { autoscaling: { targets: [{ requestsPerTarget: 5 }] } },
    ['spec.autoscaling.targets[0].requestsPerTarget: may only be used with a load balancer'],
  ],
  [
    'one metric twice',
    { autoscaling: { targets: [{ cpu: 50 }, { cpu: 60 }] } },
    ['spec.autoscaling.targets[1]: there is another target for cpu already'],
  ],
  [
    'a time zone with a slip',
    {
      autoscaling: { schedules: [{ name: 's', schedule: 'rate(2 hours)', timezone: 'Europe/Berlim', minCapacity: 2 }] },
    },
    ["spec.autoscaling.schedules[0].timezone: is not the IANA name of a time zone (did you mean 'Europe/Berlin'?)"],
  ],
  [
    'an offset for a time zone',
    { autoscaling: { schedules: [{ name: 's', schedule: 'rate(2 hours)', timezone: '+01:00', minCapacity: 2 }] } },
    ['spec.autoscaling.schedules[0].timezone: is not the IANA name of a time zone (for example: UTC, Europe/Berlin)'],
  ],
  [
    'a schedule that changes nothing',
    { autoscaling: { schedules: [{ name: 's', schedule: 'rate(2 hours)' }] } },
    ['spec.autoscaling.schedules[0]: must have `minCapacity`, `maxCapacity` or both'],
  ],
  [
    'a schedule upside down',
    { autoscaling: { schedules: [{ name: 's', schedule: 'rate(2 hours)', minCapacity: 11 }] } },
    [
      'spec.autoscaling.schedules[0].minCapacity: the band from then on, 11 to 10, must not be upside down (give `minCapacity` and `maxCapacity` both)',
    ],
  ],
  [
    'a rollout of one task with 150 %',
    { rollout: { maximumPercent: 150 } },
    [
      'spec.rollout.maximumPercent: a deployment can never progress: with 1 task, 100 % and 150 % allow neither one more nor one less (`maximumPercent` must be at least 200, or `minimumHealthyPercent` at most 0)',
    ],
  ],
  ['a rollout of two tasks with 150 %', { desiredCount: 2, rollout: { maximumPercent: 150 } }, []],
  [
    'a rollout that gets stuck at the bottom of the band',
    { autoscaling: {}, rollout: { maximumPercent: 150 } },
    [
      '? spec.rollout.maximumPercent: a deployment can never progress: with 1 task, 100 % and 150 % allow neither one more nor one less (`maximumPercent` must be at least 200, or `minimumHealthyPercent` at most 0)',
    ],
  ],
  [
    'a rollback without a breaker',
    { rollout: { circuitBreaker: { enabled: false, rollback: true } } },
    ['spec.rollout.circuitBreaker.rollback: may not be true while `enabled` is false'],
  ],
  [
    'the identity through the back door',
    { raw: { service: { cluster: 'x' }, taskDefinition: { family: 'y' } } },
    [
      'spec.raw.service.cluster: may not be set through `raw` (use `spec.cluster`)',
      'spec.raw.taskDefinition.family: may not be set through `raw` (use `spec.family`)',
    ],
  ],
  [
    'no role to write logs with',
    { executionRoleArn: undefined },
    ['? spec: without `executionRoleArn` ECS cannot write logs'],
  ],
  ['no role, and no need of one', { executionRoleArn: undefined, logging: { enabled: false } }, []],
  [
    'an SSM parameter by name',
    { container: { secrets: { A: '/agents/key', B: 'arn:aws:ssm:us-east-1:123456789012:parameter/x' } } },
    [],
  ],
  [
    'a tag with forbidden characters',
    { tags: { 'a<b': 'x' } },
    [
      "spec.tags['a<b']: the name has characters that tags may not have (allowed: letters, digits, spaces and _ . : / = + - @)",
    ],
  ],
];

for (const [says, spec, found] of table) {
  test(says, () => assert.deepEqual([...complaints(spec)].sort(), [...found].sort()));
}

test('switches among the annotations are "true" or "false", and unknown ones are warned about', () => {
  const annotations = { 'evenkeel.dev/suspend': 'yes', 'evenkeel.dev/adpot': 'true', 'example.com/x': 'y' };
  assert.deepEqual(complaints({}, { annotations }), [
    'metadata.annotations[\'evenkeel.dev/suspend\']: must be "true" or "false", got string "yes"',
    "? metadata.annotations['evenkeel.dev/adpot']: annotation 'evenkeel.dev/adpot' is not known and does nothing (did you mean 'evenkeel.dev/adopt'?)",
  ]);
});

test('the sizes of Fargate are accepted, and no other memory beside them', () => {
  for (const { cpu, memory } of FARGATE_SIZES) {
    for (const value of memory) assert.deepEqual(complaints({ cpu, memory: value }), [], `${cpu}/${value}`);
    for (const value of memory) assert.equal(complaints({ cpu, memory: value - 1 }).length, 1, `${cpu}/${value - 1}`);
  }
});

test('a rollout is called stuck exactly when ECS can neither start nor stop one task', () => {
  const percent = fc.nat(100);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5000 }),
      percent,
      fc.integer({ min: 100, max: 1000 }),
      (tasks, minimumHealthyPercent, maximumPercent) => {
        const mayStart = Math.floor((tasks * maximumPercent) / 100) >= tasks + 1;
        const mayStop = Math.ceil((tasks * minimumHealthyPercent) / 100) <= tasks - 1;
        assert.equal(isStuck({ minimumHealthyPercent, maximumPercent }, tasks), !mayStart && !mayStop);
      },
    ),
  );
});

test('the percentages that a stuck rollout is advised to take get it unstuck', () => {
  for (const desiredCount of [1, 2, 3, 7, 33, 101, 5000]) {
    const [text] = complaints({ desiredCount, rollout: { maximumPercent: 100 } });
    const [, up, down] = /at least (\d+), or `minimumHealthyPercent` at most (\d+)/.exec(text!)!;
    assert.deepEqual(complaints({ desiredCount, rollout: { maximumPercent: Number(up) } }), []);
    assert.deepEqual(
      complaints({ desiredCount, rollout: { maximumPercent: 100, minimumHealthyPercent: Number(down) } }),
      [],
    );
  }
});

const DIGEST = `sha256:${'a'.repeat(64)}`;

for (const [text, parts] of [
  ['nginx', [undefined, 'nginx', undefined, undefined]],
  ['library/nginx:1.2', [undefined, 'library/nginx', '1.2', undefined]],
  ['localhost/app:1', ['localhost', 'app', '1', undefined]],
  ['host:5000/a/b_c/d--e:V_1.x-y', ['host:5000', 'a/b_c/d--e', 'V_1.x-y', undefined]],
  [`r.example.com/a@${DIGEST}`, ['r.example.com', 'a', undefined, DIGEST]],
  [`r.example.com/a:1@${DIGEST}`, ['r.example.com', 'a', '1', DIGEST]],
] as const) {
  test(`${text} is an image reference`, () => {
    const reference = parseImageReference(text);
    assert.ok(typeof reference !== 'string');
    assert.deepEqual([reference.registry, reference.repository, reference.tag, reference.digest], parts);
  });
}

test('no part of an accepted image reference begins with a dash or holds a blank', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'B', '-', '/', ':', '@', '.', '_', ' ', '$', '1'), maxLength: 12 }),
      (text) => {
        const reference = parseImageReference(text);
        if (typeof reference === 'string') return;
        const { registry, repository, tag } = reference;
        for (const part of [registry, ...repository.split('/'), tag]) assert.doesNotMatch(part ?? '', /^-|\s|\$/);
      },
    ),
  );
});

for (const text of [
  'cron(0 8 ? * MON-FRI *)',
  'cron(0/15 * * * ? *)',
  'cron(0 0 L * ? *)',
  'cron(0 0 LW * ? 2030)',
  'cron(0 0 15W JAN,JUL ? *)',
  'cron(0 9 ? * 2#1 *)',
  'cron(0 9 ? * 6L *)',
  'cron(5,35 8-10 1 1 ? 2030-2035)',
  'rate(1 minute)',
  'rate(2 days)',
  'at(2028-02-29T23:59:59)',
]) {
  test(`${text} is a schedule`, () => assert.equal(scheduleFault(text), undefined));
}

for (const text of [
  '',
  'cron',
  'cron(',
  'cron()',
  'cron(60 0 ? * * *)',
  'cron(0 24 ? * * *)',
  'cron(0 0 32 * ? *)',
  'cron(0 0 ? 13 * *)',
  'cron(0 0 ? * 8 *)',
  'cron(0 0 ? * FOO *)',
  'cron(0 0 ? * ? *)',
  'cron(0 0 1 * 1 *)',
  'cron(? 0 ? * 1 *)',
  'cron(0 0 ? * 2#6 *)',
  'cron(0 0 ? * * 1969)',
  'cron(*/0 0 ? * * *)',
  'cron(1-2-3 0 ? * * *)',
  'cron(0 0 ? * * *) ',
  'rate(5)',
  'rate(1 hours)',
  'rate(2 hour)',
  'rate(-1 hours)',
  'at(2027-02-29T00:00:00)',
  'at(2027-01-01)',
  'at(2027-01-01T24:00:00)',
  'every(1 hour)',
]) {
  test(`'${text}' is no schedule`, () => assert.notEqual(scheduleFault(text), undefined));
}

test('an ARN is taken apart, colons of its resource kept', () => {
  const arn = parseArn('arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:a-b:key:stage:');
  assert.equal(arn?.partition, 'aws-us-gov');
  assert.equal(arn?.resource, 'secret:a-b:key:stage:');
  for (const text of ['', 'arn:aws:s3', 'arn:aws:s3:::', 'arn:evil:iam::1:role/x', 'arn:aws:iam::1: x'])
    assert.equal(parseArn(text), undefined);
});

test('names that look like secrets are told from those that only speak of them', () => {
  for (const name of [
    'PASSWORD',
    'DB_PASSWORD',
    'OPENAI_API_KEY',
    'GITHUB_TOKEN',
    'AWS_SECRET_ACCESS_KEY',
    'CLIENT_SECRET',
    'db_password',
    'APIKEY',
  ])
    assert.ok(isSecretName(name), name);
  for (const name of [
    'LOG_LEVEL',
    'MAX_TOKENS',
    'PASSWORD_FILE',
    'SECRET_ARN',
    'TOKEN_URL',
    'KEYBOARD',
    'SECRETARY',
    'PWD',
    'AWS_ACCESS_KEY_ID',
  ])
    assert.ok(!isSecretName(name), name);
});

test('the count of an autoscaled service is by default 1, moved into the band', () => {
  assert.equal(manifestOf(yamlWith({ autoscaling: { minCapacity: 3 } })).spec.desiredCount, 3);
  assert.equal(manifestOf(yamlWith({ autoscaling: { minCapacity: 0, maxCapacity: 0 } })).spec.desiredCount, 0);
  assert.equal(manifestOf(yamlWith({ autoscaling: {} })).spec.desiredCount, 1);
});

test('warnings do not make a manifest invalid', () => {
  const { manifests, errors } = load(yamlWith({ image: { uri: 'app' } }));
  assert.equal(manifests.length, 1);
  assert.deepEqual(
    errors.map((error) => error.severity),
    ['warning'],
  );
});
