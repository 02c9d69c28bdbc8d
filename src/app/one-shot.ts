import { dirname, resolve } from 'node:path';
import type { Gateways } from '../aws/gateway.ts';
import { exponentialBackoff } from '../engine/backoff.ts';
import { mapBounded } from '../lib/bounded.ts';
import type { Clock } from '../lib/clock.ts';
import { toError } from '../lib/errors.ts';
import type { Random } from '../lib/random.ts';
import { Semaphore } from '../lib/semaphore.ts';
import type { LoadedManifest } from '../manifest/load.ts';
import type { Link } from '../reconcile/link.ts';
import { SUSPENDED_TAG } from '../reconcile/ownership.ts';
import type { Plan } from '../reconcile/plan.ts';
import { type PassRequest, type PassResult, planOf, runPass } from '../reconcile/run-pass.ts';
import type { ServiceStatus } from '../reconcile/status.ts';
import { afterPass, afterTrouble, initialStatus, withManifest } from '../reconcile/update-status.ts';
import { applyOne } from './apply.ts';
import type { Config } from './config.ts';
import { forgetFailure } from './forget-failure.ts';
import { judgeError } from './judge-error.ts';
import { readManifests } from './manifest-reading.ts';
import { findManaged, findService } from './named-service.ts';
import type {
  ApplyOptions,
  ApplyReport,
  Identity,
  Manifests,
  PlanFailure,
  PlanReport,
  Program,
  ServiceTarget,
} from './program.ts';

/**
 * Passes under way at once: enough to fill several of the largest batches (50 log groups a call), since passes that
 * begin together share their calls and stragglers do not. What is sent at once the pacer decides.
 */
const PASSES_AT_ONCE = 256;
/** What a plan has read may be built upon for so long; after that `apply` reads anew. */
const READS_KEEP_MS = 60_000;
const REASON_LENGTH = 256;

export interface OneShotParts {
  readonly config: Config;
  readonly gateways: Gateways & AsyncDisposable;
  readonly chain: readonly Link[];
  readonly clock: Clock;
  readonly random: Random;
}

interface Made {
  readonly request: PassRequest;
  readonly atMs: number;
}

/** A plan for a manifest from a file; its relative paths begin at that file's folder. */
function convergeRequest({ key, manifest, origin }: LoadedManifest): PassRequest {
  return { key, manifest, directory: dirname(resolve(origin.file)), purpose: 'converge', execute: false };
}

type Planned = { readonly plan: Plan } | { readonly failure: PlanFailure };

/** The program behind the commands that do one thing and end. */
export class OneShot implements Program {
  readonly #parts: OneShotParts;
  readonly #passes = new Semaphore(PASSES_AT_ONCE);
  /** What each plan of ours was made from. */
  readonly #made = new WeakMap<Plan, Made>();

  constructor(parts: OneShotParts) {
    this.#parts = parts;
  }

  get region(): string {
    return this.#parts.config.region;
  }

  read(paths: readonly string[], stdin: string | undefined): Promise<Manifests> {
    const { variables, region } = this.#parts.config;
    return readManifests(paths, stdin, { variables, defaultRegion: region });
  }

  async plan(manifests: readonly LoadedManifest[], signal: AbortSignal): Promise<PlanReport> {
    const requests = manifests.map((loaded): PassRequest => convergeRequest(loaded));
    return this.#planAll(requests, signal);
  }

  async planDelete(target: ServiceTarget, signal: AbortSignal): Promise<PlanReport> {
    const named = await findService(this.#parts.gateways.for(target), target, signal);
    const { key, manifest, incarnation } = named;
    return this.#planAll([{ key, manifest, incarnation, purpose: 'remove', execute: false }], signal);
  }

  async apply(report: PlanReport, options: ApplyOptions, signal: AbortSignal): Promise<ApplyReport> {
    const { chain, clock, random } = this.#parts;
    const startedAt = clock.elapsed();
    const backoffMs = exponentialBackoff(random);
    const parts = {
      chain,
      clock,
      judge: judgeError,
      passes: this.#passes,
      backoffMs,
    };
    const results = await Promise.all(
      report.plans.map((plan) => applyOne(parts, this.#requestOf(plan), options, signal)),
    );
    return { results, seconds: (clock.elapsed() - startedAt) / 1000 };
  }

  async status(manifests: readonly LoadedManifest[], signal: AbortSignal): Promise<readonly ServiceStatus[]> {
    return mapBounded(manifests, PASSES_AT_ONCE, (loaded) => this.#statusOf(loaded, signal));
  }

  async suspend(target: ServiceTarget, reason: string, signal: AbortSignal): Promise<void> {
    const { ecs } = this.#parts.gateways.for(target);
    const { incarnation } = await findManaged(this.#parts.gateways.for(target), target, signal);
    await ecs.tagResource(incarnation.arn, [{ key: SUSPENDED_TAG, value: tagText(reason) }], { signal });
  }

  async resume(target: ServiceTarget, signal: AbortSignal): Promise<void> {
    const { ecs } = this.#parts.gateways.for(target);
    const { incarnation } = await findManaged(this.#parts.gateways.for(target), target, signal);
    await ecs.untagResource(incarnation.arn, [SUSPENDED_TAG], { signal });
  }

  forgetFailure(loaded: LoadedManifest, signal: AbortSignal): Promise<boolean> {
    const { gateways, clock, config } = this.#parts;
    return forgetFailure({ gateways, clock, controllerId: config.controllerId }, loaded, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.gateways[Symbol.asyncDispose]();
  }

  async #planAll(requests: readonly PassRequest[], signal: AbortSignal): Promise<PlanReport> {
    const { clock } = this.#parts;
    const startedAt = clock.elapsed();
    const planned = await mapBounded(requests, PASSES_AT_ONCE, (request) => this.#planOne(request, signal));
    return {
      identities: await this.#identities(requests, signal),
      plans: planned.flatMap((one) => ('plan' in one ? [one.plan] : [])),
      failures: planned.flatMap((one) => ('failure' in one ? [one.failure] : [])),
      seconds: (clock.elapsed() - startedAt) / 1000,
    };
  }

  async #planOne(request: PassRequest, signal: AbortSignal): Promise<Planned> {
    const { chain, clock } = this.#parts;
    try {
      const result = await runPass(chain, request, signal);
      const plan = planOf(request, result, result.outputs.live?.generation ?? 0);
      this.#made.set(plan, { request: { ...request, reads: result.reads }, atMs: clock.elapsed() });
      return { plan };
    } catch (thrown) {
      signal.throwIfAborted();
      return { failure: { key: request.key, message: toError(thrown).message } };
    }
  }

  #requestOf(plan: Plan): PassRequest {
    const made = this.#made.get(plan);
    if (made === undefined) throw new Error(`the plan of ${plan.key} was not made by this program`);
    const { reads, ...request } = made.request;
    const fresh = this.#parts.clock.elapsed() - made.atMs < READS_KEEP_MS;
    return fresh && reads !== undefined ? { ...request, reads } : request;
  }

  async #statusOf(loaded: LoadedManifest, signal: AbortSignal): Promise<ServiceStatus> {
    const { chain, clock } = this.#parts;
    const now = new Date(clock.now()).toISOString();
    const status = withManifest(initialStatus(loaded, now), loaded);
    try {
      const result: PassResult = await runPass(chain, convergeRequest(loaded), signal);
      return afterPass(status, result, now);
    } catch (thrown) {
      signal.throwIfAborted();
      return afterTrouble(status, judgeError(toError(thrown)), now);
    }
  }

  /** Who acts, once for each account and region. Not knowing it spoils no plan: every pass has asked for itself. */
  async #identities(requests: readonly PassRequest[], signal: AbortSignal): Promise<readonly Identity[]> {
    const { gateways } = this.#parts;
    const targets = requests.map(({ manifest: { spec } }) =>
      gateways.for(
        spec.assumeRoleArn === undefined
          ? { region: spec.region }
          : { region: spec.region, assumeRoleArn: spec.assumeRoleArn },
      ),
    );
    const found: Identity[] = [];
    for (const gateway of new Set(targets)) {
      try {
        const { Account = '', Arn = '' } = await gateway.identity.whoAmI({ signal });
        found.push({ account: Account, region: gateway.region, principal: Arn });
      } catch {
        signal.throwIfAborted();
      }
    }
    return found;
  }
}

/** Tag values may hold letters, digits, spaces and `_.:/=+-@` (ECS API, Tag), at most 256 characters. */
function tagText(reason: string): string {
  return reason.replaceAll(/[^\p{L}\p{N} _.:/=+\-@]/gu, '-').slice(0, REASON_LENGTH);
}
