import { createGateway } from '../../src/aws/create-gateway.ts';
import { classified } from '../../src/aws/decorate.ts';
import { AwsError } from '../../src/aws/errors.ts';
import type { AwsGateway } from '../../src/aws/gateway.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { ScriptedTransport } from './scripted-transport.ts';

export function gatewayOver(handlers: ConstructorParameters<typeof ScriptedTransport>[0]): {
  readonly gateway: AwsGateway & Disposable;
  readonly transport: ScriptedTransport;
  readonly clock: FakeClock;
} {
  const transport = new ScriptedTransport(handlers);
  const clock = new FakeClock();
  return { gateway: createGateway(classified(transport), { clock, region: 'us-east-1' }), transport, clock };
}

/** Lets the gathering windows pass, then gives the result or what was thrown. */
export async function afterWindow<T>(clock: FakeClock, promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  await clock.advance(200);
  return promise;
}

export const kindIs =
  (kind: string, code?: string) =>
  (thrown: unknown): boolean =>
    thrown instanceof AwsError && thrown.kind === kind && (code === undefined || thrown.code === code);

export const numbered = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);
