import { createPaint, type Paint, wantsColour } from './colour.ts';
import type { Flags } from './flags.ts';
import { type Symbols, symbolsFor } from './symbols.ts';
import type { OutputStream, Terminal } from './terminal.ts';

/** How text for one stream is to look. All that a printer may know about where it prints. */
export interface Look {
  readonly paint: Paint;
  readonly symbols: Symbols;
  /** Undefined: as wide as it likes. */
  readonly columns: number | undefined;
}

/** What is decided about the surroundings, once, before a command starts. */
export interface Screen {
  readonly stdout: Look;
  readonly stderr: Look;
  /** A machine drives: no hints, no animation. */
  readonly ci: boolean;
  /** A live block may be drawn on stderr. */
  readonly live: boolean;
  /** A person can be asked. */
  readonly canAsk: boolean;
  readonly githubActions: boolean;
  /** File that GitHub Actions shows on the page of the run. */
  readonly stepSummary: string | undefined;
}

/** Variables that CI systems set about themselves, beside `CI`, which nearly all of them set. */
const CI_VARIABLES = [
  'GITHUB_ACTIONS',
  'GITLAB_CI',
  'BUILDKITE',
  'CIRCLECI',
  'TEAMCITY_VERSION',
  'JENKINS_URL',
  'TF_BUILD',
  'CODEBUILD_BUILD_ID',
  'BITBUCKET_BUILD_NUMBER',
  'DRONE',
];

export function decideScreen(terminal: Pick<Terminal, 'env' | 'stdin' | 'stdout' | 'stderr'>, flags: Flags): Screen {
  const { env } = terminal;
  const ci = flags.ci === true || isCi(env);
  const githubActions = env['GITHUB_ACTIONS'] === 'true';
  const summary = env['GITHUB_STEP_SUMMARY'];
  return {
    stdout: lookOf(terminal.stdout, env, flags),
    stderr: lookOf(terminal.stderr, env, flags),
    ci,
    live: terminal.stderr.isTTY === true && !ci && env['TERM'] !== 'dumb' && flags.quiet !== true,
    canAsk: terminal.stdin.isTTY === true && flags.input !== false,
    githubActions,
    stepSummary: githubActions && summary !== '' ? summary : undefined,
  };
}

/** `CI=false` and `CI=0` say no, whatever else is set. */
export function isCi(env: Readonly<Record<string, string | undefined>>): boolean {
  const value = env['CI'];
  if (value === 'false' || value === '0') return false;
  if (value !== undefined && value !== '') return true;
  return CI_VARIABLES.some((name) => (env[name] ?? '') !== '');
}

function lookOf(stream: OutputStream, env: Terminal['env'], flags: Flags): Look {
  const isTTY = stream.isTTY === true;
  return {
    paint: createPaint(wantsColour({ env, flag: flags.color, isTTY })),
    symbols: symbolsFor(env),
    columns: isTTY ? (stream.columns ?? 80) : undefined,
  };
}
