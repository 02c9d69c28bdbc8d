import { WorkerController } from '../../../src/engine/controller.ts';
import { SimLeases } from '../leases.ts';
import { replaceMethod } from './plant.ts';
import type { PlantedBug } from './planted-bug.ts';

export const endingBugs: readonly PlantedBug[] = [
  {
    id: 'does-not-wait',
    title: 'the program ends while its passes go on',
    class: 'scheduling',
    near: ['S59'],
    apply(undo) {
      replaceMethod(
        undo,
        WorkerController.prototype as WorkerController<unknown>,
        'run',
        (run) =>
          function (this: WorkerController<unknown>, stop, lost) {
            const stopped = new Promise<void>((resolve) => {
              stop.addEventListener('abort', () => resolve(), { once: true });
            });
            return Promise.race([run.call(this, stop, lost), stopped]);
          },
      );
      return {};
    },
  },
  {
    id: 'lease-released-first',
    title: 'at the end the lease is given back before the passes that still write',
    class: 'scheduling',
    near: ['S59'],
    knobs: { replicas: 2 },
    apply(undo) {
      replaceMethod(
        undo,
        SimLeases.prototype,
        'acquire',
        (acquire) =>
          async function (this: SimLeases, name, signal) {
            const lease = await acquire.call(this, name, signal);
            signal.addEventListener('abort', () => void lease?.[Symbol.asyncDispose](), { once: true });
            return lease;
          },
      );
      return {};
    },
  },
];
