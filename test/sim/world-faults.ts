import type { SandboxWorld } from '../../src/sandbox/world.ts';

/** Something the world does to an account. `target`: the service it is done to, `cluster/name`; absent: all. */
export type WorldFault = (world: SandboxWorld, region: string, target: string | undefined) => void;

/** By id, as a scenario or a seed orders them. */
const WORLD_FAULTS: Readonly<Record<string, WorldFault>> = {};

export function worldFault(id: string): WorldFault {
  const fault = WORLD_FAULTS[id];
  if (fault === undefined) throw new Error(`there is no fault of the world called ${id}`);
  return fault;
}

export function worldFaultIds(): readonly string[] {
  return Object.keys(WORLD_FAULTS);
}
