import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Of, ofKind } from './support/of-kind.ts';
import { CALL } from './support/subject.ts';

export function logsTests(of: Of): void {
  test('a log group is found by its exact name, not by what it begins with', async () => {
    const { logs } = of().gateway;
    await logs.createLogGroup('/ecs/a', {}, CALL);
    await logs.createLogGroup('/ecs/a2', {}, CALL);
    assert.equal((await logs.describeLogGroup('/ecs/a', CALL))?.logGroupName, '/ecs/a');
    assert.equal(await logs.describeLogGroup('/ecs/', CALL), undefined);
  });

  test('a log group never expires until a retention is set, and never again once it is taken away', async () => {
    const { logs } = of().gateway;
    await logs.createLogGroup('/ecs/kept', {}, CALL);
    const days = async (): Promise<number | undefined> =>
      (await logs.describeLogGroup('/ecs/kept', CALL))?.retentionInDays;
    assert.equal(await days(), undefined);
    await logs.setRetention('/ecs/kept', 30, CALL);
    assert.equal(await days(), 30);
    await logs.setRetention('/ecs/kept', 0, CALL);
    assert.equal(await days(), undefined);
  });

  test('the tags of a log group are read and changed by its ARN', async () => {
    const { logs } = of().gateway;
    await logs.createLogGroup('/ecs/tagged', { team: 'ml' }, CALL);
    const arn = (await logs.describeLogGroup('/ecs/tagged', CALL))!.logGroupArn!;
    assert.match(arn, /:log-group:\/ecs\/tagged$/);
    assert.deepEqual(await logs.tagsOf(arn, CALL), { team: 'ml' });
    await logs.tag(arn, { team: 'web', tier: '1' }, CALL);
    assert.deepEqual(await logs.tagsOf(arn, CALL), { team: 'web', tier: '1' });
  });

  test('a log group that is there already says so, and one that is not is missing', async () => {
    const { logs } = of().gateway;
    await logs.createLogGroup('/ecs/twice', {}, CALL);
    await assert.rejects(logs.createLogGroup('/ecs/twice', {}, CALL), ofKind('exists'));
    await assert.rejects(logs.setRetention('/ecs/none', 7, CALL), ofKind('missing'));
    await assert.rejects(logs.setRetention('/ecs/none', 0, CALL), ofKind('missing'));
  });

  test('sixty log groups are described in two batches, each of at most fifty', async () => {
    const { logs } = of().gateway;
    const names = Array.from({ length: 60 }, (_, index) => `/many/${index}`);
    await Promise.all(names.slice(0, 3).map((name) => logs.createLogGroup(name, {}, CALL)));
    of().proxy.take();
    const found = await Promise.all(names.map((name) => logs.describeLogGroup(name, CALL)));
    assert.equal(found.filter((group) => group !== undefined).length, 3);
    const batches = of()
      .proxy.take()
      .map(({ input }) => input['logGroupIdentifiers'] as readonly string[]);
    assert.ok(batches.every((batch) => batch.length <= 50));
    assert.deepEqual(new Set(batches.flat()), new Set(names));
    assert.equal(new Set(batches.map(String)).size, 2);
  });
}
