import type { AwsTransport, CallOptions } from '../../../src/aws/operations.ts';
import type { Outcome } from '../../../src/engine/outcome.ts';
import type { Key } from '../../../src/manifest/key.ts';
import type { Link, Look } from '../../../src/reconcile/link.ts';
import { ServiceReconciler } from '../../../src/reconcile/reconciler.ts';
import type { Pass } from '../../../src/reconcile/resource.ts';
import type { Desired, Source } from '../../../src/source/source.ts';
import type { Alteration } from '../alteration.ts';

/** Changes links of the chain. `change` is asked once a process for each link. */
export function onLinks(change: (link: Link) => Link): Alteration {
  return { keeper: (parts) => ({ ...parts, chain: parts.chain.map(change) }) };
}

/** Changes what one link sees and would do. The removal of autoscaling is called `autoscaling removal` here. */
export function onLook(kind: string, change: (look: Look, pass: Pass) => Look): Alteration {
  return onLinks((link) =>
    nameOf(link) === kind ? { ...link, look: async (pass) => change(await link.look(pass), pass) } : link,
  );
}

export function nameOf({ kind, promises }: Link): string {
  return kind === 'autoscaling' && promises.includes('desiredCountOwner') ? 'autoscaling removal' : kind;
}

export type Input = Readonly<Record<string, unknown>>;
type Send = (operation: string, input: object) => Promise<Input>;

/** Changes what is sent to AWS, or what comes back. `make` is asked once a process. */
export function onCalls(make: () => (operation: string, input: Input, send: Send) => Promise<object>): Alteration {
  return {
    transport(inner) {
      const change = make();
      const call = (operation: string, input: object, options: CallOptions): Promise<object> =>
        change(operation, input as Input, (name, given) => inner.call(name as never, given as never, options));
      return { call } as AwsTransport;
    },
  };
}

/** Changes the input of one operation. */
export function onInput(operation: string, change: (input: Input) => object): Alteration {
  return onCalls(() => (name, input, send) => send(name, name === operation ? change(input) : input));
}

/** Changes what the source says of a key. `make` is asked once a process. */
export function onSource(make: () => (desired: Desired, key: Key) => Desired): Alteration {
  return {
    keeper(parts) {
      const change = make();
      const { source } = parts;
      const altered: Source = {
        name: source.name,
        start: (sink, signal) => source.start(sink, signal),
        get: (key) => change(source.get(key), key),
        recall: (last) => source.recall(last),
        keys: () => source.keys(),
        snapshot: () => source.snapshot(),
      };
      return { ...parts, source: altered };
    },
  };
}

/** Changes what comes of a pass. */
export function onOutcome(undo: DisposableStack, change: (outcome: Outcome) => Outcome): void {
  replaceMethod(
    undo,
    ServiceReconciler.prototype,
    'reconcile',
    (reconcile) =>
      async function (this: ServiceReconciler, key, signal) {
        return change(await reconcile.call(this, key, signal));
      },
  );
}

/** Another body for one method of a class, until `undo` is disposed of. */
export function replaceMethod<Thing extends object, Name extends keyof Thing>(
  undo: DisposableStack,
  prototype: Thing,
  name: Name,
  make: (original: Thing[Name]) => Thing[Name],
): void {
  const original = prototype[name];
  prototype[name] = make(original);
  undo.defer(() => {
    prototype[name] = original;
  });
}
