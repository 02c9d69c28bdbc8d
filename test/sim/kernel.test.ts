import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../src/lib/random.ts';
import { Kernel, type KernelOptions } from './kernel.ts';
import { SimClock } from './sim-clock.ts';

const never = new AbortController().signal;

function kernelOf(options: Partial<KernelOptions> = {}): Kernel {
  return new Kernel({ policy: 'fifo', windowMs: 0, random: seededRandom(1), ...options });
}

/** A chain of promise jobs. */
async function jobs(count: number): Promise<void> {
  for (let index = 0; index < count; index++) await Promise.resolve();
}

test('every promise job of one step is lived through before the next step', async () => {
  const kernel = kernelOf();
  const seen: string[] = [];
  const slow = async (name: string, length: number): Promise<void> => {
    await new SimClock(kernel, name).sleep(10, never);
    await jobs(length);
    seen.push(name);
  };
  await kernel.run(Promise.all([slow('long', 1_000), slow('short', 1)]));
  assert.deepEqual(seen, ['long', 'short']);
});

test('the drain is exact from the first step on, also when a callback of the event loop begins the run', async () => {
  const seen: string[] = [];
  await new Promise<void>((resolve, reject) => {
    setImmediate(() => {
      const kernel = kernelOf();
      kernel.after(0, 'x', () => seen.push('step'));
      const begin = jobs(100).then(() => seen.push('beginning'));
      kernel.run(Promise.all([begin, kernel.when(() => seen.length === 2, 10)])).then(() => resolve(), reject);
    });
  });
  assert.deepEqual(seen, ['beginning', 'step']);
});

test('things happen by their time, and those of one time in the order in which they were asked for', async () => {
  const kernel = kernelOf();
  const seen: string[] = [];
  const note = (text: string) => (): void => void seen.push(`${text}@${kernel.now}`);
  kernel.after(20, 'a', note('late'));
  kernel.after(10, 'a', note('first'));
  kernel.after(10, 'a', note('second'));
  await kernel.run(kernel.when(() => false, 30));
  assert.deepEqual(seen, ['first@10', 'second@10', 'late@20']);
});

test('what lies beyond the window is not reached for, also past things that were cancelled', async () => {
  const kernel = kernelOf({ policy: 'lifo', windowMs: 5 });
  const seen: number[] = [];
  kernel.after(10, 'a', () => seen.push(kernel.now));
  kernel.after(12, 'a', () => seen.push(-1))();
  kernel.after(1_000, 'a', () => seen.push(kernel.now));
  await kernel.run(kernel.when(() => false, 2_000));
  assert.deepEqual(seen, [10, 1_000]);
});

test('within the window the last may come first, and nothing is passed over for ever', async () => {
  const kernel = kernelOf({ policy: 'lifo', windowMs: 5 });
  const seen: string[] = [];
  const busy = (): void => {
    if (kernel.now < 1_000) kernel.after(1, 'busy', busy);
  };
  kernel.after(0, 'starved', () => seen.push(`starved@${kernel.now}`));
  busy();
  await kernel.run(kernel.when(() => false, 2_000));
  assert.equal(seen.length, 1);
  assert.ok(Number(seen[0]!.split('@')[1]) <= 110, seen[0]);
});

test('what waits for a dead process never comes; for a frozen one it comes late', async () => {
  const kernel = kernelOf();
  const seen: string[] = [];
  const dead = { alive: true };
  const frozen = { alive: true, pausedUntil: 500 };
  kernel.after(10, 'a', () => seen.push('dead'), dead);
  kernel.after(10, 'a', () => seen.push(`frozen@${kernel.now}`), frozen);
  dead.alive = false;
  await kernel.run(kernel.when(() => false, 1_000));
  assert.deepEqual(seen, ['frozen@500']);
});

test('a clock that runs fast sleeps shorter, and one that is set wrong says so', async () => {
  const kernel = kernelOf();
  const clock = new SimClock(kernel, 'a', undefined, { offsetMs: 60_000, rate: 1.2 });
  const start = clock.now();
  await kernel.run(clock.sleep(1_200, never));
  assert.equal(kernel.now, 1_000);
  assert.equal(clock.elapsed(), 1_200);
  assert.equal(clock.now() - start, 1_200);
});

test('a sleep that is aborted rejects with the reason and is forgotten', async () => {
  const kernel = kernelOf();
  const stop = new AbortController();
  const slept = new SimClock(kernel, 'a').sleep(1_000, stop.signal);
  kernel.after(5, 'a', () => stop.abort(new Error('enough')));
  await assert.rejects(kernel.run(slept), /enough/);
  assert.equal(kernel.now, 5);
});

test('a run in which nothing can happen any more ends with an error', async () => {
  await assert.rejects(kernelOf().run(new Promise(() => undefined)), /nothing can happen/);
});
