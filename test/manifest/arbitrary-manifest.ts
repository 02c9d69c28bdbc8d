import fc from 'fast-check';
import type { FargateServiceDocument } from '../../src/manifest/fargate-service.generated.ts';
import { loadFile } from '../../src/manifest/load-file.ts';
import { FARGATE_SIZES } from '../../src/manifest/rules/task-size.ts';
import type { FargateService } from '../../src/manifest/types.ts';

export interface ArbitraryOptions {
  /**
   * True: every form the schema knows. False, the default: what a plain `apply` in one account carries to AWS, which
   * leaves out image builds, listener rules, traffic strategies, accounts, roles to assume, `observe` and suspension.
   */
  readonly everything?: boolean;
}

const ACCOUNT = '123456789012';
const REGION = 'us-east-1';

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,18}[a-z0-9]$/);
const ecsName = fc.stringMatching(/^[A-Za-z0-9_-]{1,24}$/);
const hex = fc.stringMatching(/^[0-9a-f]{16}$/);
const variableName = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,12}$/);
/** Text that YAML, shells and substitution like to misread. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 16 }),
  fc.constantFrom(
    '',
    'true',
    'null',
    '8080',
    '1.10',
    '0o14',
    '$',
    '$$',
    `\${HOME}`,
    '$${',
    'a: b',
    '# c',
    '- d',
    '&e',
    '*f',
  ),
  fc.constantFrom(
    ' g ',
    'h\ni',
    '\tj',
    "k'l",
    'm"n',
    '\u001b[31m',
    '\u0085',
    '\u2028',
    '\u202e',
    '\u007f',
    '~',
    '<<',
    '---',
  ),
);
const tagText = fc.stringMatching(/^[A-Za-z0-9 _.:/=+@-]{0,20}$/);
const tags = fc.dictionary(fc.stringMatching(/^t[A-Za-z0-9_.:/=+@-]{0,12}$/), tagText, { maxKeys: 4 });
const annotations = fc.dictionary(fc.stringMatching(/^example\.com\/[a-z]{1,8}$/), text, { maxKeys: 2 });

/** Any valid document, defaults not filled in, as plain data. Strings are as they are meant: `$` is not escaped. */
export function arbitraryDocument(options: ArbitraryOptions = {}): fc.Arbitrary<FargateServiceDocument> {
  return parts(options).map(({ loadBalancers, autoscaling, ...spec }) => {
    const balanced = (loadBalancers ?? []).length > 0;
    const scaled = autoscaling === undefined ? {} : { autoscaling: withoutRequests(autoscaling, balanced) };
    const count = countWithin(spec.desiredCount, autoscaling);
    const { metadata, desiredCount: _, ...rest } = spec;
    const all = { ...rest, ...(loadBalancers ? { loadBalancers } : {}), ...scaled, ...count };
    return {
      apiVersion: 'evenkeel.dev/v1',
      kind: 'FargateService',
      metadata,
      spec: defined(all),
    } as FargateServiceDocument;
  });
}

/** Any valid manifest. Throws if the generated document is refused: that is a defect of this file. */
export function arbitraryManifest(options: ArbitraryOptions = {}): fc.Arbitrary<FargateService> {
  return arbitraryDocument(options).map((document) => {
    const loaded = loadFile(
      { file: 'arbitrary.json', text: jsonOf(document) },
      { variables: {}, defaultRegion: REGION },
    );
    const manifest = loaded.manifests[0]?.manifest;
    if (manifest === undefined) throw new Error(`not valid: ${JSON.stringify([loaded.errors, document], null, 1)}`);
    return manifest;
  });
}

/** A document as JSON text in which no string is taken for a variable. */
export function jsonOf(document: unknown): string {
  return JSON.stringify(escapeDollars(document), null, 1).replace(/[\u007f-\u009f]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

export function escapeDollars(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$');
  if (Array.isArray(value)) return value.map(escapeDollars);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, escapeDollars(member)]));
}

function parts({ everything = false }: ArbitraryOptions) {
  const only = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
    everything ? optional(arbitrary) : fc.constant(undefined);
  return fc
    .record({
      metadata: metadata(everything),
      mode: only(fc.constantFrom('manage', 'observe')),
      deletionPolicy: optional(fc.constantFrom('retain', 'delete')),
      region: optional(fc.constant(REGION)),
      account: only(fc.constant(ACCOUNT)),
      assumeRoleArn: only(role()),
      cluster: fc.constantFrom('agents', 'demo'),
      serviceName: optional(ecsName),
      family: optional(ecsName),
      size: fc
        .constantFrom(...FARGATE_SIZES)
        .chain(({ cpu, memory }) => fc.record({ cpu: fc.constant(cpu), memory: fc.constantFrom(...memory) })),
      architecture: optional(fc.constantFrom('x86_64', 'arm64')),
      ephemeralStorageGiB: optional(fc.integer({ min: 21, max: 200 })),
      platformVersion: optional(fc.constantFrom('LATEST', '1.4.0')),
      executionRoleArn: role(),
      taskRoleArn: optional(role()),
      image: image(everything),
      container: optional(container()),
      sidecars: optional(sidecars()),
      volumes: optional(volumes()),
      network: network(),
      desiredCount: optional(fc.integer({ min: 0, max: 20 })),
      capacityProviders: optional(capacityProviders()),
      logging: optional(logging()),
      loadBalancers: optional(loadBalancers(everything)),
      autoscaling: optional(autoscaling()),
      rollout: optional(rollout(everything)),
      enableExecuteCommand: optional(fc.boolean()),
      tags: optional(tags),
      raw: optional(raw()),
    })
    .map(({ size, ...rest }) => ({ ...rest, ...size }));
}

function optional<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(arbitrary, { nil: undefined });
}

/** Members that are undefined are left out, as a document has it. */
function defined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}

function partial<T extends object>(members: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> {
  return fc.record<T>(members, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
}

function role(): fc.Arbitrary<string> {
  return name.map((text) => `arn:aws:iam::${ACCOUNT}:role/${text}`);
}

function metadata(everything: boolean) {
  const namespace = everything ? optional(name) : fc.constantFrom(undefined, 'default', 'tenant-a');
  return fc.record({ name, namespace, labels: optional(tags), annotations: optional(annotations) }).map(defined);
}

function image(everything: boolean) {
  const uri = fc
    .tuple(name, fc.stringMatching(/^[0-9]\.[0-9]{1,2}$/))
    .map(([repository, tag]) => `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/${repository}:${tag}`);
  const reference = fc.record({ uri, follow: optional(fc.boolean()) }).map(defined);
  if (!everything) return reference;
  const build = fc
    .record({
      context: name.map((text) => `./${text}`),
      dockerfile: optional(fc.constantFrom('Dockerfile', 'docker/Dockerfile')),
      target: optional(name),
      args: optional(fc.dictionary(variableName, text, { maxKeys: 2 })),
      // A manifest's name may hold two dashes in a row, an ECR repository's may not: so it is always given.
      repository: name.map((text) => text.replace(/-+/g, '-')),
      template: optional(fc.constant('strands-agent' as const)),
    })
    .map((members) => ({ build: defined(members) }));
  return fc.oneof(reference, build);
}

function container() {
  return partial({
    name: fc.constantFrom('app', 'strands-agent'),
    port: fc.integer({ min: 1, max: 8999 }),
    environment: fc.dictionary(variableName, text, { maxKeys: 5 }),
    secrets: fc.dictionary(
      variableName.map((text) => `SECRET_${text}`),
      hex.map((id) => `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:s-${id}`),
      { maxKeys: 3 },
    ),
    command: fc.array(text, { maxLength: 3 }),
    entryPoint: fc.array(text, { maxLength: 2 }),
    healthCheck: healthCheck(),
    stopTimeoutSeconds: fc.integer({ min: 0, max: 120 }),
  }).map(withoutClashes);
}

/** ECS takes a name from `environment` or from `secrets`, not from both. */
function withoutClashes<T extends { environment?: Record<string, string>; secrets?: Record<string, string> }>(
  value: T,
): T {
  if (value.environment === undefined || value.secrets === undefined) return value;
  const kept = Object.entries(value.environment).filter(([key]) => !Object.hasOwn(value.secrets!, key));
  return { ...value, environment: Object.fromEntries(kept) };
}

function healthCheck() {
  const times = {
    intervalSeconds: fc.integer({ min: 60, max: 300 }),
    timeoutSeconds: fc.integer({ min: 2, max: 30 }),
    retries: fc.integer({ min: 1, max: 10 }),
    startPeriodSeconds: fc.integer({ min: 0, max: 300 }),
  };
  return fc.oneof(
    partial({ path: fc.constantFrom('/', '/health', '/a/b?c=d'), ...times }),
    fc.record({ command: text.map((line) => ['CMD-SHELL', line]) }),
    fc.record({ disabled: fc.constant(true) }),
  );
}

function sidecars() {
  return fc
    .array(
      fc.record({
        essential: fc.boolean(),
        environment: fc.dictionary(variableName, text, { maxKeys: 2 }),
        hasPort: fc.boolean(),
      }),
      {
        maxLength: 2,
      },
    )
    .map((items) =>
      items.map(({ essential, environment, hasPort }, index) => ({
        name: `sidecar-${index}`,
        image: `public.ecr.aws/example/sidecar:${index}.0`,
        essential,
        environment: Object.entries(environment).map(([key, value]) => ({ name: key, value })),
        ...(hasPort ? { portMappings: [{ containerPort: 9000 + index, protocol: 'tcp' }] } : {}),
        ...(index > 0 ? { dependsOn: [{ containerName: `sidecar-${index - 1}`, condition: 'START' }] } : {}),
      })),
    );
}

function volumes() {
  const volume = fc.oneof(
    fc.constant({}),
    hex.map((id) => ({ efsVolumeConfiguration: { fileSystemId: `fs-${id}`, transitEncryption: 'ENABLED' } })),
  );
  return fc
    .array(volume, { maxLength: 2 })
    .map((items) => items.map((item, index) => ({ name: `volume-${index}`, ...item })));
}

function network() {
  const ids = (prefix: string, maxLength: number): fc.Arbitrary<string[]> =>
    fc.uniqueArray(hex, { minLength: 1, maxLength }).map((items) => items.map((id) => `${prefix}-${id}`));
  return fc
    .record({ subnets: ids('subnet', 4), securityGroups: ids('sg', 3), assignPublicIp: optional(fc.boolean()) })
    .map(defined);
}

function capacityProviders() {
  const weight = fc.integer({ min: 1, max: 10 });
  return fc.oneof(
    fc.constant([]),
    weight.map((value) => [{ name: 'FARGATE', weight: value }]),
    fc.tuple(weight, weight).map(([spot, base]) => [
      { name: 'FARGATE_SPOT', weight: spot },
      { name: 'FARGATE', base },
    ]),
  );
}

function logging() {
  return partial({
    enabled: fc.boolean(),
    group: name.map((group) => `/ecs/${group}`),
    retentionDays: fc.constantFrom(0, 1, 7, 30, 3653),
    streamPrefix: name,
  });
}

function loadBalancers(everything: boolean) {
  const balancing = `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}`;
  const attached = fc
    .tuple(name, hex)
    .map(([group, id]) => ({ targetGroupArn: `${balancing}:targetgroup/${group}/${id}` }));
  const listener = fc
    .record({
      listenerArn: fc.tuple(hex, hex).map(([lb, id]) => `${balancing}:listener/app/edge/${lb}/${id}`),
      priority: fc.integer({ min: 1, max: 50_000 }),
      hosts: fc.constant(['agent.example.com']),
      paths: optional(fc.constant(['/support/*'])),
      healthCheckPath: optional(fc.constant('/ready')),
      deregistrationDelaySeconds: optional(fc.integer({ min: 0, max: 3600 })),
    })
    .map(defined);
  const item: fc.Arbitrary<object> = everything ? fc.oneof(attached, listener) : attached;
  return fc.uniqueArray(item, { maxLength: 2, selector: (member) => JSON.stringify(member) });
}

function autoscaling() {
  const cooldowns = {
    scaleInCooldownSeconds: fc.integer({ min: 0, max: 3600 }),
    scaleOutCooldownSeconds: fc.integer({ min: 0, max: 3600 }),
    disableScaleIn: fc.boolean(),
  };
  const percent = fc.integer({ min: 1, max: 100 });
  const custom = {
    name: 'backlog',
    specification: { MetricName: 'Backlog', Namespace: 'Agents', Statistic: 'Average' },
    value: 10,
  };
  const target = fc
    .tuple(
      fc.oneof(
        percent.map((cpu) => ({ cpu })),
        percent.map((memory) => ({ memory })),
        fc.integer({ min: 1, max: 5000 }).map((requestsPerTarget) => ({ requestsPerTarget })),
        fc.constant({ metric: custom }),
      ),
      partial(cooldowns),
    )
    .map(([metric, rest]) => ({ ...metric, ...rest }));
  const schedule = fc.record({
    schedule: fc.constantFrom('cron(0 8 ? * MON-FRI *)', 'rate(2 hours)', 'at(2030-01-31T08:00:00)'),
    timezone: optional(fc.constantFrom('UTC', 'Europe/Berlin')),
  });
  return fc
    .record({
      band: fc.tuple(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 10 })),
      targets: optional(fc.uniqueArray(target, { maxLength: 4, selector: (member) => Object.keys(member)[0] })),
      schedules: optional(fc.array(schedule, { maxLength: 2 })),
    })
    .map(({ band: [low, more], targets, schedules }) =>
      defined({
        minCapacity: low,
        maxCapacity: Math.max(1, low + more),
        targets,
        schedules: schedules?.map((item, index) => defined({ name: `s-${index}`, ...item, minCapacity: low })),
      }),
    );
}

interface Band {
  readonly minCapacity: number;
  readonly maxCapacity: number;
}

function withoutRequests<T extends { targets?: object[] | undefined }>(value: T, balanced: boolean): T {
  const targets = value.targets?.filter((target) => balanced || !('requestsPerTarget' in target));
  return defined({ ...value, targets });
}

function countWithin(count: number | undefined, band: Band | undefined): { readonly desiredCount?: number } {
  if (count === undefined) return {};
  const within = band === undefined ? count : Math.min(Math.max(count, band.minCapacity), band.maxCapacity);
  return { desiredCount: within };
}

function rollout(everything: boolean) {
  return fc
    .tuple(
      // None of these can be stuck, whatever the number of tasks.
      fc.constantFrom([100, 200], [50, 200], [0, 100], [0, 300]),
      partial({
        circuitBreaker: fc.constantFrom({}, { enabled: true, rollback: false }, { enabled: false }, { rollback: true }),
        alarms: fc.uniqueArray(name, { maxLength: 2 }),
        healthCheckGracePeriodSeconds: fc.integer({ min: 0, max: 600 }),
        timeoutMinutes: fc.integer({ min: 1, max: 1440 }),
        ...(everything ? { strategy: fc.constantFrom('rolling', 'blueGreen', 'canary', 'linear') } : {}),
      }),
    )
    .map(([[minimumHealthyPercent, maximumPercent], rest]) => ({ minimumHealthyPercent, maximumPercent, ...rest }));
}

function raw() {
  return partial({
    taskDefinition: partial({ pidMode: fc.constant('task') }),
    service: partial({
      propagateTags: fc.constantFrom('NONE', 'SERVICE', 'TASK_DEFINITION'),
      enableECSManagedTags: fc.boolean(),
      availabilityZoneRebalancing: fc.constantFrom('ENABLED', 'DISABLED'),
    }),
  });
}
