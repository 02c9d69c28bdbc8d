import type { Batcher } from './batcher.ts';
import type { ScalingApi, ScalingPolicyInput, ScheduledActionInput } from './gateway.ts';
import type { GatewayParts } from './gather.ts';
import { KeyedLock } from './keyed-lock.ts';
import type { AwsTransport, CallOptions, InputOf, OperationName } from './operations.ts';
import type { ScalableTarget, ScalingPolicy, ScheduledAction } from './scaling-operations.ts';
import { ECS_COUNT, policyBatcher, scheduledActionBatcher, targetBatcher } from './scaling-reads.ts';
import type { TagMap } from './shape.ts';

/** Application Auto Scaling of ECS services over a transport. */
export class ScalingGateway implements ScalingApi, Disposable {
  readonly #transport: AwsTransport;
  readonly #targets: Batcher<string, ScalableTarget | undefined>;
  readonly #policies: Batcher<string, readonly ScalingPolicy[]>;
  readonly #scheduledActions: Batcher<string, readonly ScheduledAction[]>;
  /** Two changes of one resource at the same time end in ConcurrentUpdateException. */
  readonly #changing = new KeyedLock();

  constructor(parts: GatewayParts) {
    this.#transport = parts.transport;
    this.#targets = targetBatcher(parts);
    this.#policies = policyBatcher(parts);
    this.#scheduledActions = scheduledActionBatcher(parts);
  }

  [Symbol.dispose](): void {
    for (const batcher of [this.#targets, this.#policies, this.#scheduledActions]) batcher[Symbol.dispose]();
  }

  describeTarget(resourceId: string, { signal }: CallOptions): Promise<ScalableTarget | undefined> {
    return this.#targets.load(resourceId, signal);
  }

  listPolicies(resourceId: string, { signal }: CallOptions): Promise<readonly ScalingPolicy[]> {
    return this.#policies.load(resourceId, signal);
  }

  listScheduledActions(resourceId: string, { signal }: CallOptions): Promise<readonly ScheduledAction[]> {
    return this.#scheduledActions.load(resourceId, signal);
  }

  async registerTarget(
    resourceId: string,
    band: { readonly min: number; readonly max: number; readonly tags?: TagMap },
    options: CallOptions,
  ): Promise<void> {
    const capacity = { MinCapacity: band.min, MaxCapacity: band.max };
    const tagged = band.tags === undefined || Object.keys(band.tags).length === 0 ? {} : { Tags: band.tags };
    const input = { ...identityOf(resourceId), ...capacity, ...tagged };
    await this.#change('application-autoscaling:RegisterScalableTarget', input, options);
  }

  async deregisterTarget(resourceId: string, options: CallOptions): Promise<void> {
    await this.#change('application-autoscaling:DeregisterScalableTarget', identityOf(resourceId), options);
  }

  async putPolicy(resourceId: string, policy: ScalingPolicyInput, options: CallOptions): Promise<void> {
    const input = { ...policy, ...identityOf(resourceId) };
    await this.#change('application-autoscaling:PutScalingPolicy', input, options);
  }

  async deletePolicy(resourceId: string, policyName: string, options: CallOptions): Promise<void> {
    const input = { ...identityOf(resourceId), PolicyName: policyName };
    await this.#change('application-autoscaling:DeleteScalingPolicy', input, options);
  }

  async putScheduledAction(resourceId: string, action: ScheduledActionInput, options: CallOptions): Promise<void> {
    const input = { ...action, ...identityOf(resourceId) };
    await this.#change('application-autoscaling:PutScheduledAction', input, options);
  }

  async deleteScheduledAction(resourceId: string, name: string, options: CallOptions): Promise<void> {
    const input = { ...identityOf(resourceId), ScheduledActionName: name };
    await this.#change('application-autoscaling:DeleteScheduledAction', input, options);
  }

  async tagsOf(targetArn: string, options: CallOptions): Promise<TagMap> {
    const input = { ResourceARN: targetArn };
    const { Tags } = await this.#transport.call('application-autoscaling:ListTagsForResource', input, options);
    return Tags ?? {};
  }

  async #change<Name extends OperationName & `application-autoscaling:${string}`>(
    operation: Name,
    input: InputOf<Name> & { readonly ResourceId: string },
    options: CallOptions,
  ): Promise<void> {
    await this.#changing.run(input.ResourceId, () => this.#transport.call(operation, input, options), options.signal);
  }
}

function identityOf(ResourceId: string): typeof ECS_COUNT & { readonly ResourceId: string } {
  return { ...ECS_COUNT, ResourceId };
}
