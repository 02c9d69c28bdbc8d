import type { SandboxOptions } from '../../src/sandbox/sandbox-options.ts';
import type { Policy } from './kernel.ts';
import type { Dice } from './random.ts';

/** Everything about a run that is not the scenario: what a seed may turn. Times are virtual milliseconds. */
export interface Knobs {
  readonly replicas: number;
  readonly policy: Policy;
  /** What is due within so long of each other may happen in any order. */
  readonly windowMs: number;
  readonly latencyMs: readonly [number, number];
  readonly workers: number;
  readonly resyncMs: number;
  readonly passTimeoutMs: number;
  readonly shutdownGraceMs: number;
  readonly prune: boolean;
  readonly graceMs: number;
  readonly noticeMs: readonly [number, number];
  /** How likely a hint of a change is lost, or told twice. */
  readonly lost: number;
  readonly twice: number;
  readonly rescanMs: number;
  /** How far back a stale read may reach. */
  readonly lagMs: number;
  /** Of each replica's machine; the last one counts for those beyond. */
  readonly drift: readonly { readonly offsetMs: number; readonly rate: number }[];
  /** How long a crashed process stays away. */
  readonly restartMs: number;
  /** How long nothing may be written after the scenario has ended. */
  readonly quietMs: number;
  /** How long convergence may take once nothing strikes any more, deployments included. */
  readonly convergeMs: number;
  readonly logLevel: 'debug' | 'info';
  /** Whether metrics are kept, and read at the end. */
  readonly metrics: boolean;
  readonly leaseMs: number;
  /** Whether the controllers build and pin images; without, plain ones are used as the manifests name them. */
  readonly images: boolean;
  readonly sandbox: Partial<SandboxOptions>;
}

const MINUTE_MS = 60_000;

/** Of the run that the others are compared with: nothing goes wrong, everything comes in its order. */
export const REFERENCE: Knobs = {
  replicas: 1,
  policy: 'fifo',
  windowMs: 0,
  latencyMs: [10, 40],
  workers: 4,
  resyncMs: MINUTE_MS,
  passTimeoutMs: 5 * MINUTE_MS,
  shutdownGraceMs: 25_000,
  prune: true,
  graceMs: 5 * MINUTE_MS,
  noticeMs: [50, 50],
  lost: 0,
  twice: 0,
  rescanMs: 30_000,
  lagMs: 5_000,
  drift: [{ offsetMs: 0, rate: 1 }],
  restartMs: 5_000,
  quietMs: 130_000,
  convergeMs: 20 * MINUTE_MS,
  logLevel: 'info',
  metrics: false,
  leaseMs: 20_000,
  images: false,
  sandbox: { throttling: false, speed: 8 },
};

/** By the slowest clock, each key is looked at in the quiet. */
const QUIET_RESYNCS = 1.6;

const POLICIES: readonly Policy[] = ['random', 'random', 'pct', 'pct', 'lifo', 'fifo'];

/** Turns everything within what is allowed. */
export function drawKnobs(dice: Dice, base: Knobs): Knobs {
  const pick = <Value>(name: string, choices: readonly Value[]): Value => dice.pick(`knob:${name}`, choices);
  const resyncMs = pick('resync', [20_000, 60_000, 60_000, 300_000]);
  return {
    ...base,
    policy: pick('policy', POLICIES),
    // What waits may wait for twenty windows: with a lease, that must not be a pause that outlasts it.
    windowMs: pick('window', base.replicas > 1 ? [0, 20, 50, 200] : [0, 20, 200, 2_000]),
    latencyMs: pick<readonly [number, number]>('latency', [
      [1, 5],
      [10, 40],
      [10, 400],
      [100, 3_000],
    ]),
    workers: pick('workers', [1, 2, 4, 16]),
    resyncMs,
    quietMs: QUIET_RESYNCS * resyncMs,
    lost: pick('lost', [0, 0, 0.5, 1]),
    twice: pick('twice', [0, 0, 0.5]),
    noticeMs: pick<readonly [number, number]>('notice', [
      [50, 50],
      [0, 2_000],
      [500, 20_000],
    ]),
    lagMs: pick('lag', [5_000, 5_000, 30_000]),
    drift: Array.from({ length: base.replicas }, (_, index) => ({
      offsetMs: Math.round(pick(`offset:${index}`, [0, 0, -3_600_000, 3_600_000, 86_400_000])),
      rate: pick(`rate:${index}`, [1, 1, 0.8, 1.2]),
    })),
    restartMs: base.restartMs > 60_000 ? base.restartMs : pick('restart', [100, 5_000, 60_000]),
    logLevel: dice.unit('knob:log') < 0.1 ? 'debug' : 'info',
    metrics: dice.unit('knob:metrics') < 0.1,
    sandbox: {
      ...base.sandbox,
      speed: pick('speed', [4, 8, 20]),
      createVisibleAfterMs: pick('visible', [0, 0, 3_000]),
    },
  };
}
