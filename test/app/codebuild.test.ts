import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readConfig } from '../../src/app/config.ts';
import { GatewayRegistry } from '../../src/app/gateways.ts';
import { imageParts } from '../../src/app/images.ts';
import { OneShot } from '../../src/app/one-shot.ts';
import type { ApplyEvent, ApplyResult } from '../../src/app/program.ts';
import { silentObserver } from '../../src/aws/observer.ts';
import type { AwsTransport, TaskDefinition } from '../../src/aws/operations.ts';
import { seededRandom } from '../../src/lib/random.ts';
import type { LoadedManifest } from '../../src/manifest/load.ts';
import { loadFile } from '../../src/manifest/load-file.ts';
import { chainOf } from '../../src/resources/chain.ts';
import { SandboxTransport } from '../../src/sandbox/transport.ts';
import { SandboxWorld } from '../../src/sandbox/world.ts';
import { folder, type Tree } from '../build/support/tree.ts';
import { drive } from '../support/drive.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { REGION } from '../support/rig.ts';

const ENV = {
  EVENKEEL_BUILDER: 'codebuild',
  EVENKEEL_CODEBUILD_PROJECT: 'images',
  EVENKEEL_CODEBUILD_BUCKET: 'contexts',
};
const TREE: Tree = {
  'agent/Dockerfile': 'FROM python:3.13-slim\nCOPY . /app\n',
  'agent/app.py': 'print("hello")',
  'bare/generated_agent.py': 'agent = None\n',
};
const BUILD_CALLS = ['s3:HeadObject', 's3:PutObject', 'codebuild:StartBuild', 'ecr:BatchGetImage'];

/** A folder with a manifest and code, an account without an engine, and as many processes as a test wants. */
class Stand {
  readonly clock = new FakeClock();
  readonly world: SandboxWorld;
  readonly root: string;
  readonly #seen = new Map<string, number>();

  constructor(t: TestContext, buildMs = 30_000) {
    this.root = folder(t, TREE);
    const options = { throttling: false, speed: 10, buildMs: [buildMs, buildMs] as const };
    this.world = new SandboxWorld({ clock: this.clock, random: seededRandom(1), options });
  }

  manifest(build: object = { context: './agent', repository: 'agent' }): LoadedManifest {
    const document = {
      apiVersion: 'evenkeel.dev/v1',
      kind: 'FargateService',
      metadata: { name: 'agent' },
      spec: {
        cluster: 'agents',
        executionRoleArn: 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
        image: { build },
        network: { subnets: ['subnet-a'], securityGroups: ['sg-a'] },
        container: { name: 'agent', healthCheck: { disabled: true } },
      },
    };
    const file = join(this.root, 'agent.yaml');
    const { manifests, errors } = loadFile(
      { file, text: JSON.stringify(document) },
      { variables: {}, defaultRegion: REGION },
    );
    assert.deepEqual(errors, []);
    return manifests[0]!;
  }

  process(env: Readonly<Record<string, string>> = ENV): Process {
    return new Process(this, env);
  }

  /** How often each of the calls that a build takes was made since this was asked before. */
  calls(): Readonly<Record<string, number>> {
    return Object.fromEntries(
      BUILD_CALLS.map((name) => {
        const total = this.world.calls.get(name) ?? 0;
        const fresh = total - (this.#seen.get(name) ?? 0);
        this.#seen.set(name, total);
        return [name, fresh];
      }),
    );
  }

  builds(): readonly string[] {
    return [...this.world.truthOf(REGION).builds.values()].map(({ status }) => status);
  }

  /** Image of the newest revision, and the digest that ECR has for the only tag of its repository. */
  deployed(): { readonly image: string | undefined; readonly digest: string | undefined } {
    const region = this.world.truthOf(REGION);
    const definition = region.families.get('agent')?.at(-1)?.definition as TaskDefinition | undefined;
    const [image] = region.repositories.get('agent')?.images.values() ?? [];
    return { image: definition?.containerDefinitions?.[0]?.image, digest: image?.digest };
  }

  /** Turns the clock until something holds; what is read from the disk meanwhile takes real time. */
  async until(holds: () => boolean): Promise<void> {
    for (let turn = 0; !holds(); turn++) {
      assert.ok(turn < 5000, 'it never came to hold');
      await this.clock.advance(10);
    }
  }
}

/** `evenkeel apply`, by itself: nothing is shared with another process but the account. */
class Process {
  readonly events: ApplyEvent[] = [];
  readonly stop = new AbortController();
  readonly #stand: Stand;
  readonly #program: OneShot;
  #dead = false;

  constructor(stand: Stand, env: Readonly<Record<string, string>>) {
    this.#stand = stand;
    const { clock, world } = stand;
    const input = { verb: 'apply', variables: {}, sources: [], prune: false };
    const config = { ...readConfig(input, env), quota: { share: 1, scale: 1000 } };
    const random = seededRandom(2);
    const inner = new SandboxTransport(world, REGION);
    const transport: AwsTransport = {
      call: (name, call, options) =>
        this.#dead ? new Promise<never>(() => undefined) : inner.call(name, call, options),
    };
    const parts = { clock, random, observer: silentObserver, quota: config.quota };
    const gateways = new GatewayRegistry({ ...parts, transportFor: () => transport });
    const images = imageParts(config, { env: {}, clock, random }, gateways);
    const chain = chainOf({ gateways, clock, controllerId: config.controllerId }, images);
    this.#program = new OneShot({ config, gateways, chain, clock, random });
  }

  /** As SIGKILL: nothing is sent any more, and nothing is cleaned up. */
  kill(): void {
    this.#dead = true;
  }

  /** The clock is the caller's to turn. */
  async begin(loaded: LoadedManifest): Promise<ApplyResult> {
    const { signal } = this.stop;
    const report = await this.#program.plan([loaded], signal);
    const options = { wait: true, onEvent: (event: ApplyEvent) => void this.events.push(event) };
    const { results } = await this.#program.apply(report, options, signal);
    return results[0]!;
  }

  apply(loaded: LoadedManifest): Promise<ApplyResult> {
    return drive(this.#stand.clock, this.begin(loaded));
  }
}

test('a folder of code becomes a service that runs what CodeBuild made of it, by digest', async (t) => {
  const stand = new Stand(t);
  const process = stand.process();
  const { outcome } = await process.apply(stand.manifest());
  assert.equal(outcome, 'created');
  const { image, digest } = stand.deployed();
  assert.match(digest!, /^sha256:[0-9a-f]{64}$/);
  assert.equal(image, `123456789012.dkr.ecr.${REGION}.amazonaws.com/agent@${digest}`);
  const { 's3:PutObject': uploads, 'codebuild:StartBuild': starts } = stand.calls();
  assert.deepEqual([uploads, starts], [1, 1]);
  const told = JSON.stringify(process.events);
  assert.match(told, /step 3\/3 RUN pip install/);
  assert.match(told, /built in \d+ s, 1 step from the cache/);
  assert.match(told, /pushed 1 layer, 1 were there/);
});

test('where CodeBuild is configured and no builder is named, no engine is looked for', async (t) => {
  const stand = new Stand(t);
  const { EVENKEEL_BUILDER: _, ...place } = ENV;
  assert.equal((await stand.process(place).apply(stand.manifest())).outcome, 'created');
  assert.deepEqual(stand.builds(), ['SUCCEEDED']);
});

test('the second time it is there: no start, no upload, one look at the registry', async (t) => {
  const stand = new Stand(t);
  await stand.process().apply(stand.manifest());
  stand.calls();
  const { outcome } = await stand.process().apply(stand.manifest());
  assert.equal(outcome, 'unchanged');
  assert.deepEqual(stand.calls(), {
    's3:HeadObject': 0,
    's3:PutObject': 0,
    'codebuild:StartBuild': 0,
    'ecr:BatchGetImage': 1,
  });
});

test('other content is another image, and the service goes over to it', async (t) => {
  const stand = new Stand(t);
  await stand.process().apply(stand.manifest());
  const before = stand.deployed().image;
  writeFileSync(join(stand.root, 'agent', 'app.py'), 'print("good bye")');
  assert.equal((await stand.process().apply(stand.manifest())).outcome, 'updated');
  assert.notEqual(stand.deployed().image, before);
  assert.deepEqual(stand.builds(), ['SUCCEEDED', 'SUCCEEDED']);
});

test('a template is laid under the folder, as with any engine', async (t) => {
  const stand = new Stand(t);
  const manifest = stand.manifest({ context: './bare', repository: 'agent', template: 'strands-agent' });
  assert.equal((await stand.process().apply(manifest)).outcome, 'created');
  assert.deepEqual(stand.builds(), ['SUCCEEDED']);
});

test('a process that is killed after it started the build: the next one waits for that build and starts none', async (t) => {
  const stand = new Stand(t, 20 * 60_000);
  const killed = stand.process();
  void killed.begin(stand.manifest());
  await stand.until(() => stand.builds().length === 1);
  killed.kill();
  // Longer than a token of CodeBuild's holds.
  await stand.clock.advance(6 * 60_000);
  const next = stand.process();
  assert.equal((await next.apply(stand.manifest())).outcome, 'created');
  assert.deepEqual(stand.builds(), ['SUCCEEDED']);
  const { 's3:PutObject': uploads, 'codebuild:StartBuild': starts } = stand.calls();
  assert.deepEqual([uploads, starts], [1, 1]);
});

test('a process that is killed after the push: the next one finds the image and asks CodeBuild nothing', async (t) => {
  const stand = new Stand(t);
  const killed = stand.process();
  void killed.begin(stand.manifest());
  await stand.until(() => stand.builds().length === 1);
  killed.kill();
  await stand.until(() => stand.builds()[0] === 'SUCCEEDED');
  const before = stand.world.calls.get('codebuild:ListBuildsForProject');
  assert.equal((await stand.process().apply(stand.manifest())).outcome, 'created');
  assert.equal(stand.world.calls.get('codebuild:ListBuildsForProject'), before);
  assert.deepEqual(stand.builds(), ['SUCCEEDED']);
});

test('on an interrupt the build is stopped and no service is made', async (t) => {
  const stand = new Stand(t);
  const interrupted = stand.process();
  const work = interrupted.begin(stand.manifest());
  work.catch(() => undefined);
  await stand.until(() => stand.builds().length === 1);
  interrupted.stop.abort(new Error('interrupted'));
  await drive(
    stand.clock,
    work.catch(() => undefined),
  );
  assert.deepEqual(stand.builds(), ['STOPPED']);
  assert.equal(stand.world.truthOf(REGION).services.size, 0);
});

test('a step that fails is told with the end of its log, and no service is made', async (t) => {
  const stand = new Stand(t);
  stand.world.faults.order({ fault: { kind: 'build-failure' } });
  const process = stand.process();
  const result = await process.apply(stand.manifest());
  assert.equal(result.outcome, 'error');
  assert.match(JSON.stringify(result), /the build failed at RUN pip install/);
  assert.match(JSON.stringify(process.events), /No matching distribution found for nosuchpackage/);
  assert.equal(stand.world.truthOf(REGION).services.size, 0);
});
