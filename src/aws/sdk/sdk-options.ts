import type { OperationName } from '../operations.ts';

/** The APIs we use: `ecs`, `logs`, … */
export type ApiName = OperationName extends infer Name ? (Name extends `${infer Api}:${string}` ? Api : never) : never;

/** The operations of one API, without its name. */
export type OperationOf<Api extends ApiName> = OperationName extends infer Name
  ? Name extends `${Api}:${infer Operation}`
    ? Operation
    : never
  : never;

/** Where the calls of one gateway go, and as whom. What is left out the SDK finds in its usual places. */
export interface SdkOptions {
  readonly region: string;
  /** Our own version, for the user agent. */
  readonly version: string;
  /** For every API, unless `endpoints` has another. */
  readonly endpoint?: string;
  readonly endpoints?: Readonly<Partial<Record<ApiName, string>>>;
  /** Of the shared configuration files. */
  readonly profile?: string;
  /** Fixed keys, for a sandbox or an emulator. Otherwise the SDK's own chain is followed. */
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  /** Assumed with whatever credentials come out of the above, as session `evenkeel`. */
  readonly assumeRoleArn?: string;
  /** Milliseconds; defaults 3 000, 10 000 and 15 000. */
  readonly connectTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
  /** For the whole call, getting credentials included. */
  readonly deadlineMs?: number;
}
