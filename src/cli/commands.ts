import type { OutputFormat } from './flags.ts';
import type { OptionName } from './options.ts';
import type { Session } from './session.ts';

/** Runs one command; the number is the exit code. */
export type Run = (session: Session) => Promise<number>;

export type CommandGroup = 'Deploy' | 'Inspect' | 'Operate' | 'Daemon' | 'Try it';

/** One row of the table: all that help and parsing need, and how to load the rest when it is run. */
export interface CommandSpec {
  readonly name: string;
  readonly group: CommandGroup;
  readonly summary: string;
  /** As written in help: `NAME`, `[NAME]`, or nothing. */
  readonly argument?: string;
  readonly examples: readonly string[];
  readonly options: readonly OptionName[];
  /** What `-o` takes, default first; none: the command has no `-o`. */
  readonly formats: readonly OutputFormat[];
  /** A sentence or two for the command's own help. */
  readonly about?: string;
  readonly load: () => Promise<Run>;
}

export const COMMANDS: readonly CommandSpec[] = [
  {
    name: 'validate',
    group: 'Deploy',
    summary: 'check manifests offline',
    examples: ['evenkeel validate -f deploy/', 'cat service.yaml | evenkeel validate -f -'],
    options: ['file', 'var'],
    formats: ['text', 'json', 'yaml'],
    about: 'Needs no AWS. Shows every error of every file with its place, and exits 3 when there is one.',
    load: async () => (await import('./validate.ts')).runValidate,
  },
  {
    name: 'render',
    group: 'Deploy',
    summary: 'print manifests with substitution and defaults applied',
    examples: ['evenkeel render -f deploy/', 'evenkeel render -f request.json --var TAG=1.4'],
    options: ['file', 'var'],
    formats: ['yaml', 'json'],
    load: async () => (await import('./render.ts')).runRender,
  },
  {
    name: 'plan',
    group: 'Deploy',
    summary: 'show drift and changes; writes nothing',
    examples: ['evenkeel plan -f deploy/', 'evenkeel plan -f deploy/ --detailed-exitcode -o markdown'],
    options: ['file', 'var', 'detailedExitcode', 'full', 'timeout'],
    formats: ['text', 'json', 'yaml', 'markdown'],
    about: 'Exits 0 whether or not there are changes; with --detailed-exitcode it exits 2 when there are.',
    load: async () => (await import('./plan.ts')).runPlan,
  },
  {
    name: 'apply',
    group: 'Deploy',
    summary: 'carry a plan out and follow the rollouts to the end',
    examples: ['evenkeel apply -f deploy/', 'evenkeel apply -f deploy/ --yes -o json'],
    options: ['file', 'var', 'yes', 'wait', 'full', 'timeout'],
    formats: ['text', 'json'],
    about: 'With -o json, one JSON object a line: the plan, each event as it happens, the result.',
    load: async () => (await import('./apply.ts')).runApply,
  },
  {
    name: 'delete',
    group: 'Operate',
    summary: 'remove one service deliberately',
    argument: 'NAME',
    examples: [
      'evenkeel delete support-agent -f deploy/',
      'evenkeel delete support-agent --cluster agents --confirm support-agent',
    ],
    options: ['file', 'var', 'cluster', 'assumeRoleArn', 'confirm', 'wait', 'timeout'],
    formats: ['text', 'json'],
    about: 'Which service is meant is read from its manifest (-f), or NAME is the ECS service in --cluster.',
    load: async () => (await import('./delete.ts')).runDelete,
  },
  {
    name: 'get',
    group: 'Inspect',
    summary: 'list services: ready, in sync, how many tasks',
    argument: '[NAME...]',
    examples: ['evenkeel get', 'evenkeel get -f deploy/ -o wide', 'evenkeel get -w'],
    options: ['file', 'var', 'server', 'cluster', 'watch', 'timeout'],
    formats: ['text', 'wide', 'name', 'json', 'yaml'],
    about: 'Asks the daemon; with -f it looks at AWS itself.',
    load: async () => (await import('./get.ts')).runGet,
  },
  {
    name: 'describe',
    group: 'Inspect',
    summary: 'everything known of one service, and why',
    argument: 'NAME',
    examples: ['evenkeel describe support-agent', 'evenkeel describe support-agent -f deploy/ -o yaml'],
    options: ['file', 'var', 'server', 'full', 'timeout'],
    formats: ['text', 'json', 'yaml'],
    about: 'Asks the daemon; with -f it looks at AWS itself.',
    load: async () => (await import('./describe.ts')).runDescribe,
  },
  {
    name: 'suspend',
    group: 'Operate',
    summary: 'no writes to a service until resume',
    argument: 'NAME',
    examples: ['evenkeel suspend support-agent -f deploy/ --reason "incident 4711"'],
    options: ['file', 'var', 'cluster', 'assumeRoleArn', 'reason', 'timeout'],
    formats: [],
    load: async () => (await import('./suspend.ts')).runSuspend,
  },
  {
    name: 'resume',
    group: 'Operate',
    summary: 'end a suspension',
    argument: 'NAME',
    examples: ['evenkeel resume support-agent -f deploy/'],
    options: ['file', 'var', 'cluster', 'assumeRoleArn', 'timeout'],
    formats: [],
    load: async () => (await import('./suspend.ts')).runResume,
  },
  {
    name: 'reconcile',
    group: 'Operate',
    summary: 'have the daemon look at a service now',
    argument: 'NAME',
    examples: ['evenkeel reconcile support-agent', 'evenkeel reconcile support-agent --retry'],
    options: ['server', 'retry', 'file', 'var', 'timeout'],
    formats: [],
    about:
      'With --retry a revision whose rollout failed is tried again. With --retry and -f the failure is forgotten without a daemon; the next apply tries again.',
    load: async () => (await import('./reconcile.ts')).runReconcile,
  },
  {
    name: 'run',
    group: 'Daemon',
    summary: 'keep services as their manifests say, until stopped',
    examples: ['evenkeel run --source dir:/manifests', 'evenkeel run --source dir:. --listen 0.0.0.0:9090'],
    options: ['source', 'var', 'listen', 'prune', 'logLevel', 'logFormat'],
    formats: [],
    load: async () => (await import('./run.ts')).runRun,
  },
  {
    name: 'demo',
    group: 'Try it',
    summary: 'the controller against the sandbox, with example services',
    examples: ['evenkeel demo', 'evenkeel demo --exit'],
    options: ['exit', 'listen', 'port'],
    formats: [],
    about: 'No account, no cost. Ends by itself with --exit, or when its output is not a terminal.',
    load: async () => (await import('./demo.ts')).runDemo,
  },
  {
    name: 'sandbox',
    group: 'Try it',
    summary: 'an imitation of AWS as an HTTP endpoint',
    examples: ['evenkeel sandbox --port 4566', 'evenkeel plan -f deploy/ --endpoint-url http://127.0.0.1:4566'],
    options: ['port', 'faults', 'logLevel'],
    formats: [],
    about:
      'Rollouts take as long as in AWS; with EVENKEEL_SANDBOX_SPEED=50 everything there happens 50 times as fast. With --faults it misbehaves as AWS does: schemas/sandbox-faults.v1.json says what such a file can hold. Images can be pushed to a registry of yours that stands where ECR would: EVENKEEL_SANDBOX_REGISTRY=127.0.0.1:5000, and EVENKEEL_SANDBOX_REGISTRY_PASSWORD for its user AWS.',
    load: async () => (await import('./sandbox.ts')).runSandbox,
  },
  {
    name: 'schema',
    group: 'Inspect',
    summary: 'the JSON Schema of manifests',
    examples: ['evenkeel schema > fargate-service.v1.json', 'evenkeel schema --kind DeploymentRequest'],
    options: ['kind'],
    formats: [],
    load: async () => (await import('./schema.ts')).runSchema,
  },
  {
    name: 'version',
    group: 'Inspect',
    summary: 'the version of Evenkeel and of Node',
    examples: ['evenkeel version', 'evenkeel version -o json'],
    options: [],
    formats: ['text', 'json', 'yaml'],
    load: async () => (await import('./version.ts')).runVersion,
  },
];
