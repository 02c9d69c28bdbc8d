import assert from 'node:assert/strict';
import { AwsFault } from '../../src/aws/errors.ts';
import type { EcsService, EcsTask } from '../../src/aws/operations.ts';
import type { Fault, FaultWhen } from '../../src/sandbox/faults/fault-rule.ts';
import type { FaultOptions } from '../../src/sandbox/faults.ts';
import { Fixture } from './sandbox-fixture.ts';

/** A sandbox that misbehaves on order, and the questions tests ask it. */
export class FaultFixture extends Fixture {
  constructor(options: ConstructorParameters<typeof Fixture>[0] = {}, faults: FaultOptions = {}) {
    super({ throttling: false, ...options }, 1, faults);
  }

  order(fault: Fault, when: FaultWhen = {}): ReturnType<Fixture['world']['faults']['order']> {
    return this.world.faults.order({ when, fault });
  }

  /** The code with which a call is refused; `done` when it is not. */
  async outcome(call: Promise<unknown>): Promise<string> {
    try {
      await call;
      return 'done';
    } catch (thrown) {
      assert.ok(thrown instanceof AwsFault, String(thrown));
      return thrown.code;
    }
  }

  /** The count the service really has, whatever reads say. */
  truth(name = 'web'): number | undefined {
    return this.world.truthOf('us-east-1').services.get(`main/${name}`)?.settings.desiredCount;
  }

  /** Mutating calls that took effect. */
  get done(): readonly string[] {
    return this.world.log.filter(({ outcome }) => outcome === 'done').map(({ operation }) => operation.slice(4));
  }

  async tasks(desiredStatus = 'STOPPED'): Promise<readonly EcsTask[]> {
    const input = { cluster: 'main', serviceName: 'web', desiredStatus };
    const { taskArns = [] } = await this.send<{ taskArns?: readonly string[] }>('ecs:ListTasks', input);
    if (taskArns.length === 0) return [];
    const { tasks = [] } = await this.send<{ tasks?: readonly EcsTask[] }>('ecs:DescribeTasks', {
      cluster: 'main',
      tasks: taskArns,
    });
    return tasks;
  }

  async listed(): Promise<readonly string[]> {
    const { serviceArns } = await this.send<{ serviceArns: readonly string[] }>('ecs:ListServices', {
      cluster: 'main',
    });
    return serviceArns.map((arn) => arn.slice(arn.lastIndexOf('/') + 1));
  }

  /** Lives on for so long; returns the service. */
  async after(ms: number): Promise<EcsService> {
    await this.clock.advance(ms);
    return (await this.service())!;
  }
}
