import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isJsonObject, type JsonObject } from '../../src/lib/json.ts';
import type { FargateService } from '../../src/manifest/types.ts';
import { SCHEMAS } from '../../src/manifest/validate.ts';
import { load, manifestOf, shortForm, yamlWith } from './loading.ts';

const REQUEST = {
  deployment_type: 'ecs-fargate',
  cluster_name: 'agents',
  service_name: 'agent',
  task_definition_family: 'agent-family',
  subnet_ids: ['subnet-a', 'subnet-b'],
  security_group_ids: ['sg-a'],
  image_uri: 'registry.example.com/agent:1.0',
};

function lowered(request: object): FargateService {
  return manifestOf(JSON.stringify(request), 'request.json');
}

test('the smallest request becomes a manifest with the defaults of its table', () => {
  const { metadata, spec } = lowered(REQUEST);
  assert.deepEqual(metadata, { name: 'agent', namespace: 'default', labels: {}, annotations: {} });
  assert.equal(spec.cluster, 'agents');
  assert.equal(spec.serviceName, 'agent');
  assert.equal(spec.family, 'agent-family');
  assert.deepEqual([spec.cpu, spec.memory, spec.desiredCount, spec.region], [256, 512, 1, 'us-east-1']);
  assert.deepEqual([spec.container.name, spec.container.port], ['strands-agent', 8000]);
  assert.deepEqual(spec.network, {
    subnets: ['subnet-a', 'subnet-b'],
    securityGroups: ['sg-a'],
    assignPublicIp: false,
  });
  assert.deepEqual(spec.logging, { enabled: true, group: '/ecs/agent-family', retentionDays: 0, streamPrefix: 'ecs' });
  assert.deepEqual(spec.loadBalancers, []);
  assert.equal(spec.autoscaling, undefined);
  assert.deepEqual(spec.container.healthCheck, {
    probe: { path: '/health' },
    intervalSeconds: 30,
    timeoutSeconds: 5,
    retries: 3,
    startPeriodSeconds: 60,
  });
  assert.deepEqual(spec.image, { uri: 'registry.example.com/agent:1.0', follow: false });
});

test('the smallest long form has the same defaults as the smallest request', () => {
  const long = manifestOf(
    yamlWith({
      family: 'agent-family',
      network: { subnets: ['subnet-a', 'subnet-b'], securityGroups: ['sg-a'] },
      executionRoleArn: undefined,
    }),
  );
  assert.deepEqual(long, lowered(REQUEST));
});

/** Every field of a request, one at a time: what it changes in the manifest. */
const fields: readonly (readonly [
  field: string,
  value: unknown,
  read: (manifest: FargateService) => unknown,
  becomes: unknown,
])[] = [
  ['container_name', 'app', (m) => m.spec.container.name, 'app'],
  ['container_port', 80, (m) => m.spec.container.port, 80],
  ['cpu', 256, (m) => m.spec.cpu, 256],
  ['memory', 1024, (m) => m.spec.memory, 1024],
  ['assign_public_ip', true, (m) => m.spec.network.assignPublicIp, true],
  ['desired_count', 7, (m) => m.spec.desiredCount, 7],
  ['enable_logging', false, (m) => m.spec.logging.enabled, false],
  ['health_check_path', '/ping', (m) => m.spec.container.healthCheck?.probe, { path: '/ping' }],
  ['region', 'eu-west-1', (m) => m.spec.region, 'eu-west-1'],
  [
    'execution_role_arn',
    'arn:aws:iam::123456789012:role/e',
    (m) => m.spec.executionRoleArn,
    'arn:aws:iam::123456789012:role/e',
  ],
  ['task_role_arn', 'arn:aws:iam::123456789012:role/t', (m) => m.spec.taskRoleArn, 'arn:aws:iam::123456789012:role/t'],
  ['task_role_arn', null, (m) => m.spec.taskRoleArn, undefined],
  ['min_capacity', 2, (m) => m.spec.autoscaling, undefined],
  [
    'target_group_arn',
    'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef',
    (m) => [m.spec.loadBalancers, m.spec.rollout.healthCheckGracePeriodSeconds],
    [
      [
        {
          targetGroupArn: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef',
          containerName: 'strands-agent',
          containerPort: 8000,
        },
      ],
      60,
    ],
  ],
  [
    'enable_autoscaling',
    true,
    (m) => m.spec.autoscaling,
    {
      minCapacity: 1,
      maxCapacity: 10,
      schedules: [],
      targets: [
        {
          metric: { kind: 'cpu' },
          value: 70,
          scaleInCooldownSeconds: 300,
          scaleOutCooldownSeconds: 300,
          disableScaleIn: false,
        },
      ],
    },
  ],
];

for (const [field, value, read, becomes] of fields) {
  test(`${field}: ${JSON.stringify(value)} of a request goes where the table says`, () => {
    assert.deepEqual(read(lowered({ ...REQUEST, [field]: value })), becomes);
  });
}

test('code_path becomes an image built as a Strands agent', () => {
  const { image_uri: _, ...rest } = REQUEST;
  const build = {
    context: './agent',
    dockerfile: 'Dockerfile',
    args: {},
    repository: 'agent',
    repositorySettings: { tagMutability: 'IMMUTABLE', scanOnPush: true },
    template: 'strands-agent',
  };
  assert.deepEqual(lowered({ ...rest, code_path: './agent' }).spec.image, { build });
});

test('a request has one of image_uri and code_path', () => {
  const { image_uri: _, ...rest } = REQUEST;
  const complaints = (request: object): readonly string[] =>
    load(JSON.stringify(request), 'a.json')
      .errors.filter((error) => error.severity === 'error')
      .map(shortForm);
  assert.deepEqual(complaints(rest), [': must have one of `image_uri` and `code_path`']);
  assert.deepEqual(complaints({ ...rest, image_uri: null, code_path: null }), [
    ': must have one of `image_uri` and `code_path`',
  ]);
  assert.deepEqual(complaints({ ...REQUEST, code_path: './a' }), [
    ': must have only one of `image_uri` and `code_path`',
  ]);
});

test('errors of a request stand at its own fields', () => {
  const request = {
    ...REQUEST,
    memory: 8192,
    subnet_ids: ['subnet-a', 'subnet-a'],
    enable_autoscaling: true,
    desired_count: 50,
    region: 'mars',
    containr_port: 1,
  };
  const { errors } = load(JSON.stringify(request, null, 2), 'a.json');
  const found = errors.filter((error) => error.severity === 'error');
  const text = JSON.stringify(request, null, 2).split('\n');
  const marked = found.map(({ line, column, length }) => text[line - 1]!.slice(column - 1, column - 1 + length));
  assert.deepEqual(marked.sort(), ['"containr_port"', '"mars"', '"subnet-a"', '50', '8192'].sort());
});

test('a request is recognised without its type, by its fields', () => {
  const { deployment_type: _, ...rest } = REQUEST;
  assert.deepEqual(lowered(rest), lowered(REQUEST));
});

test('a request in YAML is the same as one in JSON', () => {
  const yaml = Object.entries(REQUEST).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  assert.deepEqual(manifestOf(yaml.join('\n')), lowered(REQUEST));
});

/** Defaults the schema states, by path; parts of lists are left out. */
function statedDefaults(
  schema: JsonObject,
  node: JsonObject,
  path: readonly string[],
): readonly (readonly [string, unknown])[] {
  const reference = typeof node['$ref'] === 'string' ? node['$ref'].split('/').at(-1)! : undefined;
  const definitions = schema['definitions'];
  const target = reference !== undefined && isJsonObject(definitions) ? definitions[reference] : node;
  if (!isJsonObject(target)) return [];
  const own =
    target['default'] === undefined || path.length === 0 ? [] : [[path.join('.'), target['default']] as const];
  const properties = isJsonObject(target['properties']) ? target['properties'] : {};
  return [
    ...own,
    ...Object.entries(properties).flatMap(([name, member]) =>
      isJsonObject(member) ? statedDefaults(schema, member, [...path, name]) : [],
    ),
  ];
}

test('every default that the schema states is the default that is applied', () => {
  const manifest = manifestOf(yamlWith({ image: { build: { context: './a' } }, autoscaling: {} }));
  const withUri = manifestOf(yamlWith());
  const elsewhere: Readonly<Record<string, unknown>> = {
    'spec.image.follow':
      'uri' in withUri.spec.image && withUri.spec.image.uri !== undefined ? withUri.spec.image.follow : undefined,
    'spec.container.healthCheck.path': '/health',
    'spec.container.healthCheck.disabled': false,
  };
  const stated = statedDefaults(SCHEMAS.service, SCHEMAS.service, []);
  assert.ok(stated.length > 30);
  for (const [path, value] of stated) {
    const applied =
      path in elsewhere
        ? elsewhere[path]
        : path.split('.').reduce<unknown>((here, step) => (isJsonObject(here) ? here[step] : undefined), manifest);
    assert.deepEqual(applied, value, path);
  }
});

test('a container that has a load balancer gets a grace period, and one that has none does not', () => {
  assert.equal(manifestOf(yamlWith()).spec.rollout.healthCheckGracePeriodSeconds, undefined);
  assert.equal(
    manifestOf(yamlWith({ rollout: { healthCheckGracePeriodSeconds: 0 } })).spec.rollout.healthCheckGracePeriodSeconds,
    0,
  );
});

test('schedules alone bring no target along; nothing at all brings 70 % CPU', () => {
  const schedules = [{ name: 's', schedule: 'rate(2 hours)', minCapacity: 1 }];
  assert.deepEqual(manifestOf(yamlWith({ autoscaling: { schedules } })).spec.autoscaling?.targets, []);
  assert.deepEqual(manifestOf(yamlWith({ autoscaling: { targets: [] } })).spec.autoscaling?.targets, []);
  assert.equal(manifestOf(yamlWith({ autoscaling: {} })).spec.autoscaling?.targets[0]?.value, 70);
});

test('the region of the controller is for manifests that name none', () => {
  assert.equal(manifestOf(yamlWith()).spec.region, 'us-east-1');
  assert.equal(manifestOf(yamlWith({ region: 'eu-west-1' })).spec.region, 'eu-west-1');
});
