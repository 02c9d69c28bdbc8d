import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineUnavailable } from '../../src/build/build-errors.ts';
import type { Availability, Builder } from '../../src/build/builder.ts';
import { chooseBuilder } from '../../src/build/choose-builder.ts';
import { signal } from './support/tree.ts';

const HERE: Availability = { kind: 'available', detail: '1.0' };
const gone = (name: string): Availability => ({ kind: 'missing', why: `${name} is gone.`, remedy: `Get ${name}.` });

function builder(name: string, answer: Availability): Builder & { asked: number } {
  const unused = (): never => assert.fail('only its availability is asked for');
  return {
    name,
    asked: 0,
    async available() {
      this.asked++;
      return answer;
    },
    build: unused,
    push: unused,
    inspectArchitecture: unused,
    discard: unused,
  };
}

test('without a wish, the first that can be used is chosen, and no further one is asked', async () => {
  const all = [builder('docker', gone('docker')), builder('podman', HERE), builder('buildah', HERE)];
  assert.equal((await chooseBuilder('auto', all, signal)).name, 'podman');
  assert.deepEqual(
    all.map(({ asked }) => asked),
    [1, 1, 0],
  );
});

test('a wish is kept, even where another could be used', async () => {
  const all = [builder('docker', HERE), builder('buildah', gone('buildah'))];
  assert.equal((await chooseBuilder('docker', all, signal)).name, 'docker');
  // What was asked for by name is not answered with something else.
  await assert.rejects(chooseBuilder('buildah', all, signal), /buildah is gone\. Get buildah\.$/);
});

test('when none can be used, each is named with what is missing and how to get it', async () => {
  const all = [builder('docker', gone('docker')), builder('buildah', gone('buildah'))];
  await assert.rejects(chooseBuilder('auto', all, signal), (thrown) => {
    assert.ok(thrown instanceof EngineUnavailable);
    assert.match(thrown.message, /\ncodebuild: EVENKEEL_CODEBUILD_PROJECT and EVENKEEL_CODEBUILD_BUCKET are not set\./);
    assert.match(thrown.message, /docker: docker is gone\. Get docker\.\nbuildah: buildah is gone\. Get buildah\./);
    return true;
  });
});

test('a name that no builder has is answered with those there are', async () => {
  await assert.rejects(chooseBuilder('kaniko', [builder('docker', HERE)], signal), /there are auto, docker/);
});
