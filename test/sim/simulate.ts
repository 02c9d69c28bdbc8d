import { toError } from '../../src/lib/errors.ts';
import type { FaultRule } from '../../src/sandbox/faults/fault-rule.ts';
import type { Alteration } from './alteration.ts';
import { type EndState, endState } from './end-state.ts';
import { type Decision, DrawnFaults, drawSwarm, type FaultPlan, ListedFaults } from './faults.ts';
import { INVARIANTS } from './invariants.ts';
import { drawKnobs, type Knobs, REFERENCE } from './knobs.ts';
import { Dice } from './random.ts';
import { RunIndex } from './run-index.ts';
import type { Scenario } from './scenario.ts';
import { NotInTime, Script } from './script.ts';
import { EPOCH_MS } from './sim-clock.ts';
import { Stage } from './stage.ts';
import { thingOf } from './thing-of.ts';
import type { Trace } from './trace.ts';
import type { Violation } from './violation.ts';

export interface RunSpec {
  readonly scenario: Scenario;
  readonly seed: number;
  /** `listed`: exactly `decisions` go wrong, on a calm schedule. `swarm`: the seed decides everything. */
  readonly mode: 'listed' | 'swarm' | 'liveness';
  readonly decisions?: readonly Decision[];
  /** Over those of the mode and the scenario. */
  readonly knobs?: Partial<Knobs>;
  /** Drains by turns of the event loop; must not make a difference. */
  readonly slow?: boolean;
  /** Invariants that are not looked at. */
  readonly without?: ReadonlySet<string>;
  readonly alter?: Alteration;
}

export interface RunResult {
  readonly spec: RunSpec;
  readonly knobs: Knobs;
  readonly trace: Trace;
  readonly index: RunIndex;
  readonly end: EndState;
  readonly violations: readonly Violation[];
  /** What went wrong, as far as calls and the world are concerned. */
  readonly decisions: readonly Decision[];
  /** How often each rule of the sandbox has struck, by kind. */
  readonly injected: ReadonlyMap<string, number>;
  readonly steps: number;
  readonly virtualMs: number;
}

/** In the modes that draw, things go wrong for so long; then they stop. */
const FAULTS_UNTIL_MS = [30_000, 2 * 60_000, 6 * 60_000] as const;
/** Things go on going wrong for so long once the scenario is over. */
const AFTER_SCRIPT_MS = 20_000;
/** Of a rollout or a drain that a resync sets off. */
const AFTERMATH_MS = 30_000;
/** The slowest clock takes so much longer. */
const SLOW_CLOCK = 1.25;
const DAY_MS = 24 * 3_600_000;

/** One whole run: the same spec gives the same trace. */
export async function simulate(spec: RunSpec): Promise<RunResult> {
  const dice = new Dice(spec.seed);
  const knobs = knobsOf(spec, dice);
  const plan = planOf(spec, dice);
  const faultsUntilMs = untilOf(spec, dice);
  const violations: Violation[] = [];
  const stage = new Stage({
    knobs,
    dice,
    plan,
    keepsStale:
      spec.mode !== 'listed' || (spec.decisions ?? []).some((one) => one.kind === 'call' && one.fault === 'stale'),
    faultsUntilMs: () => faultsUntilMs,
    ...(spec.slow === undefined ? {} : { slow: spec.slow }),
    ...(spec.alter === undefined ? {} : { alter: spec.alter }),
  });
  const { kernel, trace } = stage;
  const script = new Script(stage, (violation) => violations.push(violation));
  let scriptEndedAt = 0;
  const main = async (): Promise<void> => {
    for (const rule of rulesOf(plan, spec)) stage.order(rule);
    stage.start();
    await spec.scenario.run(script);
    scriptEndedAt = await quiet(stage, plan, spec, knobs);
  };
  try {
    await kernel.run(main());
  } catch (thrown) {
    if (!(thrown instanceof NotInTime)) {
      const { message, stack } = toError(thrown);
      violations.push({ id: 'bug', at: kernel.now, message: stack ?? message });
    }
  }
  for (const { what, at, replica } of trace.of('life')) {
    if (what === 'failed') violations.push({ id: 'bug', at, message: `the controller of ${replica} failed` });
  }
  for (const replica of stage.replicas) await replica.scrape();
  noteOthers(stage);
  const end = endState(stage.world);
  const { injected } = stage.world.faults;
  const hides = (knobs.sandbox.createVisibleAfterMs ?? 0) > 0 || (injected.get('not-visible') ?? 0) > 0;
  const index = new RunIndex({
    hides,
    trace,
    end,
    knobs,
    quietFrom: scriptEndedAt,
    virtualMs: kernel.now,
    mode: spec.mode,
  });
  for (const invariant of INVARIANTS) {
    if (spec.without?.has(invariant.id) === true) continue;
    for (const found of invariant.check(index)) violations.push({ id: invariant.id, ...found });
  }
  trace.close();
  for (const replica of stage.replicas) replica.abandon();
  const decisions = plan instanceof DrawnFaults ? plan.decisions : (spec.decisions ?? []);
  return {
    spec,
    knobs,
    trace,
    index,
    end,
    violations,
    decisions,
    injected,
    steps: kernel.steps,
    virtualMs: kernel.now,
  };
}

function knobsOf(spec: RunSpec, dice: Dice): Knobs {
  const base: Knobs = { ...REFERENCE, ...spec.scenario.knobs };
  const drawn = spec.mode === 'listed' ? base : drawKnobs(dice, base);
  const lasting = spec.mode === 'liveness' ? { quietMs: DAY_MS, resyncMs: 300_000, logLevel: 'info' as const } : {};
  return { ...drawn, ...lasting, ...spec.knobs };
}

function planOf(spec: RunSpec, dice: Dice): FaultPlan {
  if (spec.mode === 'listed' || spec.decisions !== undefined) return new ListedFaults(spec.decisions ?? []);
  return new DrawnFaults(dice, drawSwarm(dice, untilOf(spec, dice)));
}

function rulesOf(plan: FaultPlan, { decisions = [] }: RunSpec): readonly FaultRule[] {
  const all = plan instanceof DrawnFaults ? plan.decisions : decisions;
  return all.flatMap((one) => (one.kind === 'world' ? [one.rule] : []));
}

/** What somebody else did by a rule of the sandbox stands in the world's log. */
function noteOthers({ world, trace }: Stage): void {
  for (const { rule, at, operation, input } of world.log) {
    const thing = thingOf(operation, input as Readonly<Record<string, unknown>>);
    if (rule !== undefined) trace.push({ kind: 'world', at: at - EPOCH_MS, what: operation, target: rule, thing });
  }
}

/** From when on nothing can go wrong any more; what was sent late has landed. */
function untilOf({ mode, decisions }: RunSpec, dice: Dice): number {
  if (mode !== 'listed') return dice.pick('faults:until', FAULTS_UNTIL_MS);
  const ends = (decisions ?? []).map((one) => (one.kind === 'window' ? (one.window.toMs ?? 0) : 0));
  return Math.max(0, ...ends);
}

/** Waits until nothing goes wrong any more and what that set off has settled; then the quiet begins. */
async function quiet(stage: Stage, plan: FaultPlan, { decisions = [] }: RunSpec, knobs: Knobs): Promise<number> {
  const { kernel, troubles } = stage;
  const drawn = plan instanceof DrawnFaults;
  const callsUntilMs = drawn ? plan.endBy(kernel.now + AFTER_SCRIPT_MS) : Number.POSITIVE_INFINITY;
  for (const decision of drawn ? plan.decisions : decisions) {
    if (decision.kind === 'window') troubles.note(Math.min(callsUntilMs, decision.window.toMs ?? 0), false);
    if (decision.kind === 'world') troubles.note(untilOfRule(decision.rule), true);
  }
  if (drawn) troubles.note(callsUntilMs, false);
  if (drawn || troubles.lingers) await settled(stage, knobs);
  const from = kernel.now;
  await kernel.when(() => false, knobs.quietMs);
  return from;
}

/** Everything has passed well, and what that may have set off is over as well. */
async function settled({ kernel, troubles }: Stage, { resyncMs }: Knobs): Promise<void> {
  const later = (ms: number): Promise<unknown> => kernel.when(() => false, Math.max(0, ms));
  const longestMs = troubles.longestMs(kernel.now, resyncMs);
  do {
    await later(troubles.lastAt - kernel.now);
    await kernel.when(() => troubles.calm, Math.max(0, longestMs - kernel.now));
    await later(SLOW_CLOCK * 1.2 * resyncMs + AFTERMATH_MS);
  } while (kernel.now < longestMs && (!troubles.calm || troubles.lastAt > kernel.now));
}

function untilOfRule({ when }: FaultRule): number {
  return typeof when?.until === 'number' ? when.until : 0;
}
