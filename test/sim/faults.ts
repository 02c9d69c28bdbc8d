import type { FaultRule } from '../../src/sandbox/faults/fault-rule.ts';
import type { Dice } from './random.ts';

/** What can happen to one call (the fault model, F1 to F8). */
export const CALL_FAULTS = [
  /** F1: refused, nothing happened. */
  'throttle',
  /** F2: 5xx, nothing happened. */
  '5xx-before',
  /** F3: 5xx, and it happened. */
  '5xx-after',
  /** F4: the connection broke before anything happened. */
  'reset-before',
  /** F5: the connection broke and it happened, */
  'reset-after',
  /** or will, up to 65 s from now. */
  'reset-later',
  /** F6: delivered twice; the second answer comes back. */
  'duplicate',
  /** F7: the controller dies before it sends, */
  'crash-before',
  /** when it has happened but no answer came, */
  'crash-during',
  /** right after the answer. */
  'crash-after',
  /** F8: a read is answered with what was so before the newest write. */
  'stale',
  /** F9: once. */
  'expired',
  /** F10: once. */
  'denied',
] as const;
export type CallFault = (typeof CALL_FAULTS)[number];

/** What can hold for a while, or for ever. */
export type WindowFault = 'throttle' | '5xx-before' | 'reset-before' | 'expired' | 'denied';

export type FaultKind = CallFault | `window-${WindowFault}` | `world-${string}`;

/** From one virtual millisecond to another, for all operations that match. */
export interface FaultWindow {
  readonly kind: WindowFault;
  readonly fromMs: number;
  /** Absent: for ever. */
  readonly toMs?: number;
  /** `ecs:UpdateService`, `ecs:`, or absent: everything. */
  readonly operation?: string;
  /** Absent: every replica. */
  readonly replica?: string;
}

/** A fault as a decision: what a repro file lists. */
export type Decision =
  | { readonly kind: 'call'; readonly point: string; readonly fault: CallFault }
  | { readonly kind: 'window'; readonly window: FaultWindow }
  /** A rule of the sandbox: tasks that do not start, capacity that is not there, what others do. */
  | { readonly kind: 'world'; readonly rule: FaultRule };

export interface AskedCall {
  readonly point: string;
  readonly operation: string;
  readonly replica: string;
  readonly write: boolean;
  readonly now: number;
}

/** Decides what happens to each call. */
export interface FaultPlan {
  strike(call: AskedCall): { readonly fault: CallFault; readonly window: boolean } | undefined;
}

export const FOR_READS: readonly CallFault[] = [
  'throttle',
  '5xx-before',
  'reset-before',
  'crash-before',
  'crash-during',
  'crash-after',
  'stale',
  'expired',
  'denied',
];
export const FOR_WRITES: readonly CallFault[] = CALL_FAULTS.filter((fault) => fault !== 'stale');

/** Exactly these faults, and no other. */
export class ListedFaults implements FaultPlan {
  readonly #calls = new Map<string, CallFault>();
  readonly #windows: FaultWindow[] = [];

  constructor(decisions: readonly Decision[]) {
    for (const decision of decisions) {
      if (decision.kind === 'call') this.#calls.set(decision.point, decision.fault);
      if (decision.kind === 'window') this.#windows.push(decision.window);
    }
  }

  strike(call: AskedCall): ReturnType<FaultPlan['strike']> {
    const fault = this.#calls.get(call.point);
    if (fault !== undefined) return { fault, window: false };
    const window = this.#windows.find((open) => isOpen(open, call));
    return window === undefined ? undefined : { fault: window.kind, window: true };
  }
}

export interface Swarm {
  /** How likely each kind is, for every call that it can happen to. */
  readonly rates: ReadonlyMap<CallFault, number>;
  readonly windows: readonly FaultWindow[];
  readonly rules: readonly FaultRule[];
  /** Virtual milliseconds after which nothing strikes any more. */
  readonly untilMs: number;
}

/** Draws by the seed: each kind has its own rate; what it strikes is written down as a decision. */
export class DrawnFaults implements FaultPlan {
  readonly decisions: Decision[] = [];
  readonly #dice: Dice;
  readonly #swarm: Swarm;
  #untilMs: number;

  constructor(dice: Dice, swarm: Swarm) {
    this.#dice = dice;
    this.#untilMs = swarm.untilMs;
    this.#swarm = swarm;
    for (const window of swarm.windows) this.decisions.push({ kind: 'window', window });
    for (const rule of swarm.rules) this.decisions.push({ kind: 'world', rule });
  }

  /** No call is struck after that any more; answers with the time that holds now. */
  endBy(ms: number): number {
    this.#untilMs = Math.min(this.#untilMs, ms);
    return this.#untilMs;
  }

  strike(call: AskedCall): ReturnType<FaultPlan['strike']> {
    if (call.now > this.#untilMs) return undefined;
    const window = this.#swarm.windows.find((open) => isOpen(open, call));
    if (window !== undefined) return { fault: window.kind, window: true };
    let draw = this.#dice.unit(`fault:${call.point}`);
    for (const [fault, rate] of this.#swarm.rates) {
      if (!(call.write ? FOR_WRITES : FOR_READS).includes(fault)) continue;
      if (draw < rate) {
        this.decisions.push({ kind: 'call', point: call.point, fault });
        return { fault, window: false };
      }
      draw -= rate;
    }
    return undefined;
  }
}

/** A random subset of the kinds with random intensities; some seeds have one kind at a high rate. */
export function drawSwarm(dice: Dice, untilMs: number): Swarm {
  const rates = new Map<CallFault, number>();
  const single = dice.unit('swarm:single') < 0.15 ? dice.pick('swarm:kind', CALL_FAULTS) : undefined;
  for (const fault of CALL_FAULTS) {
    if (single !== undefined) {
      if (fault === single) rates.set(fault, fault.startsWith('crash') ? 0.15 : 0.5);
    } else if (dice.unit(`swarm:has:${fault}`) < 0.4) {
      const most = fault.startsWith('crash') ? 0.05 : 0.15;
      rates.set(fault, dice.between(`swarm:rate:${fault}`, 0.01, most));
    }
  }
  return { rates, untilMs, windows: drawWindows(dice, untilMs), rules: drawRules(dice, untilMs) };
}

/** What the world does by itself and a service outlives: none of it makes a rollout fail. */
function drawRules(dice: Dice, until: number): readonly FaultRule[] {
  const often = { until, probability: 0.5 };
  const menu: readonly FaultRule[] = [
    { when: { until }, fault: { kind: 'slow-start', ms: [1_000, 60_000] } },
    { when: { until }, fault: { kind: 'capacity-shortage', retryMs: [5_000, 20_000] } },
    { when: { until }, fault: { kind: 'slow-drain', ms: [10_000, 120_000] } },
    { when: often, fault: { kind: 'latency', ms: [1_000, 30_000] } },
    { when: often, fault: { kind: 'not-visible', ms: [500, 20_000] } },
    { when: often, fault: { kind: 'concurrent-registration' } },
  ];
  return menu.filter((rule) => dice.unit(`swarm:rule:${rule.fault.kind}`) < 0.12);
}

const WINDOW_KINDS: readonly WindowFault[] = ['throttle', '5xx-before', 'reset-before', 'expired', 'denied'];
const WINDOW_OPERATIONS = [undefined, 'ecs:', 'logs:', 'application-autoscaling:', 'sts:', 'ecs:UpdateService'];

function drawWindows(dice: Dice, untilMs: number): readonly FaultWindow[] {
  if (dice.unit('swarm:windows') < 0.6) return [];
  const fromMs = Math.floor(dice.between('swarm:window:from', 0, untilMs * 0.8));
  const length = Math.floor(dice.between('swarm:window:length', 1_000, untilMs * 0.8));
  const operation = dice.pick('swarm:window:operation', WINDOW_OPERATIONS);
  return [
    {
      kind: dice.pick('swarm:window:kind', WINDOW_KINDS),
      fromMs,
      toMs: Math.min(untilMs, fromMs + length),
      ...(operation === undefined ? {} : { operation }),
    },
  ];
}

function isOpen(window: FaultWindow, { now, operation, replica }: AskedCall): boolean {
  return (
    now >= window.fromMs &&
    (window.toMs === undefined || now < window.toMs) &&
    (window.operation === undefined || operation.startsWith(window.operation)) &&
    (window.replica === undefined || window.replica === replica)
  );
}
