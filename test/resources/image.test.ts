import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BuildFailed, PushFailed } from '../../src/build/build-errors.ts';
import type { BuildProgress } from '../../src/build/builder.ts';
import { sha256 } from '../../src/lib/hash.ts';
import type { LoadedManifest } from '../../src/manifest/load.ts';
import type { ImageParts } from '../../src/resources/image.ts';
import type { SandboxOptions } from '../../src/sandbox/sandbox-options.ts';
import { drive } from '../support/drive.ts';
import { Rig, simpleManifest } from '../support/rig.ts';

const options = { signal: new AbortController().signal };
const ECR = '123456789012.dkr.ecr.us-east-1.amazonaws.com';

/** An engine and registries whose content the test decides. */
class Images {
  /** What the folder holds now. */
  content = 'one';
  /** What a push does besides arriving. */
  afterPush: () => void = () => undefined;
  arrives = true;
  tells: readonly BuildProgress[] = [];
  builds = 0;
  asked = 0;
  /** What tags of registries other than ECR name. */
  digests = new Map<string, string>();

  parts(rig: Rig): ImageParts {
    return {
      builds: {
        tagOf: async () => sha256(this.content),
        buildAndPush: async (_order, target, on, signal) => {
          this.builds++;
          for (const told of this.tells) on(told);
          const digest = `sha256:${sha256(`image of ${this.content}`)}`;
          const repositoryName = target.repositoryUri.slice(target.repositoryUri.indexOf('/') + 1);
          const imageManifest = JSON.stringify({ schemaVersion: 2, content: this.content });
          if (this.arrives) {
            await rig
              .transport()
              .send('ecr:PutImage', { repositoryName, imageManifest, imageTag: target.tag }, { signal });
          }
          this.afterPush();
          return { digest };
        },
      },
      registries: {
        digestOf: async ({ registry, repository, tag }) => {
          this.asked++;
          return this.digests.get(`${registry ?? ''}/${repository}:${tag}`);
        },
      },
    };
  }
}

function stand(sandbox: Partial<SandboxOptions> = {}): { readonly rig: Rig; readonly images: Images } {
  const images = new Images();
  return { rig: new Rig(sandbox, (rig) => images.parts(rig)), images };
}

const built = (spec: object = {}, repositorySettings: object = {}): LoadedManifest =>
  simpleManifest({ image: { build: { context: './agent', repository: 'web', repositorySettings } }, ...spec });

/** A lifecycle policy, as a manifest states one. */
const AGING = {
  rules: [
    {
      rulePriority: 1,
      selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 90 },
      action: { type: 'expire' },
    },
  ],
};

async function deployedImage(rig: Rig): Promise<string> {
  const service = await drive(
    rig.clock,
    rig.gateway.ecs.describeService({ cluster: 'agents', service: 'web' }, options),
  );
  const revision = await drive(rig.clock, rig.gateway.ecs.describeRevision(service?.taskDefinition ?? '', options));
  return revision?.taskDefinition.containerDefinitions?.[0]?.image ?? '';
}

test('a folder becomes a repository, an image and a service that runs it by digest', async () => {
  const { rig, images } = stand();
  const result = await rig.converge(built());
  assert.equal(result.readiness.kind, 'ready');
  assert.deepEqual(rig.mutations(), [
    'ecr:CreateRepository',
    'ecr:PutImage',
    'logs:CreateLogGroup',
    'ecs:RegisterTaskDefinition',
    'ecs:CreateService',
  ]);
  assert.equal(images.builds, 1);
  assert.match(await deployedImage(rig), new RegExp(`^${ECR}/web@sha256:[0-9a-f]{64}$`));
});

test('who was second to create a repository leaves it as the first one made it', async () => {
  const { rig } = stand();
  // Between the look and the creation.
  rig.world.faults.order({
    when: { operations: ['ecr:CreateRepository'], times: 1 },
    fault: { kind: 'foreign-edit', operation: 'ecr:CreateRepository', input: { repositoryName: 'web' } },
  });
  await rig.pass(built({}, { lifecyclePolicy: AGING }));
  const done = rig.mutations();
  assert.ok(done.includes('ecr:PutImage'));
  assert.deepEqual(
    done.filter((operation) => /^ecr:.*(Repository|Policy|Mutability)/.test(operation)),
    ['ecr:CreateRepository'],
  );
});

test('the same content again is not built, not pushed, and costs one existence check', async () => {
  const { rig, images } = stand();
  await rig.converge(built());
  rig.mutations();
  const before = rig.world.calls.get('ecr:BatchGetImage') ?? 0;
  const again = await rig.pass(built());
  assert.deepEqual(again.actions, []);
  assert.equal(images.builds, 1);
  assert.equal(rig.world.calls.get('ecr:BatchGetImage'), before + 1);
});

test('other content is another image, another revision and one UpdateService', async () => {
  const { rig, images } = stand();
  await rig.converge(built());
  const first = await deployedImage(rig);
  rig.mutations();
  images.content = 'two';
  await rig.converge(built());
  assert.deepEqual(rig.mutations(), [
    'ecr:PutImage',
    'ecs:RegisterTaskDefinition',
    'ecs:UpdateService',
    'ecs:TagResource',
  ]);
  assert.notEqual(await deployedImage(rig), first);
});

test('a plan of a folder that was never built names every step and writes nothing', async () => {
  const { rig, images } = stand();
  const plan = await rig.plan(built());
  assert.deepEqual(
    plan.actions.map(({ verb, resource }) => `${verb} ${resource}`),
    ['create repository', 'build image', 'create log group', 'register task definition', 'create service'],
  );
  assert.equal(images.builds, 0);
  assert.deepEqual(rig.mutations(), []);
});

test('what a plan hears of an image before there is a repository is not taken for an image in it', async () => {
  // The sandbox says that everything exists in a repository that nobody created.
  const { rig, images } = stand({ impliedImages: true });
  const { reads } = await rig.plan(built());
  await rig.pass(built(), reads);
  assert.equal(images.builds, 1);
  const first = await deployedImage(rig);
  await rig.converge(built());
  assert.equal(await deployedImage(rig), first);
});

const TOLD: readonly (readonly [BuildProgress, string | undefined])[] = [
  [{ kind: 'step', n: 2, of: 9, text: 'RUN make', cached: false }, 'step: step 2/9 RUN make'],
  [{ kind: 'step', n: 2, of: 9, text: 'RUN make', cached: true }, undefined],
  [
    { kind: 'done', seconds: 41.4, sizeBytes: 212_400_000, cachedSteps: 5 },
    'result: built in 41 s, 5 steps from the cache, 212 MB',
  ],
  [{ kind: 'done', seconds: 3, cachedSteps: 1 }, 'result: built in 3 s, 1 step from the cache'],
  [{ kind: 'pushed', layers: 1, present: 6 }, 'result: pushed 1 layer, 6 were there'],
];
test('what the builder tells reaches whoever listens to the pass', async () => {
  const { rig, images } = stand();
  images.tells = TOLD.map(([told]) => told);
  const heard: string[] = [];
  await rig.pass(built(), undefined, (action, { kind, message }) =>
    heard.push(`${action.resource} ${kind}: ${message}`),
  );
  assert.deepEqual(
    heard,
    TOLD.flatMap(([, words]) => (words === undefined ? [] : [`image ${words}`])),
  );
});

test('of a build that failed, whoever listens gets the end of its log', async () => {
  const { rig, images } = stand();
  const log = Array.from({ length: 30 }, (_, index) => `line ${index}`);
  images.afterPush = () => {
    throw new BuildFailed('step', 'RUN make', log, 'the build failed at RUN make');
  };
  const heard: string[] = [];
  await assert.rejects(
    rig.pass(built(), undefined, (_, { kind, message }) => heard.push(`${kind}: ${message}`)),
    BuildFailed,
  );
  assert.deepEqual(
    heard,
    log.slice(-20).map((line) => `log: ${line}`),
  );
});

test('a push whose answer was lost is settled by what the registry has', async () => {
  const { rig, images } = stand();
  images.afterPush = () => {
    throw new PushFailed('unknown', [], 'the connection was reset');
  };
  await assert.rejects(rig.pass(built()), PushFailed);
  images.afterPush = () => undefined;
  const result = await rig.converge(built());
  assert.equal(result.readiness.kind, 'ready');
  assert.equal(images.builds, 1);
});

test('a push that never arrived is done again', async () => {
  const { rig, images } = stand();
  images.arrives = false;
  images.afterPush = () => {
    throw new PushFailed('registry-down', [], 'no answer');
  };
  await assert.rejects(rig.pass(built()), PushFailed);
  Object.assign(images, { arrives: true, afterPush: () => undefined });
  await rig.converge(built());
  assert.equal(images.builds, 2);
});

for (const tagMutability of ['IMMUTABLE', 'MUTABLE']) {
  test(`nothing expires unless the manifest says so: ECR cannot tell what a revision uses (${tagMutability})`, async () => {
    const { rig } = stand();
    const manifest = built({}, { tagMutability });
    await rig.converge(manifest);
    const policyOf = (): Promise<string | undefined> =>
      drive(rig.clock, rig.gateway.ecr.lifecyclePolicyOf('web', options));
    assert.equal(rig.world.calls.get('ecr:GetLifecyclePolicy') ?? 0, 0, 'nor is it asked for');
    assert.equal(await policyOf(), undefined);
    const lifecyclePolicyText = JSON.stringify(AGING);
    await rig.transport().send('ecr:PutLifecyclePolicy', { repositoryName: 'web', lifecyclePolicyText }, options);
    rig.mutations();
    await rig.converge(manifest);
    assert.deepEqual(rig.mutations(), []);
    assert.equal(await policyOf(), lifecyclePolicyText, 'what somebody else has set is theirs');
  });
}

test('settings of a repository of ours are kept, those of somebody else are left alone', async () => {
  const { rig } = stand();
  const aging = built({}, { lifecyclePolicy: AGING });
  await rig.converge(aging);
  assert.ok(rig.mutations().includes('ecr:PutLifecyclePolicy'));
  const person = rig.transport();
  await person.send('ecr:PutImageTagMutability', { repositoryName: 'web', imageTagMutability: 'MUTABLE' }, options);
  await person.send('ecr:DeleteLifecyclePolicy', { repositoryName: 'web' }, options);
  rig.mutations();
  await rig.converge(aging);
  assert.deepEqual(rig.mutations(), ['ecr:PutImageTagMutability', 'ecr:PutLifecyclePolicy']);

  const other = stand();
  await other.rig.transport().send('ecr:CreateRepository', { repositoryName: 'web' }, options);
  other.rig.mutations();
  await other.rig.converge(aging);
  assert.ok(
    other.rig.mutations().every((operation) => !operation.includes('Lifecycle') && !operation.includes('Mutability')),
  );
});

test('a plain tag is pinned when it is deployed, and a tag that moved is no difference', async () => {
  const { rig, images } = stand();
  images.digests.set('example.com/web:1', `sha256:${'a'.repeat(64)}`);
  const plain = simpleManifest({ image: { uri: 'example.com/web:1' } });
  await rig.converge(plain);
  assert.equal(await deployedImage(rig), `example.com/web@sha256:${'a'.repeat(64)}`);
  images.digests.set('example.com/web:1', `sha256:${'b'.repeat(64)}`);
  rig.mutations();
  const asked = images.asked;
  await rig.converge(plain);
  assert.deepEqual(rig.mutations(), []);
  assert.equal(images.asked, asked);
});

test('a manifest that follows its tag deploys what the tag comes to name', async () => {
  const { rig, images } = stand();
  images.digests.set('example.com/web:1', `sha256:${'a'.repeat(64)}`);
  const following = simpleManifest({ image: { uri: 'example.com/web:1', follow: true } });
  await rig.converge(following);
  images.digests.set('example.com/web:1', `sha256:${'b'.repeat(64)}`);
  await rig.converge(following);
  assert.equal(await deployedImage(rig), `example.com/web@sha256:${'b'.repeat(64)}`);
});

test('what somebody else deployed is set back to the image that was pinned, though its tag moved since', async () => {
  const { rig, images } = stand();
  images.digests.set('example.com/web:1', `sha256:${'a'.repeat(64)}`);
  const plain = simpleManifest({ image: { uri: 'example.com/web:1' } });
  await rig.converge(plain);
  const person = rig.transport();
  const foreign = await person.call(
    'ecs:RegisterTaskDefinition',
    {
      family: 'web',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containerDefinitions: [{ name: 'web', image: 'example.com/other:2' }],
    },
    options,
  );
  const taskDefinition = foreign.taskDefinition?.taskDefinitionArn ?? '';
  await person.call('ecs:UpdateService', { cluster: 'agents', service: 'web', taskDefinition }, options);
  images.digests.set('example.com/web:1', `sha256:${'b'.repeat(64)}`);
  rig.mutations();
  await rig.converge(plain);
  assert.deepEqual(rig.mutations(), ['ecs:UpdateService']);
  assert.equal(await deployedImage(rig), `example.com/web@sha256:${'a'.repeat(64)}`);
});

test('an image that its registry does not have is said to be missing before anything is written', async () => {
  const { rig } = stand({ impliedImages: false });
  for (const uri of ['example.com/web:1', `${ECR}/nothing:1`]) {
    const refused = await rig.converge(simpleManifest({ image: { uri } }));
    assert.equal(refused.refusal?.reason, 'ImageNotFound');
  }
  assert.deepEqual(rig.mutations(), []);
});

test('an image given by digest is used as it is, and nobody is asked', async () => {
  const { rig, images } = stand();
  const uri = `example.com/web@sha256:${'c'.repeat(64)}`;
  await rig.converge(simpleManifest({ image: { uri } }));
  assert.equal(await deployedImage(rig), uri);
  assert.equal(images.asked, 0);
});
