import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type CommandStand, commandStand, type Ground } from './support/command-stand.ts';

export interface CommandTarget {
  readonly name: string;
  readonly ground: () => Promise<Ground>;
  readonly skip: string | false;
  /** What an apply has to send again because it was forgotten at creation. */
  readonly corrections: readonly string[];
}

const AUTOSCALING = [
  'logging: { retentionDays: 30 }',
  'autoscaling:',
  '  minCapacity: 1',
  '  maxCapacity: 3',
  '  targets: [{ cpu: 70 }]',
  '  schedules: [{ name: nights, schedule: cron(0 22 * * ? *), minCapacity: 1 }]',
];

/** The command line as a person uses it, each command a process, each request counted on the wire. */
export function commandContract({ name, ground, skip, corrections }: CommandTarget): void {
  describe(`the command line against ${name}`, { skip }, () => {
    let stand: CommandStand;
    let web: string;
    before(async () => {
      stand = await commandStand(ground);
      for (const image of ['web', 'shell']) await stand.push(image);
      web = await stand.manifest('web', ...AUTOSCALING);
    });
    after(() => stand[Symbol.asyncDispose]());

    test('validate asks nothing of AWS', async () => {
      const { code, err } = await stand.run('validate', '-f', web);
      assert.equal(code, 0, err);
      assert.deepEqual(stand.proxy.take(), []);
    });

    test('a plan tells what is to be made, exits 2 when asked to, and writes nothing', async () => {
      const { code, out } = await stand.run('plan', '-f', web, '--detailed-exitcode');
      assert.equal(code, 2);
      assert.match(out, /Plan: 1 to create, 0 to update, 0 to delete\./);
      assert.deepEqual(stand.writes(), []);
    });

    test('apply makes each thing once, and follows the rollout to its end', async () => {
      const { code, out, err } = await stand.run('apply', '-f', web, '--yes');
      assert.equal(code, 0, err);
      assert.match(out, /Applied: 1 created, 0 updated, 0 deleted/);
      assert.match(err, /web: rollout succeeded/);
      assert.deepEqual(stand.writes(), [
        'CreateLogGroup',
        'PutRetentionPolicy',
        'RegisterTaskDefinition',
        'CreateService',
        'RegisterScalableTarget',
        'PutScalingPolicy',
        'PutScheduledAction',
      ]);
    });

    test('the plan after it is empty', async () => {
      const { code, out } = await stand.run('plan', '-f', web, '--detailed-exitcode');
      assert.equal(code, 0, out);
      assert.match(out, /No changes/);
    });

    test('a second apply writes nothing', async () => {
      const { code } = await stand.run('apply', '-f', web, '--yes');
      assert.equal(code, 0);
      assert.deepEqual(stand.writes(), []);
    });

    test('get and describe show a service that is ready', async () => {
      const got = await stand.run('get', '-f', web, '-o', 'json');
      const [status] = JSON.parse(got.out).items;
      const ready = status.conditions.find(({ type }: { readonly type: string }) => type === 'Ready');
      assert.deepEqual([got.code, status.key, ready.status], [0, 'default/web', 'True']);
      const described = await stand.run('describe', 'web', '-f', web);
      assert.equal(described.code, 0);
      assert.match(described.out, /Tasks: +1 running, 0 pending, 1 desired/);
      assert.deepEqual(stand.writes(), []);
    });

    test('a suspended service is left alone until it is resumed', async () => {
      assert.equal((await stand.run('suspend', 'web', '-f', web, '--reason', 'incident 4711')).code, 0);
      const changed = await stand.manifest('web', ...AUTOSCALING, 'memory: 1024');
      const left = await stand.run('plan', '-f', changed, '--detailed-exitcode');
      assert.match(left.out, /Suspended: incident 4711/);
      assert.deepEqual(stand.writes(), ['TagResource']);
      assert.equal((await stand.run('resume', 'web', '-f', web)).code, 0);
      const planned = await stand.run('plan', '-f', changed, '--detailed-exitcode');
      assert.equal(planned.code, 2, planned.out);
      assert.deepEqual(stand.writes(), ['UntagResource']);
    });

    test('delete wants the name again, then takes the service and what scales it', async () => {
      const refused = await stand.run('delete', 'web', '-f', web);
      assert.equal(refused.code, 1);
      assert.deepEqual(stand.writes(), []);
      const { code, err } = await stand.run('delete', 'web', '-f', web, '--confirm', 'web');
      assert.equal(code, 0, err);
      assert.deepEqual(stand.writes(), [
        'TagResource',
        'DeregisterScalableTarget',
        'UpdateService',
        'DeleteService',
        'DeregisterTaskDefinition',
      ]);
      const after = await stand.run('plan', '-f', web, '--detailed-exitcode');
      assert.equal(after.code, 2);
      assert.match(after.out, /create service agents\/web/);
    });

    test('a setting that is forgotten at creation is corrected once, by the same apply', async () => {
      const shell = await stand.manifest('shell', 'enableExecuteCommand: true');
      assert.equal((await stand.run('apply', '-f', shell, '--yes')).code, 0);
      assert.deepEqual(stand.writes(), ['CreateLogGroup', 'RegisterTaskDefinition', 'CreateService', ...corrections]);
      assert.equal((await stand.run('apply', '-f', shell, '--yes')).code, 0);
      assert.deepEqual(stand.writes(), []);
    });
  });
}
