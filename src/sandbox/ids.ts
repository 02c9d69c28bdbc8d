import type { Random } from '../lib/random.ts';

function pick(random: Random, alphabet: string, length: number): string {
  let text = '';
  for (let index = 0; index < length; index++) text += alphabet[Math.floor(random() * alphabet.length)];
  return text;
}

export function hexId(random: Random, length: number): string {
  return pick(random, '0123456789abcdef', length);
}

/** As ECS numbers deployments: 19 digits. */
export function deploymentId(random: Random): string {
  return `ecs-svc/${pick(random, '123456789', 1)}${pick(random, '0123456789', 18)}`;
}

/** Version 4 in form; not unguessable. */
export function uuid(random: Random): string {
  const hex = hexId(random, 30);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(12, 15)}-a${hex.slice(15, 18)}-${hex.slice(18, 30)}`;
}
