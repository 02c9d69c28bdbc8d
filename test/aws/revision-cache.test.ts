import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Revision } from '../../src/aws/gateway.ts';
import { RevisionCache } from '../../src/aws/revision-cache.ts';

const { signal } = new AbortController();
const revision = (arn: string, tag = ''): Revision => ({
  taskDefinition: { taskDefinitionArn: arn },
  tags: tag === '' ? [] : [{ key: tag }],
});

test('what was used longest ago is forgotten first', async () => {
  const asked: string[] = [];
  const cache = new RevisionCache(async (arn) => {
    asked.push(arn);
    return revision(arn);
  }, 2);
  for (const arn of ['a', 'b', 'a', 'c', 'a', 'b']) await cache.get(arn, signal);
  assert.deepEqual(asked, ['a', 'b', 'c', 'b']);
});

test('an answer under way while the tags change is given to its caller and not kept', async () => {
  const gate = Promise.withResolvers<void>();
  const answers = [revision('a', 'old'), revision('a', 'new')];
  const cache = new RevisionCache(async () => {
    const answer = answers.shift();
    await gate.promise;
    return answer;
  });
  const before = cache.get('a', signal);
  cache.change('a', (known) => known);
  gate.resolve();
  assert.deepEqual((await before)?.tags, [{ key: 'old' }]);
  assert.deepEqual((await cache.get('a', signal))?.tags, [{ key: 'new' }]);
});

test('after everybody left, the next caller asks anew, even if the first call never ends', async () => {
  let asked = 0;
  const cache = new RevisionCache((arn) => (++asked > 1 ? Promise.resolve(revision(arn)) : new Promise(() => {})));
  const impatient = new AbortController();
  const first = cache.get('a', impatient.signal);
  impatient.abort(new Error('enough'));
  await assert.rejects(first, /enough/);
  assert.equal((await cache.get('a', signal))?.taskDefinition.taskDefinitionArn, 'a');
});

test('what is read anew counts, unless it lacks a tag that was there', async () => {
  const answers: (Revision | undefined)[] = [revision('a', 'mark'), revision('a'), undefined, revision('a', 'mark')];
  const cache = new RevisionCache(async () => answers.shift());
  const first = await cache.get('a', signal);
  assert.equal(await cache.refresh('a', signal), first);
  assert.equal(await cache.refresh('a', signal), first);
  assert.equal(await cache.get('a', signal), first);
  const again = await cache.refresh('a', signal);
  assert.notEqual(again, first);
  assert.equal(await cache.get('a', signal), again);
});

test('a failure to read anew forgets nothing', async () => {
  let fails = false;
  const cache = new RevisionCache(async (arn) => {
    if (fails) throw new Error('no answer');
    return revision(arn, 'mark');
  });
  const first = await cache.get('a', signal);
  fails = true;
  await assert.rejects(cache.refresh('a', signal), /no answer/);
  assert.equal(await cache.get('a', signal), first);
});
