import type { TaskDefinitionSettings } from '../aws/operations.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../lib/json.ts';
import { compact, sortedBy } from './normal-form.ts';

type Open = Record<string, unknown>;

/** What ECS adds to a task definition and nobody can set (SDK type `TaskDefinition`). */
const OUTPUT_ONLY: ReadonlySet<string> = new Set([
  'taskDefinitionArn',
  'revision',
  'status',
  'requiresAttributes',
  'compatibilities',
  'registeredAt',
  'registeredBy',
  'deregisteredAt',
  'deleteRequestedAt',
  'tags',
  'inferenceAccelerators',
]);

/** Container members that ECS may return as `false` where nobody set them. */
const FALSE_BY_DEFAULT: ReadonlySet<string> = new Set([
  'disableNetworking',
  'privileged',
  'readonlyRootFilesystem',
  'interactive',
  'pseudoTerminal',
]);

/**
 * A task definition in the one form in which what was asked for and what ECS returns are equal: defaults that ECS fills
 * in are left out, lists whose order ECS does not keep are sorted, "1 vCPU" is 1024. The defaults are those of the API
 * reference of RegisterTaskDefinition; that ECS writes them back is recorded in hashicorp/terraform-provider-aws
 * (container_definitions.go) and kayac/ecspresso (diff.go).
 */
export function normaliseTaskDefinition(document: TaskDefinitionSettings): JsonObject {
  const open: Open = Object.fromEntries(Object.entries(document).filter(([name]) => !OUTPUT_ONLY.has(name)));
  const { cpuArchitecture, operatingSystemFamily } = asOpen(open['runtimePlatform']);
  const ephemeral = asOpen(open['ephemeralStorage'])['sizeInGiB'];
  return compactObject({
    ...open,
    networkMode: open['networkMode'] ?? 'awsvpc',
    cpu: amount(open['cpu'], 'vcpu'),
    memory: amount(open['memory'], 'gb'),
    requiresCompatibilities: asStrings(open['requiresCompatibilities']).toSorted(),
    runtimePlatform: {
      cpuArchitecture: cpuArchitecture ?? 'X86_64',
      operatingSystemFamily: operatingSystemFamily ?? 'LINUX',
    },
    ephemeralStorage: ephemeral === 20 ? undefined : open['ephemeralStorage'],
    enableFaultInjection: trueOrAbsent(open['enableFaultInjection']),
    containerDefinitions: sortedBy(asList(open['containerDefinitions']).map(normaliseContainer), nameIn),
    volumes: sortedBy(asList(open['volumes']).map(normaliseVolume), nameIn),
    placementConstraints: undefined,
    proxyConfiguration: normaliseProxy(open['proxyConfiguration']),
  });
}

/** "1 vCPU" is 1024 and "0.5 GB" 512: ECS converts both when it registers them (SDK, RegisterTaskDefinitionRequest). */
function amount(value: unknown, unit: 'vcpu' | 'gb'): unknown {
  if (typeof value !== 'string') return typeof value === 'number' ? String(value) : value;
  const text = value.trim().toLowerCase();
  if (!text.endsWith(unit)) return text;
  const units = Number(text.slice(0, -unit.length));
  return Number.isNaN(units) ? value : String(units * 1024);
}

function normaliseContainer(container: Open): JsonObject {
  const flags = [...FALSE_BY_DEFAULT].map((name) => [name, trueOrAbsent(container[name])] as const);
  return compactObject({
    ...container,
    ...Object.fromEntries(flags),
    cpu: container['cpu'] === 0 ? undefined : container['cpu'],
    memory: container['memory'] === 0 ? undefined : container['memory'],
    memoryReservation: container['memoryReservation'] === 0 ? undefined : container['memoryReservation'],
    essential: container['essential'] === false ? false : undefined,
    portMappings: sortedBy(asList(container['portMappings']).map(normalisePort), portKey),
    environment: normaliseEnvironment(container['environment']),
    secrets: sortedBy(asList(container['secrets']), nameIn),
    mountPoints: sortedBy(asList(container['mountPoints']).map(withoutFalse('readOnly')), textIn('containerPath')),
    volumesFrom: sortedBy(asList(container['volumesFrom']).map(withoutFalse('readOnly')), textIn('sourceContainer')),
    dependsOn: sortedBy(asList(container['dependsOn']), textIn('containerName')),
    ulimits: sortedBy(asList(container['ulimits']), nameIn),
    systemControls: sortedBy(asList(container['systemControls']), textIn('namespace')),
    resourceRequirements: sortedBy(asList(container['resourceRequirements']), textIn('type')),
    logConfiguration: normaliseLogging(container['logConfiguration']),
    healthCheck: normaliseHealthCheck(container['healthCheck']),
    linuxParameters: normaliseLinux(container['linuxParameters']),
    restartPolicy: normaliseRestart(container['restartPolicy']),
    versionConsistency: container['versionConsistency'] === 'enabled' ? undefined : container['versionConsistency'],
  });
}

/** In awsvpc mode the host port is the container port and `protocol` is tcp (terraform-provider-aws #3401, ansible #22547). */
function normalisePort(port: Open): Open {
  const { hostPort, protocol, ...rest } = port;
  const sameHost = hostPort === undefined || hostPort === 0 || hostPort === port['containerPort'];
  const tcp = protocol === undefined || protocol === '' || protocol === 'tcp';
  return { ...rest, ...(sameHost ? {} : { hostPort }), ...(tcp ? {} : { protocol }) };
}

function portKey(port: Open): string {
  return `${plainText(port['containerPort'] ?? port['containerPortRange'])}/${plainText(port['protocol'] ?? 'tcp')}`;
}

/** ECS does not keep the order; a value left out is the empty one. */
function normaliseEnvironment(environment: unknown): readonly Open[] {
  const entries = asList(environment).map((entry) => ({ name: entry['name'], value: entry['value'] ?? '' }));
  return sortedBy(entries, nameIn);
}

function normaliseLogging(logging: unknown): unknown {
  if (!isJsonObject(logging)) return undefined;
  return { ...logging, secretOptions: sortedBy(asList(logging['secretOptions']), nameIn) };
}

/** ECS fills in interval 30, timeout 5 and retries 3; `startPeriod` 0 is no start period (SDK, HealthCheck). */
function normaliseHealthCheck(check: unknown): unknown {
  if (!isJsonObject(check)) return undefined;
  const { startPeriod, ...rest } = check;
  const filled = { interval: 30, timeout: 5, retries: 3, ...definedOnly(rest) };
  return startPeriod === undefined || startPeriod === 0 ? filled : { ...filled, startPeriod };
}

function normaliseLinux(linux: unknown): unknown {
  if (!isJsonObject(linux)) return undefined;
  const capabilities = asOpen(linux['capabilities']);
  return {
    ...linux,
    initProcessEnabled: trueOrAbsent(linux['initProcessEnabled']),
    capabilities: {
      add: asStrings(capabilities['add']).toSorted(),
      drop: asStrings(capabilities['drop']).toSorted(),
    },
  };
}

function normaliseRestart(policy: unknown): unknown {
  if (!isJsonObject(policy)) return undefined;
  const period = policy['restartAttemptPeriod'];
  return { ...policy, restartAttemptPeriod: period === 300 ? undefined : period };
}

function normaliseVolume(volume: Open): Open {
  return {
    ...withoutFalse('configuredAtLaunch')(volume),
    efsVolumeConfiguration: normaliseEfs(volume['efsVolumeConfiguration']),
  };
}

/** `rootDirectory` "/" and DISABLED are what EFS volumes have without saying so (SDK, EFSVolumeConfiguration). */
function normaliseEfs(efs: unknown): unknown {
  if (!isJsonObject(efs)) return undefined;
  const authorization = asOpen(efs['authorizationConfig']);
  return {
    ...efs,
    rootDirectory: efs['rootDirectory'] === '/' ? undefined : efs['rootDirectory'],
    transitEncryption: enabledOrAbsent(efs['transitEncryption']),
    authorizationConfig: { ...authorization, iam: enabledOrAbsent(authorization['iam']) },
  };
}

function normaliseProxy(proxy: unknown): unknown {
  if (!isJsonObject(proxy)) return undefined;
  return { ...proxy, type: proxy['type'] ?? 'APPMESH', properties: sortedBy(asList(proxy['properties']), nameIn) };
}

function withoutFalse(name: string): (item: Open) => Open {
  return (item) => ({ ...item, [name]: trueOrAbsent(item[name]) });
}

function trueOrAbsent(value: unknown): true | undefined {
  return value === true ? true : undefined;
}

function enabledOrAbsent(value: unknown): unknown {
  return value === 'DISABLED' ? undefined : value;
}

function definedOnly(open: object): object {
  return Object.fromEntries(Object.entries(open).filter(([, value]) => value !== undefined && value !== null));
}

function textIn(member: string): (item: Open) => string {
  return (item) => plainText(item[member]);
}

function plainText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
const nameIn = textIn('name');

function asOpen(value: unknown): Open {
  return isJsonObject(value) ? { ...value } : {};
}

function asList(value: unknown): readonly Open[] {
  return Array.isArray(value) ? value.filter((item) => isJsonObject(item)).map((item) => ({ ...item })) : [];
}

function asStrings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

function compactObject(open: Open): JsonObject {
  const compacted: JsonValue | undefined = compact(open);
  return isJsonObject(compacted) ? compacted : {};
}
