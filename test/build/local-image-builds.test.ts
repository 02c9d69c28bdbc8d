import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Builder, BuildProgress, BuiltImage } from '../../src/build/builder.ts';
import { EngineMaker } from '../../src/build/engine-maker.ts';
import type { BuildOrder, PushTarget } from '../../src/build/image-builds.ts';
import { LocalImageBuilds } from '../../src/build/local-image-builds.ts';
import { orderReader } from '../../src/build/read-order.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';
import { folder, freshCache, signal } from './support/tree.ts';

const DIGEST = `sha256:${'d'.repeat(64)}`;
const BUILT: BuiltImage = { imageId: `sha256:${'a'.repeat(64)}`, localRef: 'x:1' };

/** A build of the fake builder, which ends when the test says so. */
interface FakeBuild {
  readonly signal: AbortSignal;
  readonly tell: (progress: BuildProgress) => void;
  readonly end: PromiseWithResolvers<BuiltImage>;
}

/** Ends a build when told, never by itself: an abort takes as long as the test lets it. */
class FakeBuilder implements Builder {
  readonly name = 'fake';
  readonly builds: FakeBuild[] = [];
  readonly pushed: string[] = [];
  /** Pushes to this repository wait. */
  readonly held = { repository: '', until: Promise.withResolvers<void>() };
  discarded = 0;
  mayDiscard: Promise<void> = Promise.resolve();

  available(): ReturnType<Builder['available']> {
    return Promise.resolve({ kind: 'available', detail: '' });
  }

  build: Builder['build'] = (_request, tell, stop) => {
    const end = Promise.withResolvers<BuiltImage>();
    this.builds.push({ signal: stop, tell, end });
    return end.promise;
  };

  push: Builder['push'] = async (_built, { registry, repository, tag }) => {
    if (repository === this.held.repository) await this.held.until.promise;
    this.pushed.push(`${registry}/${repository}:${tag}`);
    return { digest: DIGEST };
  };

  inspectArchitecture(): Promise<string> {
    return Promise.resolve('amd64');
  }

  discard(): Promise<void> {
    this.discarded++;
    return this.mayDiscard;
  }
}

/** An image of this content, for this repository. */
interface What {
  readonly content?: Content;
  readonly repository?: string;
}
type Content = 'one' | 'two' | 'three';

/** Builds of one folder, in three ways. */
interface Stand {
  readonly builder: FakeBuilder;
  readonly ask: (caller: Caller, what?: What) => Promise<string>;
  /** The build with this number, once it has begun. */
  readonly begun: (index: number) => Promise<FakeBuild>;
}

/** Somebody who wants an image: what it heard, and its way to leave. */
class Caller {
  readonly heard: string[] = [];
  readonly stop = new AbortController();
  readonly on = (progress: BuildProgress): void => {
    this.heard.push(progress.kind === 'step' ? progress.text : progress.kind);
  };

  leave(): void {
    this.stop.abort(new Error('left'));
  }
}

async function stand(t: TestContext, atOnce = 2): Promise<Stand> {
  const root = folder(t, { Dockerfile: 'FROM scratch' });
  const builder = new FakeBuilder();
  const plain: BuildOrder = { root, context: '.', dockerfile: 'Dockerfile', args: {}, platform: 'linux/amd64' };
  const maker = new EngineMaker({ builders: [builder], builder: 'auto', clock: new FakeClock() });
  const builds = new LocalImageBuilds({
    maker,
    read: orderReader({ cache: freshCache(), templatesFolder: root }),
    atOnce,
  });
  const orderOf = (content: Content): BuildOrder => ({ ...plain, args: { CONTENT: content } });
  const tagOf = (content: Content): Promise<string> => builds.tagOf(orderOf(content), signal);
  const tags = { one: await tagOf('one'), two: await tagOf('two'), three: await tagOf('three') };
  // Whoever has asked has joined: nothing is waited for before.
  const ask = async (caller: Caller, { content = 'one', repository = 'agent' }: What = {}): Promise<string> => {
    const tag = tags[content];
    const credentials = async (): Promise<{ username: string; password: string }> => ({ username: 'u', password: 'p' });
    const target: PushTarget = { repositoryUri: `registry.example/${repository}`, tag, credentials };
    return (await builds.buildAndPush(orderOf(content), target, caller.on, caller.stop.signal)).digest;
  };
  const begun = async (index: number): Promise<FakeBuild> => {
    for (;;) {
      const build = builder.builds[index];
      if (build !== undefined) return build;
      await settle();
    }
  };
  return { builder, ask, begun };
}

const step = (text: string): BuildProgress => ({ kind: 'step', n: 1, of: 2, text, cached: false });

test('those who want the same content share its build; each hears of it from when it came', async (t) => {
  const { builder, ask, begun } = await stand(t);
  const [first, late] = [new Caller(), new Caller()];
  const one = ask(first);
  const build = await begun(0);
  build.tell(step('a'));
  const other = ask(late);
  build.tell(step('b'));
  build.end.resolve(BUILT);
  assert.deepEqual(await Promise.all([one, other]), [DIGEST, DIGEST]);
  assert.deepEqual(first.heard, ['a', 'b']);
  assert.deepEqual(late.heard, ['b']);
  assert.deepEqual([builder.builds.length, builder.pushed.length, builder.discarded], [1, 1, 1]);
});

test('whoever began it may leave, at once; it goes on for those who stay, and tells the one who left no more', async (t) => {
  const { ask, begun } = await stand(t);
  const [first, second] = [new Caller(), new Caller()];
  const one = ask(first);
  const build = await begun(0);
  const other = ask(second);
  first.leave();
  await assert.rejects(one, /left/);
  assert.equal(build.signal.aborted, false);
  build.tell(step('b'));
  build.end.resolve(BUILT);
  assert.equal(await other, DIGEST);
  assert.deepEqual([first.heard, second.heard], [[], ['b']]);
});

test('when all have left it is aborted, and the last waits until nothing of it runs', async (t) => {
  const { builder, ask, begun } = await stand(t);
  const [first, second] = [new Caller(), new Caller()];
  const one = ask(first);
  const build = await begun(0);
  const other = ask(second);
  first.leave();
  await assert.rejects(one, /left/);
  let over = false;
  const last = assert.rejects(other, /left/).then(() => {
    over = true;
  });
  second.leave();
  await settle();
  assert.deepEqual([build.signal.aborted, over], [true, false]);
  build.end.reject(build.signal.reason);
  await last;
  assert.deepEqual(builder.pushed, []);
});

test('who comes while a build that was given up still ends gets one of its own, after it', async (t) => {
  const { builder, ask, begun } = await stand(t, 3);
  const [first, second] = [new Caller(), new Caller()];
  const one = assert.rejects(ask(first), /left/);
  const build = await begun(0);
  first.leave();
  await settle();
  const other = ask(second);
  // Asked later, and begun: so the one before would have begun, too, if it did not wait.
  const elsewhere = ask(new Caller(), { content: 'two', repository: 'elsewhere' });
  (await begun(1)).end.resolve(BUILT);
  await elsewhere;
  assert.equal(builder.builds.length, 2);
  build.end.reject(build.signal.reason);
  await one;
  (await begun(2)).end.resolve(BUILT);
  assert.equal(await other, DIGEST);
  assert.deepEqual(
    builder.pushed.map((pushed) => pushed.split(':')[0]),
    ['registry.example/elsewhere', 'registry.example/agent'],
  );
});

test('what one caller does with what it hears is nothing to the build', async (t) => {
  const { ask, begun } = await stand(t);
  const deaf = new Caller();
  const one = ask(Object.assign(deaf, { on: () => assert.fail('of the listener') }));
  const build = await begun(0);
  build.tell(step('a'));
  build.end.resolve(BUILT);
  assert.equal(await one, DIGEST);
});

test('a build that fails fails for all, and is begun anew for the next', async (t) => {
  const { ask, begun } = await stand(t);
  const both = [ask(new Caller()), ask(new Caller())].map((asked) => assert.rejects(asked, /no room/));
  const build = await begun(0);
  await settle();
  build.end.reject(new Error('no room'));
  await Promise.all(both);
  const again = ask(new Caller());
  (await begun(1)).end.resolve(BUILT);
  assert.equal(await again, DIGEST);
});

test('one that waits for its turn can leave at once, and is never built', async (t) => {
  const { builder, ask, begun } = await stand(t, 1);
  const waiting = new Caller();
  const one = ask(new Caller());
  const build = await begun(0);
  const left = ask(waiting, { content: 'two', repository: 'other' });
  const staying = ask(new Caller(), { content: 'three', repository: 'third' });
  await settle();
  waiting.leave();
  await assert.rejects(left, /left/);
  build.end.resolve(BUILT);
  (await begun(1)).end.resolve(BUILT);
  assert.deepEqual(await Promise.all([one, staying]), [DIGEST, DIGEST]);
  assert.equal(builder.builds.length, 2);
  assert.ok(builder.pushed.every((pushed) => !pushed.includes('/other:')));
});

test('who has left before it asks starts nothing', async (t) => {
  const { builder, ask } = await stand(t);
  const gone = new Caller();
  gone.leave();
  await assert.rejects(ask(gone), /left/);
  await settle();
  assert.equal(builder.builds.length, 0);
});

test('the same content for several repositories is built once, in one turn, and let go of after the last push', async (t) => {
  const { builder, ask, begun } = await stand(t, 1);
  builder.held.repository = 'slow';
  const [slow, quick] = [ask(new Caller(), { repository: 'slow' }), ask(new Caller(), { repository: 'quick' })];
  (await begun(0)).end.resolve(BUILT);
  assert.equal(await quick, DIGEST);
  const late = ask(new Caller(), { repository: 'late' });
  assert.equal(await late, DIGEST);
  assert.deepEqual([builder.builds.length, builder.discarded], [1, 0]);
  builder.held.until.resolve();
  assert.equal(await slow, DIGEST);
  assert.deepEqual([builder.builds.length, builder.discarded], [1, 1]);
  assert.deepEqual(
    builder.pushed.map((pushed) => pushed.split(':')[0]),
    ['quick', 'late', 'slow'].map((repository) => `registry.example/${repository}`),
  );
});

test('an image that is being let go of is not handed out: the next build waits until it is gone', async (t) => {
  const { builder, ask, begun } = await stand(t, 3);
  const discard = Promise.withResolvers<void>();
  builder.mayDiscard = discard.promise;
  const one = ask(new Caller());
  (await begun(0)).end.resolve(BUILT);
  while (builder.discarded === 0) await settle();
  const next = ask(new Caller(), { repository: 'next' });
  const other = ask(new Caller(), { content: 'two' });
  (await begun(1)).end.resolve(BUILT);
  await settle();
  assert.equal(builder.builds.length, 2);
  discard.resolve();
  (await begun(2)).end.resolve(BUILT);
  assert.deepEqual(await Promise.all([one, next, other]), [DIGEST, DIGEST, DIGEST]);
});

test('who leaves one repository leaves the build to the others', async (t) => {
  const { builder, ask, begun } = await stand(t);
  const leaving = new Caller();
  const left = assert.rejects(ask(leaving), /left/);
  const build = await begun(0);
  const other = new Caller();
  const staying = ask(other, { repository: 'other' });
  // It has joined once it is told something.
  while (other.heard.length === 0) {
    build.tell(step('a'));
    await settle();
  }
  leaving.leave();
  await left;
  assert.equal(build.signal.aborted, false);
  build.end.resolve(BUILT);
  assert.equal(await staying, DIGEST);
  assert.equal(builder.builds.length, 1);
});

test('who comes for another repository while a build that was given up still ends gets one of its own', async (t) => {
  const { builder, ask, begun } = await stand(t, 3);
  const gone = new Caller();
  const one = assert.rejects(ask(gone), /left/);
  const build = await begun(0);
  gone.leave();
  await settle();
  const other = ask(new Caller(), { repository: 'other' });
  // Asked later, and begun: so the other has joined what it could join.
  const third = ask(new Caller(), { content: 'two' });
  (await begun(1)).end.resolve(BUILT);
  await third;
  build.end.reject(build.signal.reason);
  await one;
  (await begun(2)).end.resolve(BUILT);
  assert.equal(await other, DIGEST);
  assert.equal(builder.builds.length, 3);
});
