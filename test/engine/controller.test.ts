import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exponentialBackoff } from '../../src/engine/backoff.ts';
import { type ControllerOptions, type PassEnd, WorkerController } from '../../src/engine/controller.ts';
import type { Outcome } from '../../src/engine/outcome.ts';
import { KeyedQueue } from '../../src/engine/queue.ts';
import { Interrupted } from '../../src/lib/errors.ts';
import { seededRandom } from '../../src/lib/random.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

interface Bench {
  readonly clock: FakeClock;
  readonly queue: KeyedQueue<string>;
  readonly controller: WorkerController<string>;
  readonly stop: AbortController;
  /** `key@seconds` for each pass that started. */
  readonly passes: string[];
  readonly ends: { key: string; result: string; end: PassEnd; seconds: number }[];
  readonly states: string[];
  readonly abandoned: string[];
}

type Reconcile = (key: string, signal: AbortSignal, bench: Bench) => Promise<Outcome>;

function setUp(reconcile: Reconcile, overrides: Partial<ControllerOptions<string>> = {}): Bench {
  const clock = new FakeClock();
  const queue = new KeyedQueue<string>({ clock, backoff: exponentialBackoff(() => 0) });
  const passes: string[] = [];
  const ends: Bench['ends'] = [];
  const states: string[] = [];
  const abandoned: string[] = [];
  const controller: WorkerController<string> = new WorkerController({
    queue,
    clock,
    reconciler: {
      reconcile: (key, signal) => {
        passes.push(`${key}@${clock.elapsed() / SECOND}`);
        return reconcile(key, signal, bench);
      },
    },
    random: () => 0.5,
    workers: 2,
    passTimeoutMs: 90 * SECOND,
    graceMs: 20 * SECOND,
    classifyError: (error) => error.message,
    observer: {
      stateChanged: (state) => states.push(state),
      passEnded: (pass) => ends.push(pass),
      abandoned: (keys) => abandoned.push(...keys),
    },
    ...overrides,
  });
  const bench: Bench = { clock, queue, controller, stop: new AbortController(), passes, ends, states, abandoned };
  return bench;
}

const settled = (againMs: number): Outcome => ({ kind: 'settled', againMs });
const shutdown = (): Interrupted => new Interrupted('shutdown', 'SIGTERM');

/** Ends only when its signal does. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

async function finish({ stop, clock }: Bench, running: Promise<void>): Promise<void> {
  stop.abort(shutdown());
  await clock.advance(MINUTE);
  await running;
  assert.equal(clock.sleeping, 0, 'no timer is left');
}

const requeues: readonly { name: string; outcome: Outcome; next: readonly string[] }[] = [
  { name: 'settled comes back after its interval', outcome: settled(5 * MINUTE), next: ['a@0', 'a@300'] },
  {
    name: 'waiting comes back exactly when it said',
    outcome: { kind: 'waiting', on: 'deployment', againMs: 200 * SECOND },
    next: ['a@0', 'a@200'],
  },
  {
    name: 'blocked is looked at again',
    outcome: { kind: 'blocked', reason: 'Denied', message: 'a role is missing', againMs: 4 * MINUTE },
    next: ['a@0', 'a@240'],
  },
  { name: 'gone never comes back', outcome: { kind: 'gone' }, next: ['a@0'] },
];
for (const { name, outcome, next } of requeues) {
  test(name, async () => {
    const bench = setUp(() => Promise.resolve(outcome));
    const running = bench.controller.run(bench.stop.signal);
    bench.queue.add('a');
    await bench.clock.advance(5 * MINUTE);
    assert.deepEqual(bench.passes, next);
    assert.equal(bench.ends[0]?.result, outcome.kind);
    await finish(bench, running);
  });
}

test('keys that settled at different times are looked at again in one round', async () => {
  const bench = setUp(() => Promise.resolve(settled(5 * MINUTE)));
  const running = bench.controller.run(bench.stop.signal);
  bench.queue.add('a');
  await bench.clock.advance(200 * SECOND);
  bench.queue.add('b');
  await bench.clock.advance(410 * SECOND);
  assert.deepEqual(bench.passes, ['a@0', 'b@200', 'a@300', 'b@300', 'a@600', 'b@600']);
  await finish(bench, running);
});

test('a thousand keys spread over rounds of at most a few hundred, and none waits longer than it asked', async () => {
  const everyMs = 5 * MINUTE;
  const bench = setUp(() => Promise.resolve(settled(everyMs)), { random: seededRandom(7), workers: 100 });
  const running = bench.controller.run(bench.stop.signal);
  for (let key = 0; key < 1_000; key++) bench.queue.add(`k${key}`);
  await bench.clock.advance(75 * MINUTE);
  const times = new Map<string, number[]>();
  const rounds = new Map<number, number>();
  for (const pass of bench.passes) {
    const [key = '', at] = pass.split('@');
    times.set(key, [...(times.get(key) ?? []), Number(at)]);
    rounds.set(Number(at), (rounds.get(Number(at)) ?? 0) + 1);
  }
  const gaps = [...times.values()].flatMap((at) => at.slice(1).map((time, index) => time - at[index]!));
  assert.ok(Math.max(...gaps) <= everyMs / SECOND, 'nobody waits longer');
  const last = [...rounds].filter(([at]) => at > 50 * 60).map(([, keys]) => keys);
  assert.ok(Math.max(...last) < 300, `the burst of the start wears off: ${Math.max(...last)}`);
  assert.ok(last.length <= 5 * 10, `ten rounds every five minutes, not one for each key: ${last.length}`);
  await finish(bench, running);
});

test('a throw is retried with growing delays, and a success starts them over', async () => {
  let healthy = false;
  const bench = setUp(() => (healthy ? Promise.resolve(settled(10 * MINUTE)) : Promise.reject(new Error('Throttled'))));
  const running = bench.controller.run(bench.stop.signal);
  bench.queue.add('a');
  await bench.clock.advance(8 * SECOND);
  assert.deepEqual(bench.passes, ['a@0', 'a@1', 'a@3', 'a@7']);
  const [first] = bench.ends;
  assert.ok(first?.end.kind === 'failed');
  assert.deepEqual([first.result, first.end.reason, first.end.againMs], ['error', 'Throttled', SECOND]);
  healthy = true;
  await bench.clock.advance(10 * SECOND);
  healthy = false;
  bench.queue.add('a');
  await bench.clock.advance(SECOND);
  assert.deepEqual(bench.passes.slice(4), ['a@15', 'a@18', 'a@19']);
  await finish(bench, running);
});

test('waiting does not count as a failure and ends a back-off', async () => {
  const script: (Outcome | Error)[] = [
    new Error('x'),
    new Error('x'),
    { kind: 'waiting', on: 'drain', againMs: SECOND },
    new Error('x'),
    { kind: 'gone' },
  ];
  const bench = setUp(() => {
    const next = script.shift()!;
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  });
  const running = bench.controller.run(bench.stop.signal);
  bench.queue.add('a');
  await bench.clock.advance(MINUTE);
  assert.deepEqual(bench.passes, ['a@0', 'a@1', 'a@3', 'a@4', 'a@5']);
  await finish(bench, running);
});

test('what is thrown without being an Error, or synchronously, is retried too', async () => {
  const bench = setUp(
    () => {
      // What a careless library throws.
      throw 'text' as unknown as Error;
    },
    {
      classifyError: () => {
        throw new Error('a bug in the classifier');
      },
    },
  );
  const running = bench.controller.run(bench.stop.signal);
  bench.queue.add('a');
  await bench.clock.advance(SECOND);
  assert.deepEqual(bench.passes, ['a@0', 'a@1']);
  const [first] = bench.ends;
  assert.ok(first?.end.kind === 'failed');
  assert.deepEqual([first.end.reason, first.end.error.message], ['Internal', 'text']);
  await finish(bench, running);
});

test('a pass that takes too long is aborted with pass-timeout and counted as a Timeout', async () => {
  const reasons: unknown[] = [];
  const bench = setUp(async (_key, signal) => {
    try {
      return await untilAborted(signal);
    } catch (thrown) {
      reasons.push(thrown);
      throw new Error('request aborted');
    }
  });
  const running = bench.controller.run(bench.stop.signal);
  bench.queue.add('a');
  await bench.clock.advance(90 * SECOND);
  assert.ok(reasons[0] instanceof Interrupted && reasons[0].why === 'pass-timeout');
  const [first] = bench.ends;
  assert.ok(first?.end.kind === 'failed');
  assert.deepEqual([first.end.reason, first.seconds], ['Timeout', 90]);
  await finish(bench, running);
});

test('never more passes at once than workers, and never two for one key', async () => {
  let active = 0;
  let most = 0;
  const now = new Set<string>();
  const bench = setUp(
    async (key, signal, { clock }) => {
      assert.ok(!now.has(key));
      now.add(key);
      most = Math.max(most, ++active);
      await clock.sleep(SECOND, signal);
      active--;
      now.delete(key);
      return settled(5 * SECOND);
    },
    { workers: 3 },
  );
  const running = bench.controller.run(bench.stop.signal);
  for (let n = 0; n < 10; n++) bench.queue.add(`key-${n}`);
  for (let n = 0; n < 30; n++) {
    bench.queue.add(`key-${n % 10}`);
    await bench.clock.advance(SECOND / 2);
  }
  assert.equal(most, 3);
  assert.ok(bench.ends.every((pass) => pass.result === 'settled'));
  await finish(bench, running);
});

test('nine failing keys in ten do not keep a healthy one from its turn (I27)', async () => {
  const bench = setUp(
    async (key, signal, { clock }) => {
      await clock.sleep(100, signal);
      if (key !== 'healthy') throw new Error('Internal');
      return settled(MINUTE);
    },
    { workers: 1 },
  );
  const running = bench.controller.run(bench.stop.signal);
  for (let n = 0; n < 9; n++) bench.queue.add(`broken-${n}`);
  bench.queue.add('healthy');
  await bench.clock.advance(10 * MINUTE);
  const times = bench.passes.filter((pass) => pass.startsWith('healthy')).map((pass) => Number(pass.split('@')[1]));
  assert.ok(times.length >= 9, `${times.length} passes`);
  for (let i = 1; i < times.length; i++) assert.ok(times[i]! - times[i - 1]! <= 120);
  await finish(bench, running);
});

test('a shutdown lets a running pass finish, starts no other, and calls neither an error', async () => {
  const bench = setUp(
    async (_key, signal, { clock }) => {
      await clock.sleep(10 * SECOND, signal);
      return settled(MINUTE);
    },
    { workers: 1 },
  );
  const running = bench.controller.run(bench.stop.signal);
  bench.queue.add('a');
  bench.queue.add('b');
  await bench.clock.advance(SECOND);
  bench.stop.abort(shutdown());
  await bench.clock.advance(20 * SECOND);
  await running;
  assert.deepEqual(bench.passes, ['a@0']);
  assert.deepEqual(
    bench.ends.map((pass) => pass.result),
    ['settled'],
  );
  assert.deepEqual(bench.states, ['syncing', 'running', 'draining', 'stopped']);
  assert.equal(bench.clock.sleeping, 0);
});

test('a pass that is over leaves nothing behind that goes on', async () => {
  const signals: AbortSignal[] = [];
  const seen: boolean[] = [];
  const bench = setUp(async (_key, signal) => {
    signals.push(signal);
    seen.push(signal.aborted);
    if (signals.length === 1) throw new Error('in one of its parts');
    return settled(MINUTE);
  });
  const running = bench.controller.run(bench.stop.signal);
  bench.queue.add('a');
  await bench.clock.advance(10 * SECOND);
  assert.deepEqual(seen, [false, false]);
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [true, true],
  );
  assert.deepEqual(
    bench.ends.map(({ result }) => result),
    ['error', 'settled'],
  );
  await finish(bench, running);
});

test('a key that is on its way to a worker when the stop comes is not begun', async () => {
  const bench = setUp(() => Promise.resolve(settled(MINUTE)));
  const running = bench.controller.run(bench.stop.signal);
  await settle();
  bench.queue.add('a');
  bench.stop.abort(shutdown());
  await running;
  assert.deepEqual(bench.passes, []);
  assert.equal(bench.queue.stats().running, 0);
});

test('a pass that outlasts the grace period is aborted as a shutdown, not as a failure', async () => {
  let reason: unknown;
  const bench = setUp(async (_key, signal) => {
    await untilAborted(signal).catch((thrown: unknown) => {
      reason = thrown;
    });
    throw new Error('aborted in the middle');
  });
  const running = bench.controller.run(bench.stop.signal);
  bench.queue.add('a');
  await bench.clock.advance(SECOND);
  bench.stop.abort(shutdown());
  await bench.clock.advance(20 * SECOND - 1);
  assert.equal(bench.ends.length, 0);
  await bench.clock.advance(1);
  await running;
  assert.ok(reason instanceof Interrupted && reason.why === 'shutdown');
  assert.deepEqual(
    bench.ends.map((pass) => pass.result),
    ['cancelled'],
  );
  assert.deepEqual(bench.abandoned, []);
});

test('a pass that ignores its abort is abandoned, and the controller still stops', async () => {
  const bench = setUp(() => new Promise(() => undefined));
  const running = bench.controller.run(bench.stop.signal);
  bench.queue.add('deaf');
  await bench.clock.advance(SECOND);
  bench.stop.abort(shutdown());
  await bench.clock.advance(22 * SECOND);
  await running;
  assert.deepEqual(bench.abandoned, ['deaf']);
  assert.equal(bench.controller.state, 'stopped');
});

for (const when of ['instead of a shutdown', 'in the middle of a drain', 'as the reason of the only signal'] as const) {
  test(`a lost lease aborts running passes without grace, ${when}`, async () => {
    let reason: unknown;
    const bench = setUp((_key, signal) =>
      untilAborted(signal).catch((thrown: unknown) => {
        reason = thrown;
        throw thrown;
      }),
    );
    const lost = new AbortController();
    const running = bench.controller.run(bench.stop.signal, lost.signal);
    bench.queue.add('a');
    await bench.clock.advance(SECOND);
    if (when === 'in the middle of a drain') bench.stop.abort(shutdown());
    await bench.clock.advance(SECOND);
    const signal = when === 'as the reason of the only signal' ? bench.stop : lost;
    signal.abort(new Interrupted('lease-lost', 'renewal failed'));
    await settle();
    assert.ok(reason instanceof Interrupted && reason.why === 'lease-lost');
    await running;
  });
}

test('no key is taken before the first list is complete', async () => {
  const bench = setUp(() => Promise.resolve(settled(MINUTE)), {
    sync: async (signal) => bench.clock.sleep(3 * SECOND, signal),
  });
  const running = bench.controller.run(bench.stop.signal);
  bench.queue.add('a');
  await bench.clock.advance(2 * SECOND);
  assert.equal(bench.controller.state, 'syncing');
  assert.deepEqual(bench.passes, []);
  await bench.clock.advance(SECOND);
  assert.deepEqual(bench.passes, ['a@3']);
  await finish(bench, running);
});

test('a stop before the first list is complete is an ordinary end', async () => {
  const bench = setUp(() => Promise.resolve(settled(MINUTE)), { sync: (signal) => untilAborted(signal) });
  const running = bench.controller.run(bench.stop.signal);
  bench.stop.abort(shutdown());
  await running;
  assert.deepEqual(bench.states, ['syncing', 'stopped']);
  assert.equal(bench.queue.closed, true);
});

test('a first list that fails is fatal', async () => {
  const bench = setUp(() => Promise.resolve(settled(MINUTE)), {
    sync: () => Promise.reject(new Error('no such root')),
  });
  await assert.rejects(bench.controller.run(bench.stop.signal), /no such root/);
  assert.equal(bench.controller.state, 'failed');
});

test('a bug in the loop stops everything and rejects', async () => {
  const bench = setUp((key, signal) =>
    key === 'bad' ? Promise.resolve({ kind: 'unheard of' } as unknown as Outcome) : untilAborted(signal),
  );
  const running = bench.controller.run(bench.stop.signal);
  bench.queue.add('good');
  bench.queue.add('bad');
  await assert.rejects(running, /unheard of/);
  assert.equal(bench.controller.state, 'failed');
  assert.deepEqual(
    bench.ends.map((pass) => pass.result),
    ['cancelled'],
  );
  assert.equal(bench.clock.sleeping, 0);
});

test('what an observer throws does not reach the loop', async () => {
  const fail = (): never => {
    throw new Error('a bug in the metrics');
  };
  const bench = setUp(() => Promise.resolve(settled(MINUTE)), {
    observer: { stateChanged: fail, passStarted: fail, passEnded: fail, abandoned: fail },
  });
  const running = bench.controller.run(bench.stop.signal);
  bench.queue.add('a');
  await bench.clock.advance(MINUTE);
  assert.deepEqual(bench.passes, ['a@0', 'a@60']);
  await finish(bench, running);
});

test('a controller runs once', async () => {
  const bench = setUp(() => Promise.resolve(settled(MINUTE)));
  bench.stop.abort(shutdown());
  await bench.controller.run(bench.stop.signal);
  await assert.rejects(bench.controller.run(bench.stop.signal), /cannot go from stopped to syncing/);
});

test('progress stands still only when a pass outlives its timeout', async () => {
  const bench = setUp(() => new Promise(() => undefined));
  const running = bench.controller.run(bench.stop.signal);
  await bench.clock.advance(10 * MINUTE);
  assert.equal(bench.controller.lastProgress(), 10 * MINUTE, 'idle is healthy');
  bench.queue.add('deaf');
  await bench.clock.advance(MINUTE);
  assert.equal(bench.controller.lastProgress(), 11 * MINUTE, 'still in time');
  await bench.clock.advance(10 * MINUTE);
  assert.equal(bench.controller.lastProgress(), 10 * MINUTE + 90 * SECOND);
  await finish(bench, running);
});

test('an outcome that says "at once" does not spin', async () => {
  const bench = setUp(() => Promise.resolve({ kind: 'waiting', on: 'nothing', againMs: 0 }));
  const running = bench.controller.run(bench.stop.signal);
  bench.queue.add('a');
  await bench.clock.advance(SECOND);
  assert.equal(bench.passes.length, 11);
  await finish(bench, running);
});
