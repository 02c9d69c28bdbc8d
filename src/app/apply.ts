import type { Clock } from '../lib/clock.ts';
import { toError } from '../lib/errors.ts';
import type { Semaphore } from '../lib/semaphore.ts';
import type { Link } from '../reconcile/link.ts';
import type { Action } from '../reconcile/plan.ts';
import { type PassRequest, type PassResult, runPass } from '../reconcile/run-pass.ts';
import type { JudgeError } from '../reconcile/trouble.ts';
import type { ApplyEvent, ApplyOptions, ApplyResult } from './program.ts';

export interface ApplyParts {
  readonly chain: readonly Link[];
  readonly clock: Clock;
  readonly judge: JudgeError;
  /** Bounds the passes under way; a service that waits for ECS holds no place. */
  readonly passes: Semaphore;
  /** Delay before attempt `n` + 1, in milliseconds. */
  readonly backoffMs: (failures: number) => number;
}

/** How often a pass may fail with something that can pass before a one-shot command gives up. */
const MAX_FAILURES = 5;
const WAIT_AGAIN_MS = 5_000;

/** Passes over one key until it has ended, one way or the other. Rejects only when `signal` aborts. */
export async function applyOne(
  parts: ApplyParts,
  request: PassRequest,
  options: ApplyOptions,
  signal: AbortSignal,
): Promise<ApplyResult> {
  const run = new ApplyRun(parts, request, options, signal);
  const result = await run.toTheEnd();
  options.onEvent({ kind: 'ended', key: request.key, result });
  return result;
}

class ApplyRun {
  readonly #parts: ApplyParts;
  readonly #request: PassRequest;
  readonly #options: ApplyOptions;
  readonly #signal: AbortSignal;
  readonly #startedAt: number;
  readonly #done: Action[] = [];
  readonly #actionStarts = new Map<Action, number>();
  #failures = 0;

  constructor(parts: ApplyParts, request: PassRequest, options: ApplyOptions, signal: AbortSignal) {
    this.#parts = parts;
    this.#request = request;
    this.#options = options;
    this.#signal = signal;
    this.#startedAt = parts.clock.elapsed();
  }

  async toTheEnd(): Promise<ApplyResult> {
    // Only the first pass may build on what the plan has read.
    let request: PassRequest = {
      ...this.#request,
      execute: true,
      onAction: (phase, action) => this.#heard(phase, action),
      onProgress: (action, progress) => this.#tell({ kind: 'progress', key: this.#request.key, action, progress }),
    };
    for (;;) {
      const step = await this.#step(request);
      if (step.kind === 'ended') return step.result;
      await this.#parts.clock.sleep(step.againMs, this.#signal);
      const { reads: _read, ...rest } = request;
      request = rest;
    }
  }

  async #step(request: PassRequest): Promise<Step> {
    try {
      const result = await this.#parts.passes.run(
        () => runPass(this.#parts.chain, request, this.#signal),
        this.#signal,
      );
      this.#failures = 0;
      return this.#judge(result);
    } catch (thrown) {
      this.#signal.throwIfAborted();
      return this.#afterError(toError(thrown));
    }
  }

  #afterError(error: Error): Step {
    const trouble = this.#parts.judge(error);
    if (trouble.kind === 'wait') return this.#wait(trouble.message, WAIT_AGAIN_MS);
    this.#failures++;
    if (trouble.kind === 'person' || this.#failures >= MAX_FAILURES) return this.#end('error', trouble.message);
    return this.#wait(`another try: ${trouble.message}`, this.#parts.backoffMs(this.#failures));
  }

  #judge(result: PassResult): Step {
    const { readiness, refusal, rollout } = result;
    if (rollout !== undefined && this.#done.length > 0)
      this.#tell({ kind: 'rollout', key: this.#request.key, rollout });
    // ECS still goes back, or what is missing for one link does not keep the rollout from its end.
    const goesOn = (refusal?.ending !== undefined || refusal?.kind === 'wait') && readiness.kind === 'waiting';
    if (refusal !== undefined && !goesOn) {
      const asMeant = refusal.kind === 'mode' && this.#request.purpose === 'converge';
      const outcome = refusal.ending ?? (asMeant ? 'unchanged' : 'refused');
      return this.#end(outcome, refusal.message, result);
    }
    if (readiness.kind === 'broken') return this.#end(readiness.ending, readiness.message, result);
    if (readiness.kind === 'ready') return this.#end(this.#success(), 'as the manifest says', result);
    if (!this.#options.wait && result.remaining.length === 0)
      return this.#end('left', `waiting for ${readiness.on}`, result);
    return this.#wait(readiness.on, readiness.againMs);
  }

  #success(): ApplyResult['outcome'] {
    if (this.#request.purpose === 'remove') return 'deleted';
    // Also when the answer was lost and the next pass found the service there.
    const begun = [...this.#actionStarts.keys()];
    if (begun.some((action) => action.resource === 'service' && action.verb === 'create')) return 'created';
    return this.#done.length === 0 ? 'unchanged' : 'updated';
  }

  #end(outcome: ApplyResult['outcome'], message: string, result?: PassResult): Step {
    const seconds = (this.#parts.clock.elapsed() - this.#startedAt) / 1000;
    const revision = result?.outputs.live?.revision;
    const { key } = this.#request;
    return {
      kind: 'ended',
      result: { key, outcome, message, seconds, ...(revision === undefined ? {} : { revision }) },
    };
  }

  #wait(on: string, againMs: number): Step {
    this.#tell({ kind: 'waiting', key: this.#request.key, on });
    return { kind: 'again', againMs };
  }

  #heard(phase: 'started' | 'done', action: Action): void {
    const { key } = this.#request;
    const now = this.#parts.clock.elapsed();
    if (phase === 'started') {
      this.#actionStarts.set(action, now);
      this.#tell({ kind: 'action-started', key, action });
      return;
    }
    this.#done.push(action);
    const seconds = (now - (this.#actionStarts.get(action) ?? now)) / 1000;
    this.#tell({ kind: 'action-done', key, action, seconds });
  }

  #tell(event: ApplyEvent): void {
    this.#options.onEvent(event);
  }
}

type Step =
  | { readonly kind: 'ended'; readonly result: ApplyResult }
  | { readonly kind: 'again'; readonly againMs: number };
