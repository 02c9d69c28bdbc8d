import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OneShot } from '../../src/app/one-shot.ts';
import { AwsFault } from '../../src/aws/errors.ts';
import { planReportJson } from '../../src/cli/plan-json.ts';
import { seededRandom } from '../../src/lib/random.ts';
import type { LoadedManifest } from '../../src/manifest/load.ts';
import { chainOf } from '../../src/resources/chain.ts';
import { drive } from '../support/drive.ts';
import { simpleManifest } from '../support/rig.ts';
import { on } from './faulty-transport.ts';
import { inWorld, type World } from './world.ts';

/** Values that must be seen nowhere, each hidden for another reason; `n` makes a new set. */
function secretManifest(n: number, spec: object = {}): LoadedManifest {
  const environment = {
    DB_PASSWORD: `canary-pw-${n}`,
    SETTING: `canary${n}Zk3vQ9xT7bLm2RpW8sYd`,
    DATABASE_URL: `postgres://user:canary-url-${n}@db.example.com/app`,
    HARMLESS: `shown-${n}`,
  };
  const secrets = { OPENAI: `arn:aws:secretsmanager:us-east-1:123456789012:secret:canary-arn-${n}-a1b2c3` };
  const container = { name: 'web', healthCheck: { disabled: true }, environment, secrets };
  return simpleManifest({ container, ...spec });
}

async function assertUnseen(world: World, ...others: readonly unknown[]): Promise<void> {
  const { statuses, events, logLines } = world;
  const metrics = (await world.keeper.readModel().metrics()).text;
  const sinks = { statuses, events, logLines, metrics, others };
  for (const [name, content] of Object.entries(sinks)) assert.doesNotMatch(JSON.stringify(content), /canary/, name);
}

test('no secret is seen in a status, an event, a log line or a metric while manifests change', () =>
  inWorld({}, async (world) => {
    world.write(secretManifest(1));
    await world.untilReady();
    world.write(secretManifest(2));
    await world.untilReady();
    world.write(secretManifest(3, { mode: 'observe' }));
    await world.until('drift', () => world.status().drift.length > 0, 3);
    assert.match(JSON.stringify(world.status().drift), /shown-3/);
    await assertUnseen(world);
  }));

test('a whole sidecar that comes or goes shows nothing of its environment', () =>
  inWorld({}, async (world) => {
    world.write(secretManifest(1));
    await world.untilReady();
    const sidecar = {
      name: 'helper',
      image: 'example.com/helper:1',
      environment: [{ name: 'API_TOKEN', value: 'canary-sidecar' }],
    };
    world.write(secretManifest(1, { mode: 'observe', sidecars: [sidecar] }));
    await world.until('drift', () => world.status().drift.length > 0, 3);
    await assertUnseen(world);
  }));

test('an error of AWS that repeats what it was sent is told without the secret', () =>
  inWorld({}, async (world) => {
    const { container } = secretManifest(1).manifest.spec;
    const message = `Invalid value: ${container.environment['DB_PASSWORD']} and ${container.environment['SETTING']}`;
    const fault = new AwsFault('ClientException', message, { status: 400 });
    world.aws.trouble({ when: on('ecs:RegisterTaskDefinition'), fault });
    world.write(secretManifest(1));
    await world.untilReason('Invalid');
    await assertUnseen(world);
  }));

test('a plan shows what changes, and no secret, as JSON and as the command prints it', () =>
  inWorld({}, async (world) => {
    world.write(secretManifest(1));
    await world.untilReady();
    const gateways = world.outside();
    const { clock, config } = world;
    const chain = chainOf({ gateways, clock, controllerId: config.controllerId });
    const program = new OneShot({ config, gateways, chain, clock, random: seededRandom(4) });
    const report = await drive(clock, program.plan([secretManifest(2)], new AbortController().signal));
    assert.match(JSON.stringify(report), /shown-2/);
    await assertUnseen(world, report, planReportJson(report));
  }));
