import type { Caller, Region } from './region.ts';

/**
 * One AWS operation: reads and changes the region, returns AWS's output, throws `AwsFault`.
 * `never` lets a handler state the input it expects; the world, which calls it, vouches for no more than an object.
 */
export type Handler = (region: Region, input: never, caller: Caller) => object;

/** By operation, without the API's name. */
export type Handlers = Readonly<Record<string, Handler>>;
