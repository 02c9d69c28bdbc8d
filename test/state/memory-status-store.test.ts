import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Key, keyOf } from '../../src/manifest/key.ts';
import { MemoryStatusStore } from '../../src/state/memory-status-store.ts';

const key: Key = keyOf('default', 'web');
const { signal } = new AbortController();

async function storeWith(version: number, epoch: number): Promise<MemoryStatusStore<string>> {
  const store = new MemoryStatusStore<string>();
  for (let n = 0; n < version; n++) await store.put(key, `status ${n + 1}`, { version: n, epoch }, signal);
  return store;
}

async function listed(store: MemoryStatusStore<string>, until: AbortSignal): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const entry of store.list(until)) all.push(entry);
  return all;
}

const writes = [
  { name: 'the first write expects nothing', at: [0, 0], expect: { version: 0, epoch: 1 }, want: 'stored' },
  {
    name: 'a first write to what exists is a conflict',
    at: [2, 1],
    expect: { version: 0, epoch: 1 },
    want: 'conflict',
  },
  {
    name: 'a write on the version that was read is stored',
    at: [2, 1],
    expect: { version: 2, epoch: 1 },
    want: 'stored',
  },
  { name: 'a write on an older version is a conflict', at: [2, 1], expect: { version: 1, epoch: 1 }, want: 'conflict' },
  {
    name: 'a write on a version not yet there is a conflict',
    at: [0, 0],
    expect: { version: 1, epoch: 1 },
    want: 'conflict',
  },
  { name: 'a later holder of the lease may write', at: [2, 3], expect: { version: 2, epoch: 4 }, want: 'stored' },
  { name: 'a former holder may not', at: [2, 3], expect: { version: 2, epoch: 2 }, want: 'fenced' },
  { name: 'being fenced comes before a conflict', at: [2, 3], expect: { version: 1, epoch: 2 }, want: 'fenced' },
] as const;
for (const { name, at, expect, want } of writes) {
  test(name, async () => {
    const store = await storeWith(at[0], at[1]);
    assert.equal(await store.put(key, 'new', expect, signal), want);
    const stored = await store.get(key, signal);
    const before = at[0] === 0 ? undefined : { status: `status ${at[0]}`, version: at[0] };
    assert.deepEqual(stored, want === 'stored' ? { status: 'new', version: at[0] + 1 } : before);
  });
}

test('a former holder may not remove; a current one may, and twice', async () => {
  const store = await storeWith(1, 3);
  assert.equal(await store.remove(key, { epoch: 2 }, signal), 'fenced');
  assert.equal((await store.get(key, signal))?.version, 1);
  assert.equal(await store.remove(key, { epoch: 3 }, signal), 'removed');
  assert.equal(await store.remove(key, { epoch: 3 }, signal), 'removed');
  assert.equal(await store.get(key, signal), undefined);
});

test('the list has every key with its version', async () => {
  const store = await storeWith(2, 1);
  await store.put(keyOf('default', 'api'), 'other', { version: 0, epoch: 1 }, signal);
  const all = await listed(store, signal);
  assert.deepEqual(all, [
    ['default/web', { status: 'status 2', version: 2 }],
    ['default/api', { status: 'other', version: 1 }],
  ]);
});

test('an aborted signal rejects with its reason and writes nothing', async () => {
  const store = await storeWith(1, 1);
  const reason = new Error('shutting down');
  const aborted = AbortSignal.abort(reason);
  await assert.rejects(store.get(key, aborted), reason);
  await assert.rejects(store.put(key, 'new', { version: 1, epoch: 1 }, aborted), reason);
  await assert.rejects(store.remove(key, { epoch: 1 }, aborted), reason);
  await assert.rejects(listed(store, aborted), reason);
  assert.equal((await store.get(key, signal))?.status, 'status 1');
});
