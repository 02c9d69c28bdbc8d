import { UsageError } from '../lib/errors.ts';
import { type CodeBuildConfig, readCodeBuild } from './codebuild-config.ts';
import type { ConfigInput } from './config-input.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything a command needs to know, checked. Times are milliseconds. */
export interface Config {
  readonly region: string;
  readonly profile?: string;
  /** For every AWS API, unless `endpoints` has one of its own. */
  readonly endpoint?: string;
  /** By API: `ecs`, `ecr`, `logs`, `application-autoscaling`, `elbv2`, `sts`, `codebuild`, `s3`. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** Given when an endpoint on this machine is used and no credentials are configured: the sandbox takes any. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Values for `${NAME}` in manifests. */
  readonly variables: Readonly<Record<string, string>>;
  /** Which installation this is; goes into the ownership tags. */
  readonly controllerId: string;
  readonly sourcePath?: string;
  readonly listen: { readonly host: string; readonly port: number };
  readonly server: string;
  /** Bearer token for the daemon's writing routes; absent: they are off. */
  readonly token?: string;
  readonly sandboxPort: number;
  /** File of fault rules for the sandbox. */
  readonly faultsPath?: string;
  /** How many times faster than in AWS things happen in the sandbox. */
  readonly sandboxSpeed: number;
  /** A registry of the user's that stands where ECR's would. */
  readonly sandboxRegistry?: { readonly host: string; readonly password: string };
  readonly prune: boolean;
  readonly workers: number;
  /** What builds images: `auto`, an engine of this machine, or `codebuild`. */
  readonly builder: (typeof BUILDERS)[number];
  /** Where images are built in AWS CodeBuild; given whenever `builder` is `codebuild`. */
  readonly codeBuild?: CodeBuildConfig;
  /** How buildah stores and isolates, where its own configuration does not say. */
  readonly buildah: {
    readonly storage?: { readonly driver: string };
    readonly isolation?: 'chroot' | 'oci' | 'rootless';
  };
  /** Contexts and Dockerfiles must lie under it; absent: under the directory of their manifest. */
  readonly buildRoot?: string;
  /** Credentials for registries other than ECR, in the form of Docker's config.json. */
  readonly registryAuthFile?: string;
  readonly resyncMs: number;
  /** Must a manifest be absent so long before its service may be deleted. */
  readonly pruneGraceMs: number;
  readonly shutdownGraceMs: number;
  readonly passTimeoutMs: number;
  /** The part of AWS's quotas used at most, and by how much the account's were raised. */
  readonly quota: { readonly share: number; readonly scale: number };
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  readonly logFormat?: 'json' | 'text';
}

/** Documented defaults; each has an `EVENKEEL_…` variable. */
const DEFAULTS = {
  region: 'us-east-1',
  controllerId: 'evenkeel',
  listen: '127.0.0.1:9090',
  server: 'http://127.0.0.1:9090',
  sandboxPort: 4566,
  sandboxSpeed: 1,
  workers: 128,
  resyncSeconds: 60,
  pruneGraceSeconds: 300,
  shutdownGraceSeconds: 25,
  /** An image may be built in a pass. */
  passTimeoutSeconds: 1800,
  quotaShare: 0.5,
  quotaScale: 1,
} as const;

const ENDPOINT_VARIABLES: Readonly<Record<string, string>> = {
  ecs: 'AWS_ENDPOINT_URL_ECS',
  ecr: 'AWS_ENDPOINT_URL_ECR',
  logs: 'AWS_ENDPOINT_URL_CLOUDWATCH_LOGS',
  'application-autoscaling': 'AWS_ENDPOINT_URL_APPLICATION_AUTO_SCALING',
  elbv2: 'AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2',
  sts: 'AWS_ENDPOINT_URL_STS',
  codebuild: 'AWS_ENDPOINT_URL_CODEBUILD',
  s3: 'AWS_ENDPOINT_URL_S3',
};
const BUILDERS = ['auto', 'docker', 'podman', 'buildah', 'codebuild'] as const;
const ISOLATIONS = ['chroot', 'oci', 'rootless'] as const;
const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
const YES_OR_NO = ['true', 'false'] as const;
const LOG_FORMATS = ['json', 'text'] as const;

/** Joins flags and environment, flags first. Throws one `UsageError` that names everything wrong. */
export function readConfig(input: ConfigInput, env: Environment): Config {
  const reader = new Reader(input, env);
  const config: Config = {
    region: reader.region(),
    ...reader.optional('profile', input.profile ?? set(env['AWS_PROFILE'])),
    ...reader.endpoints(),
    variables: reader.variables(),
    controllerId: reader.controllerId(),
    ...reader.optional('sourcePath', reader.source()),
    listen: reader.listen(),
    server: reader.url('server', input.server ?? env['EVENKEEL_SERVER'] ?? DEFAULTS.server),
    ...reader.optional('token', set(env['EVENKEEL_TOKEN'])),
    sandboxPort: input.port ?? reader.whole('EVENKEEL_SANDBOX_PORT', DEFAULTS.sandboxPort, 0, 65_535),
    sandboxSpeed: reader.number('EVENKEEL_SANDBOX_SPEED', DEFAULTS.sandboxSpeed, 1, 1000),
    ...reader.optional('sandboxRegistry', reader.sandboxRegistry()),
    ...reader.optional('faultsPath', input.faults),
    prune: input.prune || reader.oneOf('EVENKEEL_PRUNE', env['EVENKEEL_PRUNE'], YES_OR_NO) === 'true',
    ...reader.builder(),
    buildah: {
      ...reader.optional('storage', storageOf(set(env['EVENKEEL_BUILDAH_STORAGE_DRIVER']))),
      ...reader.optional(
        'isolation',
        reader.oneOf('EVENKEEL_BUILDAH_ISOLATION', env['EVENKEEL_BUILDAH_ISOLATION'], ISOLATIONS),
      ),
    },
    ...reader.optional('buildRoot', set(env['EVENKEEL_BUILD_ROOT'])),
    ...reader.optional('registryAuthFile', set(env['EVENKEEL_REGISTRY_AUTH_FILE'])),
    workers: reader.whole('EVENKEEL_WORKERS', DEFAULTS.workers, 1, 256),
    resyncMs: reader.seconds('EVENKEEL_RESYNC_SECONDS', DEFAULTS.resyncSeconds, 5, 3600),
    pruneGraceMs: reader.seconds('EVENKEEL_PRUNE_GRACE_SECONDS', DEFAULTS.pruneGraceSeconds, 0, 86_400),
    shutdownGraceMs: reader.seconds('EVENKEEL_SHUTDOWN_GRACE_SECONDS', DEFAULTS.shutdownGraceSeconds, 0, 600),
    passTimeoutMs: reader.seconds('EVENKEEL_PASS_TIMEOUT_SECONDS', DEFAULTS.passTimeoutSeconds, 5, 3600),
    quota: {
      share: reader.number('EVENKEEL_QUOTA_SHARE', DEFAULTS.quotaShare, 0.01, 1),
      scale: reader.number('EVENKEEL_QUOTA_SCALE', DEFAULTS.quotaScale, 0.01, 10_000),
    },
    logLevel: reader.oneOf('log level', input.logLevel ?? env['EVENKEEL_LOG_LEVEL'], LOG_LEVELS) ?? 'info',
    ...reader.optional(
      'logFormat',
      reader.oneOf('log format', input.logFormat ?? env['EVENKEEL_LOG_FORMAT'], LOG_FORMATS),
    ),
  };
  reader.throwIfWrong();
  return config;
}

function storageOf(driver: string | undefined): { readonly driver: string } | undefined {
  return driver === undefined ? undefined : { driver };
}

/** An empty variable counts as not set, as AWS's own tools have it. */
function set(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}

/** Reads one setting after the other and remembers what is wrong. */
class Reader {
  readonly #input: ConfigInput;
  readonly #env: Environment;
  readonly #problems: string[] = [];

  constructor(input: ConfigInput, env: Environment) {
    this.#input = input;
    this.#env = env;
  }

  throwIfWrong(): void {
    if (this.#problems.length > 0) throw new UsageError(this.#problems.join('\n'));
  }

  optional<Name extends string, Value>(name: Name, value: Value | undefined): { readonly [N in Name]?: Value } {
    return (value === undefined ? {} : { [name]: value }) as { readonly [N in Name]?: Value };
  }

  /** The SDK ignores AWS_DEFAULT_REGION, the AWS command line reads it. */
  region(): string {
    const region =
      this.#input.region ?? set(this.#env['AWS_REGION']) ?? set(this.#env['AWS_DEFAULT_REGION']) ?? DEFAULTS.region;
    if (!/^[a-z]{2}(-[a-z]+)+-\d+$/.test(region))
      this.#problems.push(`region '${region}' is not the name of an AWS region`);
    return region;
  }

  controllerId(): string {
    const id = set(this.#env['EVENKEEL_CONTROLLER_ID']) ?? DEFAULTS.controllerId;
    if (!/^[A-Za-z0-9._-]{1,64}$/.test(id)) {
      this.#problems.push(`EVENKEEL_CONTROLLER_ID must be 1 to 64 letters, digits, dots, dashes or underscores`);
    }
    return id;
  }

  endpoints(): Pick<Config, 'endpoint' | 'endpoints' | 'credentials'> {
    const all = this.#input.endpointUrl ?? set(this.#env['AWS_ENDPOINT_URL']);
    const endpoint = all === undefined ? undefined : this.url('endpoint URL', all);
    const endpoints: Record<string, string> = {};
    for (const [api, variable] of Object.entries(ENDPOINT_VARIABLES)) {
      const value = set(this.#env[variable]);
      if (value !== undefined) endpoints[api] = this.url(variable, value);
    }
    return {
      ...this.optional('endpoint', endpoint),
      endpoints,
      ...this.optional('credentials', this.#localCredentials(endpoint)),
    };
  }

  #localCredentials(endpoint: string | undefined): Config['credentials'] {
    const configured = [
      'AWS_ACCESS_KEY_ID',
      'AWS_PROFILE',
      'AWS_WEB_IDENTITY_TOKEN_FILE',
      'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
    ];
    const given = this.#input.profile !== undefined || configured.some((name) => set(this.#env[name]) !== undefined);
    if (endpoint === undefined || given || !isLocal(endpoint)) return undefined;
    return { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
  }

  /**
   * A person at a prompt means their environment. A daemon reads manifests that others wrote: it takes only what was
   * named for the purpose, `--var` and `EVENKEEL_VAR_<NAME>`.
   */
  variables(): Readonly<Record<string, string>> {
    const prefix = 'EVENKEEL_VAR_';
    const daemon = this.#input.verb === 'run' || this.#input.verb === 'demo';
    const given = Object.entries(this.#env).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    );
    const named = given
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]);
    return { ...Object.fromEntries(daemon ? [] : given), ...Object.fromEntries(named), ...this.#input.variables };
  }

  source(): string | undefined {
    const sources = this.#input.sources.length > 0 ? this.#input.sources : [set(this.#env['EVENKEEL_SOURCE'])];
    const [first, ...others] = sources.filter((source) => source !== undefined);
    if (others.length > 0) this.#problems.push('--source may be given once');
    if (first === undefined) return undefined;
    if (first.startsWith('dir:') && first.length > 4) return first.slice(4);
    this.#problems.push(`source '${first}' must be dir:PATH`);
    return undefined;
  }

  /** `HOST:PORT`, `:PORT` (every interface) or `PORT` (this machine only). */
  listen(): Config['listen'] {
    const text = this.#input.listen ?? set(this.#env['EVENKEEL_LISTEN']) ?? DEFAULTS.listen;
    const colon = text.lastIndexOf(':');
    const host = colon < 0 ? '127.0.0.1' : text.slice(0, colon).replace(/^\[|\]$/g, '') || '0.0.0.0';
    const port = Number(text.slice(colon + 1));
    const valid = /^\d+$/.test(text.slice(colon + 1)) && port <= 65_535;
    if (!valid) this.#problems.push(`listen address '${text}' must be HOST:PORT, :PORT or PORT`);
    return { host, port: valid ? port : 0 };
  }

  sandboxRegistry(): Config['sandboxRegistry'] {
    const host = set(this.#env['EVENKEEL_SANDBOX_REGISTRY']);
    if (host === undefined) return undefined;
    if (!/^[A-Za-z0-9.-]+(:\d{1,5})?$/.test(host)) {
      this.#problems.push(`EVENKEEL_SANDBOX_REGISTRY '${host}' must be HOST:PORT`);
    }
    return { host, password: this.#env['EVENKEEL_SANDBOX_REGISTRY_PASSWORD'] ?? '' };
  }

  builder(): Pick<Config, 'builder' | 'codeBuild'> {
    const builder = this.oneOf('EVENKEEL_BUILDER', this.#env['EVENKEEL_BUILDER'], BUILDERS) ?? 'auto';
    const codeBuild = readCodeBuild(this.#env, builder, (problem) => this.#problems.push(problem));
    return { builder, ...this.optional('codeBuild', codeBuild) };
  }

  url(what: string, text: string): string {
    const valid = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
    if (!valid) this.#problems.push(`${what} '${text}' must be an http or https URL`);
    return text.replace(/\/$/, '');
  }

  number(name: string, fallback: number, least: number, most: number): number {
    const text = set(this.#env[name]);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (Number.isFinite(value) && value >= least && value <= most) return value;
    this.#problems.push(`${name} must be a number from ${least} to ${most}, not '${text}'`);
    return fallback;
  }

  whole(name: string, fallback: number, least: number, most: number): number {
    const value = this.number(name, fallback, least, most);
    if (!Number.isInteger(value)) this.#problems.push(`${name} must be a whole number, not '${value}'`);
    return value;
  }

  seconds(name: string, fallback: number, least: number, most: number): number {
    return this.number(name, fallback, least, most) * 1000;
  }

  oneOf<Word extends string>(what: string, text: string | undefined, words: readonly Word[]): Word | undefined {
    if (text === undefined || text === '') return undefined;
    const word = words.find((candidate) => candidate === text);
    if (word === undefined) this.#problems.push(`${what} '${text}' must be one of ${words.join(', ')}`);
    return word;
  }
}

function isLocal(endpoint: string): boolean {
  const { hostname } = new URL(URL.canParse(endpoint) ? endpoint : 'http://invalid.invalid');
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
