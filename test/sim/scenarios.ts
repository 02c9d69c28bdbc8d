import type { Scenario } from './scenario.ts';
import { s02 } from './scenarios/s02-create.ts';
import { s03 } from './scenarios/s03-no-change.ts';
import { s04 } from './scenarios/s04-environment.ts';
import { s07 } from './scenarios/s07-count.ts';
import { s08 } from './scenarios/s08-add-autoscaling.ts';
import { s10 } from './scenarios/s10-remove-autoscaling.ts';
import { s14 } from './scenarios/s14-delete.ts';
import { s39 } from './scenarios/s39-leader-dies.ts';

/** Every scenario, by its number. */
export const SCENARIOS: readonly Scenario[] = [s02, s03, s04, s07, s08, s10, s14, s39];

export function scenarioOf(id: string): Scenario {
  const scenario = SCENARIOS.find((one) => one.id === id);
  if (scenario === undefined)
    throw new Error(`there is no scenario ${id}: ${SCENARIOS.map((one) => one.id).join(' ')}`);
  return scenario;
}
