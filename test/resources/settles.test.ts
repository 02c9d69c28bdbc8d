import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { keyOf } from '../../src/manifest/key.ts';
import type { LoadedManifest } from '../../src/manifest/load.ts';
import type { FargateService } from '../../src/manifest/types.ts';
import { normaliseTaskDefinition } from '../../src/resources/task-definition.normalise.ts';
import { desiredTaskDefinition } from '../../src/resources/task-definition.ts';
import { arbitraryManifest } from '../manifest/arbitrary-manifest.ts';
import { drive } from '../support/drive.ts';
import { Rig } from '../support/rig.ts';

const RUNS = 150;
const options = { signal: new AbortController().signal };

function loadedOf(manifest: FargateService): LoadedManifest {
  const { namespace, name } = manifest.metadata;
  const origin = { file: 'arbitrary.yaml', line: 1, document: 0 };
  return { key: keyOf(namespace, name), manifest, hash: 'unused', origin };
}

/** Writes until there is nothing left to write; a rollout need not end for that. */
async function applied(rig: Rig, loaded: LoadedManifest): Promise<void> {
  const result = await rig.pass(loaded);
  assert.equal(result.refusal, undefined, JSON.stringify(result.refusal));
  await rig.clock.advance(60_000);
}

test('whatever the schema can say, applying it and planning again gives an empty plan', async () => {
  const property = fc.asyncProperty(arbitraryManifest(), async (manifest) => {
    const rig = new Rig();
    const loaded = loadedOf(manifest);
    await applied(rig, loaded);
    const plan = await rig.plan(loaded);
    const found = plan.actions.map(({ resource, verb, differences }) => ({ resource, verb, differences }));
    assert.deepEqual(found, [], JSON.stringify(found));
    assert.deepEqual(plan.remaining, []);
  });
  await fc.assert(property, { numRuns: RUNS });
});

test('whatever the schema can say, what ECS returns of the revision has the normal form that was asked for', async () => {
  const property = fc.asyncProperty(arbitraryManifest(), async (manifest) => {
    const rig = new Rig();
    const loaded = loadedOf(manifest);
    const { outputs, reads } = await rig.pass(loaded);
    const arn = outputs.taskDefinitionArn;
    assert.ok(arn !== undefined);
    const live = await drive(rig.clock, rig.gateway.ecs.describeRevision(arn, options));
    const pass = { key: loaded.key, manifest, purpose: 'converge' as const, outputs, pending: [], reads, ...options };
    const context = { gateways: { for: () => rig.gateway }, clock: rig.clock, controllerId: 'test' };
    assert.deepEqual(normaliseTaskDefinition(live?.taskDefinition ?? {}), desiredTaskDefinition(context, pass).normal);
  });
  await fc.assert(property, { numRuns: RUNS });
});

test('from any manifest to any other of the same service, two passes are enough and the next plan is empty', async () => {
  const pairs = fc.tuple(arbitraryManifest(), arbitraryManifest()).map(([first, second]) => [
    first,
    {
      ...second,
      metadata: { ...second.metadata, name: first.metadata.name, namespace: first.metadata.namespace },
      spec: { ...second.spec, cluster: first.spec.cluster, serviceName: first.spec.serviceName },
    },
  ]);
  const property = fc.asyncProperty(pairs, async ([first, second]) => {
    const rig = new Rig();
    await applied(rig, loadedOf(first!));
    const next = loadedOf(second!);
    const result = await rig.pass(next);
    if (result.refusal !== undefined) return;
    await rig.clock.advance(60_000);
    await rig.pass(next);
    const plan = await rig.plan(next);
    const found = plan.actions.map(({ resource, verb, differences }) => ({ resource, verb, differences }));
    assert.deepEqual(found, [], JSON.stringify(found));
  });
  await fc.assert(property, { numRuns: RUNS });
});
