import type { Clock } from '../lib/clock.ts';
import { AwsError, AwsFault } from './errors.ts';
import type { EcsService } from './operations.ts';

/** How long reads may be older than a write (ECS API reference, "eventual consistency": back off for up to five minutes). */
const KEPT_MS = 300_000;

interface Written {
  readonly deploymentId: string;
  readonly createdAtMs: number;
  readonly at: number;
}

/**
 * What ECS answered to this process's own writes of services. A read from before such a write is not what is live:
 * acting on it would undo, or do once more, what has long gone its way.
 */
export class WrittenServices {
  readonly #clock: Clock;
  readonly #byArn = new Map<string, Written>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes in the answer to a write. */
  note(service: EcsService): void {
    const now = this.#clock.elapsed();
    for (const [arn, { at }] of this.#byArn) if (now - at > KEPT_MS) this.#byArn.delete(arn);
    const primary = primaryOf(service);
    if (service.serviceArn === undefined || primary?.id === undefined || primary.createdAt === undefined) return;
    const written = { deploymentId: primary.id, createdAtMs: primary.createdAt.getTime(), at: now };
    this.#byArn.set(service.serviceArn, written);
  }

  /** The service as it was read. Throws `transient` when it is from before our last write: neither absent nor changed. */
  checked(service: EcsService | undefined): EcsService | undefined {
    const written = this.#byArn.get(service?.serviceArn ?? '');
    if (service === undefined || written === undefined || this.#clock.elapsed() - written.at > KEPT_MS) return service;
    if ((service.deployments ?? []).some(({ id }) => id === written.deploymentId)) return service;
    const primaryAtMs = primaryOf(service)?.createdAt?.getTime();
    if (primaryAtMs === undefined || primaryAtMs >= written.createdAtMs) return service;
    const message = `the answer is from before our own deployment ${written.deploymentId}`;
    throw new AwsError('transient', 'ecs:DescribeServices', new AwsFault('StaleAnswer', message));
  }
}

function primaryOf(service: EcsService): NonNullable<EcsService['deployments']>[number] | undefined {
  return service.deployments?.find(({ status }) => status === 'PRIMARY');
}
