import type { ServiceRecord } from '../ecs/records.ts';
import type { Region } from '../region.ts';
import { type ArmedRule, epochMs } from './armed-rule.ts';
import type { FaultOf } from './fault-rule.ts';
import type { FaultyWorld } from './faulty-world.ts';
import { editInput, needsService } from './foreign-edit.ts';
import type { Occasion } from './occasion.ts';
import { occasionOf } from './occasion-of-call.ts';
import { occasionOfService } from './task-occasion.ts';

type Strikes = (rule: ArmedRule, occasion: Occasion) => boolean;

/** What others do to services: at times of their own, or between the calls of those who look after them. */
export class Acts {
  readonly #world: FaultyWorld;
  readonly #strikes: Strikes;

  constructor(world: FaultyWorld, strikes: Strikes) {
    this.#world = world;
    this.#strikes = strikes;
  }

  /** Puts the times of a rule on the world's agenda; those that are past come at once. */
  plan(rule: ArmedRule): void {
    const { fault } = rule;
    if (fault.kind !== 'autoscaling-acts' && fault.kind !== 'foreign-edit') return;
    const { startedAt } = this.#world;
    for (const [index, moment] of (fault.at ?? []).entries()) {
      this.#world.schedule(epochMs(moment, startedAt) - this.#world.now(), () => this.#act(rule, index));
    }
    if (fault.everyMs !== undefined) this.#repeat(rule, fault.everyMs, 0);
  }

  /** What a foreign edit would do right now to what a call is about; undefined: it is about nothing that could be edited. */
  editFor(rule: ArmedRule, occasion: Occasion, account: string): (() => void) | undefined {
    const { fault } = rule;
    if (fault.kind !== 'foreign-edit') return undefined;
    const region = [...this.#world.regions()].find((one) => one.name === occasion.region && one.account === account);
    if (region === undefined) return undefined;
    const name = occasion.services.find((service) => region.services.get(service)?.status === 'ACTIVE');
    const service = name === undefined ? undefined : region.services.get(name);
    const input = editInput(region, fault, service, occasion.families[0]);
    return input && (() => this.#world.act(region, fault.operation, input, rule.id));
  }

  #repeat(rule: ArmedRule, everyMs: number, index: number): void {
    this.#world.schedule(everyMs, () => {
      if (rule.lifted || this.#world.now() >= rule.untilMs) return;
      this.#act(rule, index);
      this.#repeat(rule, everyMs, index + 1);
    });
  }

  #act(rule: ArmedRule, index: number): void {
    if (rule.lifted) return;
    for (const region of [...this.#world.regions()]) {
      if (rule.fault.kind === 'autoscaling-acts') this.#scale(rule, rule.fault, region, index);
      if (rule.fault.kind === 'foreign-edit') this.#edit(rule, rule.fault, region);
    }
  }

  #edit(rule: ArmedRule, fault: FaultOf<'foreign-edit'>, region: Region): void {
    if (!needsService(fault)) {
      const input = editInput(region, fault, undefined, undefined);
      const occasion = occasionOf(fault.operation, region.name, fault.input ?? {});
      if (input && this.#strikes(rule, occasion)) this.#world.act(region, fault.operation, input, rule.id);
      return;
    }
    for (const service of activeServices(region)) {
      const input = editInput(region, fault, service, undefined);
      if (input === undefined || !this.#strikes(rule, occasionOfService(region, service))) continue;
      this.#world.act(region, fault.operation, input, rule.id);
    }
  }

  /** As Application Auto Scaling does: one UpdateService with a count inside the band, and nothing when it is that already. */
  #scale(rule: ArmedRule, { to }: FaultOf<'autoscaling-acts'>, region: Region, index: number): void {
    for (const service of activeServices(region)) {
      const target = region.scaling.get(`service/${service.cluster.name}/${service.name}`)?.target;
      if (target === undefined) continue;
      const { MinCapacity = 0, MaxCapacity = 0 } = target;
      const wanted = to === undefined ? rule.pick(MinCapacity, MaxCapacity) : to[index % to.length]!;
      const desiredCount = Math.min(MaxCapacity, Math.max(MinCapacity, wanted));
      if (desiredCount === service.settings.desiredCount) continue;
      if (!this.#strikes(rule, occasionOfService(region, service))) continue;
      const input = { cluster: service.cluster.name, service: service.name, desiredCount };
      this.#world.act(region, 'ecs:UpdateService', input, rule.id);
    }
  }
}

function activeServices(region: Region): readonly ServiceRecord[] {
  return [...region.services.values()].filter(({ status }) => status === 'ACTIVE');
}
