import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Of } from './support/of-kind.ts';
import { CALL, definitionOf } from './support/subject.ts';

const UNKNOWN = 'arn:aws:ecs:us-east-1:123456789012:task-definition/unknown:1';

export function ecsTaskDefinitionTests(of: Of): void {
  test('revisions of a family count up from 1, and come back as they were registered', async () => {
    const { ecs } = of().gateway;
    const first = await ecs.registerTaskDefinition(definitionOf('counted'), CALL);
    const second = await ecs.registerTaskDefinition(definitionOf('counted', { cpu: '512', memory: '1024' }), CALL);
    assert.deepEqual([first.taskDefinition.revision, second.taskDefinition.revision], [1, 2]);
    const arn = second.taskDefinition.taskDefinitionArn!;
    assert.match(arn, /^arn:aws:ecs:us-east-1:123456789012:task-definition\/counted:2$/);
    const read = await of().freshGateway().ecs.describeRevision(arn, CALL);
    const { cpu, memory, status, family, containerDefinitions } = read!.taskDefinition;
    assert.deepEqual(
      { cpu, memory, status, family },
      { cpu: '512', memory: '1024', status: 'ACTIVE', family: 'counted' },
    );
    const [container] = containerDefinitions!;
    assert.deepEqual(container?.environment, [{ name: 'LOG_LEVEL', value: 'info' }]);
    assert.equal(container?.image, '123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1.0');
  });

  test('tags given at registration are there when the revision is read, and can be changed', async () => {
    const tags = [
      { key: 'evenkeel:hash', value: 'a1' },
      { key: 'team', value: 'ml' },
    ];
    const arn = await of().register('tagged', { tags });
    await of().gateway.ecs.tagResource(arn, [{ key: 'team', value: 'web' }], CALL);
    await of().gateway.ecs.untagResource(arn, ['evenkeel:hash'], CALL);
    const remembered = await of().gateway.ecs.describeRevision(arn, CALL);
    const read = await of().freshGateway().ecs.describeRevision(arn, CALL);
    assert.deepEqual(read?.tags, [{ key: 'team', value: 'web' }]);
    assert.deepEqual(remembered?.tags, read?.tags);
  });

  test('a revision is read once and never again', async () => {
    const arn = await of().register('once');
    const gateway = of().freshGateway();
    of().proxy.take();
    await Promise.all([gateway.ecs.describeRevision(arn, CALL), gateway.ecs.describeRevision(arn, CALL)]);
    await gateway.ecs.describeRevision(arn, CALL);
    assert.deepEqual(
      of()
        .proxy.take()
        .map(({ operation }) => operation),
      ['DescribeTaskDefinition'],
    );
  });

  test('a revision nobody registered is undefined', async () => {
    assert.equal(await of().gateway.ecs.describeRevision(UNKNOWN, CALL), undefined);
  });

  test('the revisions of exactly one family are listed, newest first', async () => {
    const arns = [await of().register('listed'), await of().register('listed'), await of().register('listed')];
    await of().register('listed-2');
    assert.deepEqual(await of().gateway.ecs.listRevisions('listed', 2, CALL), [arns[2], arns[1]]);
    assert.deepEqual(await of().gateway.ecs.listRevisions('listed', 10, CALL), arns.toReversed());
    assert.deepEqual(await of().gateway.ecs.listRevisions('liste', 10, CALL), []);
  });

  test('a family exists while it has an active revision', async () => {
    const arn = await of().register('passing');
    const exists = (): Promise<boolean> => of().freshGateway().ecs.hasFamily('passing', CALL);
    assert.equal(await exists(), true);
    await of().gateway.ecs.deregisterTaskDefinition(arn, CALL);
    assert.equal(await exists(), false);
    assert.deepEqual(await of().gateway.ecs.listRevisions('passing', 10, CALL), []);
    const read = await of().gateway.ecs.describeRevision(arn, CALL);
    assert.equal(read?.taskDefinition.status, 'INACTIVE');
  });

  test('a hundred families are looked for in two calls at most', async () => {
    const families = Array.from({ length: 100 }, (_, index) => `swept-${index}`);
    await Promise.all(families.slice(0, 5).map((family) => of().register(family)));
    const gateway = of().freshGateway();
    of().proxy.take();
    const found = await Promise.all(families.map((family) => gateway.ecs.hasFamily(family, CALL)));
    assert.deepEqual(
      families.filter((_, index) => found[index]),
      families.slice(0, 5),
    );
    assert.ok(of().proxy.take().length <= 2);
  });
}
