import type { Handler, Handlers } from '../handler.ts';
import { clientException } from '../refusals.ts';

/** ECS operations that exist, and that the sandbox says it cannot answer yet. */
const ECS_OPERATIONS: readonly string[] = [
  'ContinueServiceDeployment',
  'DescribeServiceDeployments',
  'ExecuteCommand',
  'RunTask',
  'StartTask',
  'StopServiceDeployment',
];

const refuse =
  (name: string): Handler =>
  () => {
    throw clientException(`The sandbox does not imitate ${name}.`);
  };

export const ECS_UNIMITATED: Handlers = Object.fromEntries(ECS_OPERATIONS.map((name) => [name, refuse(name)]));
