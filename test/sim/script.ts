import type { OperationName } from '../../src/aws/operations.ts';
import { type Key, keyOf } from '../../src/manifest/key.ts';
import type { LoadedManifest } from '../../src/manifest/load.ts';
import type { ServiceStatus } from '../../src/reconcile/status.ts';
import type { RepositoryRecord } from '../../src/sandbox/ecr/repository-record.ts';
import type { FaultRule } from '../../src/sandbox/faults/fault-rule.ts';
import type { OrderedFault } from '../../src/sandbox/faults.ts';
import { REGION } from '../support/rig.ts';
import type { EngineTrouble } from './images/engine.ts';
import type { Stage } from './stage.ts';
import { thingOf } from './thing-of.ts';
import { type ServiceTruth, serviceTruth } from './truth.ts';
import type { Violation } from './violation.ts';

export const WEB = keyOf('default', 'web');

/** The verbs of a scenario. Everything that waits resolves on the virtual clock. */
export class Script {
  readonly #stage: Stage;
  readonly #violate: (violation: Violation) => void;

  constructor(stage: Stage, violate: (violation: Violation) => void) {
    this.#stage = stage;
    this.#violate = violate;
  }

  /** Somebody commits this manifest. */
  write(loaded: LoadedManifest): void {
    this.#stage.manifests.write(loaded);
  }

  /** Somebody takes the manifest away. */
  remove(key: Key = WEB): void {
    this.#stage.manifests.remove(key);
  }

  /** The source can no longer tell. */
  lose(key: Key = WEB): void {
    this.#stage.manifests.lose(key);
  }

  seconds(count: number): Promise<unknown> {
    return this.#stage.kernel.when(() => false, count * 1000);
  }

  minutes(count: number): Promise<unknown> {
    return this.seconds(count * 60);
  }

  /** Waits for `Ready` of the manifest that is wanted now; that it comes in time is part of the promise (I24). */
  async ready(key: Key = WEB): Promise<void> {
    await this.until('I24', `${key} is Ready`, () => this.#isReady(key));
  }

  /** Waits for the Ready condition to give this reason: `RolledBack`, `ReplacementRequired`, … */
  async reason(reason: string, key: Key = WEB): Promise<void> {
    await this.until('I24', `${key} says ${reason}`, () => this.#readyOf(key)?.reason === reason);
  }

  /**
   * Waits until the live service is gone and the controller has let go of the key. False: whoever knew that it is to go
   * died before it was begun, and whoever came after tells of it and leaves it whole.
   */
  async gone(key: Key = WEB, name = 'web', cluster = 'agents'): Promise<boolean> {
    const isGone = (): boolean =>
      (this.live(name, cluster)?.status ?? 'INACTIVE') === 'INACTIVE' && this.status(key) === undefined;
    await this.until('I24', `${cluster}/${name} is gone`, () => isGone() || this.isLeft(name, cluster));
    return isGone();
  }

  /** True for a service that no manifest names, of which the controller tells, and whose deletion was not begun. */
  isLeft(name = 'web', cluster = 'agents'): boolean {
    const isTold = this.#stage.replicas.some(({ keeper }) =>
      keeper?.unclaimed.some((one) => one.endsWith(` ${cluster}/${name}`)),
    );
    return isTold && this.live(name, cluster)?.tags['evenkeel:deleting'] === undefined;
  }

  /** Waits for anything; when it does not come in time, the run has violated `id`. */
  async until(id: string, what: string, holds: () => boolean): Promise<void> {
    const { kernel } = this.#stage;
    if (await kernel.when(holds, this.#stage.patienceMs())) return;
    this.#violate({ id, at: kernel.now, message: `${what}: not in time (${this.#describe()})` });
    throw new NotInTime(what);
  }

  /** Must hold now. */
  expect(what: string, holds: boolean): void {
    if (!holds) this.#violate({ id: 'expect', at: this.#stage.kernel.now, message: what });
  }

  /** Somebody else works on the same account: a person at the console, another tool. */
  person(operation: OperationName | 'ecr:PutImage', input: object): object | undefined {
    const { world, trace, kernel } = this.#stage;
    const target = JSON.stringify(input).slice(0, 200);
    const thing = thingOf(operation, input as Readonly<Record<string, unknown>>);
    trace.push({ kind: 'world', at: kernel.now, what: `person ${operation}`, target, thing });
    this.#stage.stale.beforeWrite();
    try {
      return world.perform({ caller: world.root, region: REGION, operation, input });
    } catch {
      return undefined;
    }
  }

  /** Something of the world goes wrong from now on, until what this returns is lifted: `src/sandbox/faults/fault-rule.ts`. */
  world(rule: FaultRule): OrderedFault {
    return this.#stage.order(rule);
  }

  /** Somebody saves a folder that images are built of. */
  save(folder: string, content: string): void {
    this.#stage.folders.write(folder, content);
  }

  /** The engine that builds images breaks, until it is called again without a trouble. */
  engine(trouble?: EngineTrouble, replica = 'r1'): void {
    this.#stage.engineOf(replica).trouble = trouble;
  }

  /** Somebody else pushes an image, whatever it is, under the tag of what the folder holds. */
  pushed(repositoryName: string, folder: string, content: string): object | undefined {
    const imageTag = this.#stage.folders.tagOf(folder);
    const imageManifest = JSON.stringify({ schemaVersion: 2, content, by: 'somebody else' });
    return this.person('ecr:PutImage', { repositoryName, imageTag, imageManifest });
  }

  /** Content that the image of a live service was made of; undefined: it is not pinned to one that ECR has. */
  content(name = 'web', repository = name): string | undefined {
    const digest = this.live(name)?.image?.split('@')[1];
    const found = this.repository(repository)?.images.get(digest ?? '');
    return found === undefined ? undefined : (JSON.parse(found.manifest) as { readonly content: string }).content;
  }

  /** Images that were ever pushed to a repository. */
  images(name = 'web'): number {
    return this.repository(name)?.images.size ?? 0;
  }

  repository(name = 'web'): RepositoryRecord | undefined {
    return this.#stage.world.truthOf(REGION).repositories.get(name);
  }

  /** Kills a process now; it comes back by itself after the time the knobs say. */
  crash(replica = 'r1'): void {
    this.#stage.crash(replica);
  }

  /** Freezes a process for so many seconds. */
  pause(seconds: number, replica = 'r1'): void {
    this.#stage.pause(replica, seconds * 1000);
  }

  /** As SIGTERM, and a new process afterwards. */
  async restart(replica = 'r1'): Promise<void> {
    await this.#stage.restart(replica);
  }

  /** A person asks the daemon to look again, or to try a failed rollout again. */
  reconcile(key: Key = WEB, retry = false): void {
    for (const replica of this.#stage.replicas) replica.reconcile(key, retry);
  }

  live(name = 'web', cluster = 'agents'): ServiceTruth | undefined {
    return serviceTruth(this.#stage.world.truthOf(REGION), cluster, name);
  }

  status(key: Key = WEB): ServiceStatus | undefined {
    const all = this.#stage.replicas.map(({ keeper }) => keeper?.statuses.get(key));
    return all.find((status) => status !== undefined);
  }

  /** The replica that works now. */
  leader(): string {
    return this.#stage.replicas.find(({ keeper }) => keeper !== undefined)?.name ?? 'r1';
  }

  #isReady(key: Key): boolean {
    const wanted = this.#stage.manifests.wanted(key);
    if (wanted === undefined || this.status(key)?.manifestHash !== wanted.hash) return false;
    return this.#readyOf(key)?.status === 'True';
  }

  #readyOf(key: Key): ServiceStatus['conditions'][number] | undefined {
    return this.status(key)?.conditions.find((condition) => condition.type === 'Ready');
  }

  #describe(): string {
    const keys = this.#stage.manifests.keys();
    const said = keys.map((key) => {
      const ready = this.#readyOf(key);
      return `${key}: ${ready?.status ?? 'no status'} ${ready?.reason ?? ''} ${ready?.message ?? ''}`.slice(0, 200);
    });
    return said.join('; ');
  }
}

/** What was waited for did not come; the violation is written down already. */
export class NotInTime extends Error {
  override readonly name = 'NotInTime';
}
