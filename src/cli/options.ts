import { InvalidArgumentError, Option } from 'commander';
import type { Flags } from './flags.ts';
import { parseDurationMs } from './flags.ts';

/** One flag: how it is written, what it does, how its value is read. */
export interface OptionSpec {
  readonly flags: string;
  readonly summary: string;
  readonly read?: 'list' | 'duration' | 'port' | 'filled';
  readonly choices?: readonly string[];
}

export type OptionName = Exclude<keyof Flags, 'output'>;

/** Every flag but `-o`, whose values each command has its own. */
export const OPTIONS: Readonly<Record<OptionName, OptionSpec>> = {
  file: { flags: '-f, --file <path>', summary: 'a file, a directory, or - for stdin; repeatable', read: 'list' },
  detailedExitcode: { flags: '--detailed-exitcode', summary: 'exit 2 when changes exist' },
  yes: { flags: '-y, --yes', summary: 'do not ask' },
  wait: { flags: '--no-wait', summary: 'return once everything is sent; the rollouts go on in ECS' },
  confirm: { flags: '--confirm <name>', summary: 'the name of what is deleted, instead of typing it', read: 'filled' },
  var: { flags: '--var <name=value>', summary: 'a value for a variable in manifests; repeatable', read: 'list' },
  timeout: { flags: '--timeout <duration>', summary: 'give up after this long: 90s, 30m, 1h', read: 'duration' },
  full: { flags: '--full', summary: 'every field, also what is left alone' },
  server: {
    flags: '--server <url>',
    summary: 'the daemon to ask (EVENKEEL_SERVER, http://127.0.0.1:9090)',
    read: 'filled',
  },
  source: { flags: '--source <source>', summary: 'dir:PATH or dynamodb:TABLE; repeatable', read: 'list' },
  listen: {
    flags: '--listen <address>',
    summary: 'HOST:PORT of /metrics and the API (127.0.0.1:9090)',
    read: 'filled',
  },
  prune: { flags: '--prune', summary: 'delete services whose manifest went away and says deletionPolicy: delete' },
  logLevel: {
    flags: '--log-level <level>',
    summary: 'how much is logged',
    choices: ['error', 'warn', 'info', 'debug'],
  },
  logFormat: { flags: '--log-format <format>', summary: 'text on a terminal, else json', choices: ['json', 'text'] },
  port: { flags: '--port <number>', summary: 'where to listen; 0 takes any free port', read: 'port' },
  faults: { flags: '--faults <file>', summary: 'what goes wrong in the sandbox, as YAML or JSON', read: 'filled' },
  exit: { flags: '--exit', summary: 'end when everything has settled, also on a terminal' },
  cluster: { flags: '--cluster <name>', summary: 'the ECS cluster', read: 'filled' },
  watch: { flags: '-w, --watch', summary: 'go on, and print a row when it changes' },
  reason: { flags: '--reason <text>', summary: 'why, for whoever looks next', read: 'filled' },
  retry: { flags: '--retry', summary: 'try again what failed before' },
  kind: { flags: '--kind <kind>', summary: 'which schema', choices: ['FargateService', 'DeploymentRequest'] },
  assumeRoleArn: { flags: '--assume-role-arn <arn>', summary: 'the role to act as', read: 'filled' },
  region: {
    flags: '--region <region>',
    summary: 'AWS region (AWS_REGION, AWS_DEFAULT_REGION, the profile’s)',
    read: 'filled',
  },
  profile: { flags: '--profile <name>', summary: 'AWS profile (AWS_PROFILE)', read: 'filled' },
  endpointUrl: { flags: '--endpoint-url <url>', summary: 'AWS endpoint (AWS_ENDPOINT_URL)', read: 'filled' },
  input: { flags: '--no-input', summary: 'never ask; fail where a question would be' },
  color: {
    flags: '--color <when>',
    summary: 'auto, always or never; --no-color (NO_COLOR)',
    choices: ['auto', 'always', 'never'],
  },
  ci: { flags: '--ci', summary: 'behave as in CI: no animation, no hints (CI)' },
  quiet: { flags: '-q, --quiet', summary: 'only results and errors' },
  verbose: { flags: '-v, --verbose', summary: 'say more; errors with their stack' },
};

/** Flags that every command takes, before or after its name. */
export const GLOBAL_OPTIONS: readonly OptionName[] = [
  'region',
  'profile',
  'endpointUrl',
  'color',
  'ci',
  'input',
  'quiet',
  'verbose',
];

export function createOption(spec: OptionSpec): Option {
  const option = new Option(spec.flags, spec.summary);
  if (spec.choices !== undefined) option.choices(spec.choices);
  if (spec.read === 'list') option.argParser(appended);
  if (spec.read === 'duration') option.argParser(readDuration);
  if (spec.read === 'port') option.argParser(readPort);
  if (spec.read === 'filled') option.argParser(readFilled);
  return option;
}

function appended(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), readFilled(value)];
}

/** An empty value is nearly always a variable that was not set in a script. */
function readFilled(value: string): string {
  if (value === '') throw new InvalidArgumentError('It is empty.');
  return value;
}

function readDuration(value: string): number {
  const ms = parseDurationMs(value);
  if (ms === undefined || ms <= 0) throw new InvalidArgumentError('Write it as 90s, 30m or 1h30m.');
  return ms;
}

function readPort(value: string): number {
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (!(port <= 65_535)) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}
