import type { Clock } from '../lib/clock.ts';

/** Far more than services whose rollouts can be under way at once. */
const MAX_DEPLOYMENTS = 10_000;

/**
 * Since when this process knows of each ECS deployment, by the clock that never jumps. AWS's `createdAt` and the machine's
 * clock are two clocks: their difference says nothing when one of them is wrong.
 */
export class DeploymentWatch {
  readonly #clock: Clock;
  /** By deployment id, oldest first. */
  readonly #seenAt = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds since the first time this was asked of the deployment; 0 the first time. */
  ageMs(deploymentId: string): number {
    const now = this.#clock.elapsed();
    const seenAt = this.#seenAt.get(deploymentId);
    if (seenAt !== undefined) return now - seenAt;
    this.#seenAt.set(deploymentId, now);
    if (this.#seenAt.size > MAX_DEPLOYMENTS) this.#seenAt.delete(this.#seenAt.keys().next().value ?? '');
    return 0;
  }
}
