import type { Batcher } from './batcher.ts';
import {
  describedTasks,
  listedClusters,
  listedDeployments,
  listedNames,
  listedRevisions,
  listedTasks,
} from './ecs-lists.ts';
import { AwsError, AwsFault, isAwsError } from './errors.ts';
import { familyBatcher } from './family-batcher.ts';
import type { EcsApi, Revision, ServiceRef } from './gateway.ts';
import type { GatewayParts } from './gather.ts';
import { KeyedLock } from './keyed-lock.ts';
import { KnownServices } from './known-services.ts';
import type {
  CallOptions,
  EcsService,
  EcsTag,
  EcsTask,
  InputOf,
  RegisterTaskDefinitionInput,
  ServiceDeployment,
  ServiceRevision,
} from './operations.ts';
import { itemsOf, memberOf } from './pages.ts';
import { RecentRevisions } from './recent-revisions.ts';
import { RevisionCache } from './revision-cache.ts';
import { serviceBatcher } from './service-batcher.ts';

/** Amazon ECS over a transport. */
export class EcsGateway implements EcsApi, Disposable {
  readonly #parts: GatewayParts;
  readonly #services: Batcher<ServiceRef, EcsService | undefined>;
  readonly #families: Batcher<string, boolean>;
  readonly #revisions: RevisionCache;
  readonly #recent: RecentRevisions;
  readonly #known: KnownServices;
  /** ECS refuses two registrations of one family at the same time. */
  readonly #registering = new KeyedLock();

  constructor(parts: GatewayParts, versionTag?: string) {
    this.#parts = parts;
    this.#services = serviceBatcher(parts);
    this.#families = familyBatcher(parts);
    this.#recent = new RecentRevisions(parts.clock);
    this.#known = new KnownServices(parts.clock, versionTag);
    this.#revisions = new RevisionCache((arn, signal) => this.#askRevision(arn, signal));
  }

  [Symbol.dispose](): void {
    this.#services[Symbol.dispose]();
    this.#families[Symbol.dispose]();
  }

  async describeService(ref: ServiceRef, { signal }: CallOptions): Promise<EcsService | undefined> {
    return this.#known.checked(ref, await this.#services.load(ref, signal));
  }

  async newestDeployment(ref: ServiceRef, { signal }: CallOptions): Promise<ServiceDeployment | undefined> {
    const all = await listedDeployments(this.#parts.transport, ref, signal);
    return all.toSorted((a, b) => timeOf(b) - timeOf(a))[0];
  }

  async describeServiceRevision(arn: string, options: CallOptions): Promise<ServiceRevision | undefined> {
    const operation = 'ecs:DescribeServiceRevisions';
    const answer = await this.#parts.transport.call(operation, { serviceRevisionArns: [arn] }, options);
    return itemsOf(operation, answer.serviceRevisions).find((revision) => revision.serviceRevisionArn === arn);
  }

  describeRevision(arn: string, { signal }: CallOptions): Promise<Revision | undefined> {
    return this.#revisions.get(arn, signal);
  }

  rereadRevision(arn: string, { signal }: CallOptions): Promise<Revision | undefined> {
    return this.#revisions.refresh(arn, signal);
  }

  async listRevisions(family: string, limit: number, { signal }: CallOptions): Promise<readonly string[]> {
    const listed = await listedRevisions(this.#parts.transport, family, limit, signal);
    return this.#recent.joined(family, listed, limit);
  }

  async hasFamily(family: string, { signal }: CallOptions): Promise<boolean> {
    return this.#recent.has(family) || this.#families.load(family, signal);
  }

  registerTaskDefinition(input: RegisterTaskDefinitionInput, options: CallOptions): Promise<Revision> {
    return this.#registering.run(input.family ?? '', () => this.#register(input, options), options.signal);
  }

  async deregisterTaskDefinition(arn: string, options: CallOptions): Promise<void> {
    try {
      await this.#parts.transport.call('ecs:DeregisterTaskDefinition', { taskDefinition: arn }, options);
    } finally {
      this.#forget(arn);
    }
  }

  createService(input: InputOf<'ecs:CreateService'>, options: CallOptions): Promise<EcsService> {
    return this.#runs(input.taskDefinition, async () => {
      const { service } = await this.#parts.transport.call('ecs:CreateService', input, options);
      const ref = { cluster: input.cluster ?? '', service: input.serviceName ?? '' };
      return this.#noted(ref, memberOf('ecs:CreateService', service, 'service'));
    });
  }

  updateService(input: InputOf<'ecs:UpdateService'>, options: CallOptions): Promise<EcsService> {
    return this.#runs(input.taskDefinition, async () => {
      const { service } = await this.#parts.transport.call('ecs:UpdateService', input, options);
      const ref = { cluster: input.cluster ?? '', service: input.service ?? '' };
      return this.#noted(ref, memberOf('ecs:UpdateService', service, 'service'));
    });
  }

  #noted(ref: ServiceRef, service: EcsService): EcsService {
    this.#known.wrote(ref, service);
    return service;
  }

  async deleteService(ref: ServiceRef, options: CallOptions): Promise<void> {
    const input = { cluster: ref.cluster, service: ref.service };
    const { service } = await this.#parts.transport.call('ecs:DeleteService', input, options);
    this.#known.deleted(ref, service);
  }

  async tagResource(arn: string, tags: readonly EcsTag[], options: CallOptions): Promise<void> {
    await this.#tags(arn, () => this.#parts.transport.call('ecs:TagResource', { resourceArn: arn, tags }, options));
    const ref = serviceIn(arn);
    if (ref !== undefined) this.#known.tagged(ref, tags);
    const keys = new Set(tags.map((tag) => tag.key));
    this.#revisions.change(arn, (revision) => ({ ...revision, tags: [...without(revision.tags, keys), ...tags] }));
  }

  async untagResource(arn: string, keys: readonly string[], options: CallOptions): Promise<void> {
    await this.#tags(arn, () =>
      this.#parts.transport.call('ecs:UntagResource', { resourceArn: arn, tagKeys: keys }, options),
    );
    this.#revisions.change(arn, (revision) => ({ ...revision, tags: without(revision.tags, new Set(keys)) }));
  }

  listClusters({ signal }: CallOptions): Promise<readonly string[]> {
    return listedClusters(this.#parts.transport, signal);
  }

  listServices(cluster: string, { signal }: CallOptions): Promise<readonly string[]> {
    return listedNames(this.#parts.transport, cluster, signal);
  }

  async listTasks(
    ref: ServiceRef,
    desiredStatus: 'RUNNING' | 'STOPPED',
    { signal }: CallOptions,
  ): Promise<readonly EcsTask[]> {
    const arns = await listedTasks(this.#parts.transport, ref, desiredStatus, signal);
    const tasks = await describedTasks(this.#parts.transport, ref.cluster, arns, signal);
    return tasks.filter((task) => task.group === undefined || task.group === `service:${ref.service}`);
  }

  async #register(input: RegisterTaskDefinitionInput, options: CallOptions): Promise<Revision> {
    const answer = await this.#parts.transport.call('ecs:RegisterTaskDefinition', input, options);
    const taskDefinition = memberOf('ecs:RegisterTaskDefinition', answer.taskDefinition, 'task definition');
    const revision = { taskDefinition, tags: answer.tags ?? input.tags ?? [] };
    const arn = memberOf('ecs:RegisterTaskDefinition', taskDefinition.taskDefinitionArn, 'task definition ARN');
    this.#revisions.put(arn, revision);
    this.#recent.add(input.family ?? '', arn);
    return revision;
  }

  async #askRevision(arn: string, signal: AbortSignal): Promise<Revision | undefined> {
    const operation = 'ecs:DescribeTaskDefinition';
    try {
      const answer = await this.#parts.transport.call(
        operation,
        { taskDefinition: arn, include: ['TAGS'] },
        { signal },
      );
      const taskDefinition = memberOf(operation, answer.taskDefinition, 'task definition');
      return { taskDefinition, tags: answer.tags ?? [] };
    } catch (thrown) {
      if (!isAwsError(thrown, 'missing')) throw thrown;
      if (!this.#recent.knows(arn)) return undefined;
      const fault = new AwsFault('StaleAnswer', 'the answer is from before our own registration', { cause: thrown });
      throw new AwsError('transient', operation, fault);
    }
  }

  /** The revision a service was to run may have been deregistered by somebody else: then AWS says so. */
  async #runs<T>(arn: string | undefined, write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (thrown) {
      // A failure that may as well be the service's or the network's does not speak against the revision.
      if (arn !== undefined && isAwsError(thrown, 'not-ready', 'missing', 'invalid')) this.#forget(arn);
      throw thrown;
    }
  }

  /** After a failure nobody knows which tags it carries. */
  async #tags(arn: string, write: () => Promise<unknown>): Promise<void> {
    try {
      await write();
    } catch (thrown) {
      this.#revisions.forget(arn);
      if (isAwsError(thrown, 'missing', 'invalid')) this.#recent.drop(arn);
      throw thrown;
    }
  }

  #forget(arn: string): void {
    this.#revisions.forget(arn);
    this.#recent.drop(arn);
  }
}

function without(tags: readonly EcsTag[], keys: ReadonlySet<string | undefined>): readonly EcsTag[] {
  return tags.filter((tag) => !keys.has(tag.key));
}

/** Of `arn:aws:ecs:region:account:service/cluster/name`; undefined for an ARN of anything else. */
function serviceIn(arn: string): ServiceRef | undefined {
  const [, cluster, service] = /:service\/([^/]+)\/([^/]+)$/.exec(arn) ?? [];
  return cluster === undefined || service === undefined ? undefined : { cluster, service };
}

function timeOf({ createdAt }: ServiceDeployment): number {
  return createdAt?.getTime() ?? 0;
}
