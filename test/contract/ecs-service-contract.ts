import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLUSTER } from './support/emulator.ts';
import { type Of, ofKind } from './support/of-kind.ts';
import { CALL } from './support/subject.ts';

const ref = (service: string): { readonly cluster: string; readonly service: string } => ({
  cluster: CLUSTER,
  service,
});

export function ecsServiceTests(of: Of): void {
  test('a service comes back as it was created, with its tags and one PRIMARY deployment', async () => {
    const tags = [{ key: 'evenkeel:manifest', value: 'default/web' }];
    const created = await of().create('web', { tags, platformVersion: '1.4.0', propagateTags: 'SERVICE' });
    assert.match(created.serviceArn!, /^arn:aws:ecs:us-east-1:123456789012:service\/agents\/web$/);
    const live = await of().describe('web');
    assert.equal(live.serviceArn, created.serviceArn);
    assert.match(live.clusterArn!, /:cluster\/agents$/);
    assert.match(live.taskDefinition!, /:task-definition\/web:1$/);
    const { serviceName, status, desiredCount, launchType, platformVersion, propagateTags } = live;
    assert.deepEqual(
      { serviceName, status, desiredCount, launchType, platformVersion, propagateTags, tags: live.tags },
      {
        serviceName: 'web',
        status: 'ACTIVE',
        desiredCount: 1,
        launchType: 'FARGATE',
        platformVersion: '1.4.0',
        propagateTags: 'SERVICE',
        tags,
      },
    );
    const { subnets, securityGroups } = of().emulator;
    assert.deepEqual(live.networkConfiguration?.awsvpcConfiguration, {
      subnets,
      securityGroups,
      assignPublicIp: 'DISABLED',
    });
    assert.deepEqual(
      live.deployments?.map(({ status: of }) => of),
      ['PRIMARY'],
    );
    assert.match(live.deployments![0]!.id!, /^ecs-svc\/\d+$/);
  });

  test('the rollout of a new service completes, and its tasks run', async () => {
    await of().create('rolled');
    await of().emulator.pass(300_000);
    const live = await of().describe('rolled');
    assert.equal(live.runningCount, 1);
    assert.equal(live.deployments?.[0]?.rolloutState, 'COMPLETED');
  });

  test('a service nobody created is undefined, whatever is asked beside it', async () => {
    await of().create('beside');
    const { ecs } = of().gateway;
    const [none, beside] = await Promise.all([
      ecs.describeService(ref('nobody'), CALL),
      ecs.describeService(ref('beside'), CALL),
    ]);
    assert.equal(none, undefined);
    assert.equal(beside?.serviceName, 'beside');
  });

  test('an unknown cluster is an error and never an absent service', async () => {
    const { ecs } = of().gateway;
    await assert.rejects(ecs.describeService({ cluster: 'nowhere', service: 'web' }, CALL), ofKind('not-ready'));
    await assert.rejects(ecs.listServices('nowhere', CALL), ofKind('not-ready'));
    const taskDefinition = await of().register('nowhere');
    const input = { ...of().serviceOf('nowhere', taskDefinition), cluster: 'nowhere' };
    await assert.rejects(ecs.createService(input, CALL), ofKind('not-ready'));
  });

  test('25 services are described in three calls, none of more than ten', async () => {
    const taskDefinition = await of().register('many');
    const names = Array.from({ length: 25 }, (_, index) => `many-${index}`);
    for (const name of names) await of().create(name, { taskDefinition, desiredCount: 0 });
    of().proxy.take();
    const found = await Promise.all(names.map((name) => of().describe(name)));
    assert.deepEqual(
      found.map(({ serviceName }) => serviceName),
      names,
    );
    const sizes = of()
      .proxy.take()
      .map(({ operation, input }) => [operation, (input['services'] as readonly string[]).length]);
    assert.deepEqual(sizes, [
      ['DescribeServices', 10],
      ['DescribeServices', 10],
      ['DescribeServices', 5],
    ]);
  });

  test('one update changes the revision and the count', async () => {
    await of().create('changed');
    const taskDefinition = await of().register('changed');
    await of().gateway.ecs.updateService(
      { cluster: CLUSTER, service: 'changed', taskDefinition, desiredCount: 2 },
      CALL,
    );
    const live = await of().describe('changed');
    assert.equal(live.taskDefinition, taskDefinition);
    assert.equal(live.desiredCount, 2);
  });

  test('tags of a service can be added, changed and taken away', async () => {
    const { serviceArn } = await of().create('tagged', { tags: [{ key: 'a', value: '1' }] });
    const { ecs } = of().gateway;
    const wanted = [
      { key: 'a', value: '2' },
      { key: 'b', value: '3' },
    ];
    await ecs.tagResource(serviceArn!, wanted, CALL);
    assert.deepEqual(sorted((await of().describe('tagged')).tags), wanted);
    await ecs.untagResource(serviceArn!, ['a'], CALL);
    assert.deepEqual((await of().describe('tagged')).tags, [{ key: 'b', value: '3' }]);
  });

  test('a service that runs tasks is not deleted; scaled to zero it is, and its name is free again', async () => {
    await of().create('short');
    await of().emulator.pass(300_000);
    await assert.rejects(of().gateway.ecs.deleteService(ref('short'), CALL), ofKind('busy'));
    await of().remove('short');
    assert.equal((await of().describe('short')).status, 'INACTIVE');
    await of().create('short');
    assert.equal((await of().describe('short')).status, 'ACTIVE');
  });

  test('updating or deleting a service nobody created says that it is missing', async () => {
    const { ecs } = of().gateway;
    await assert.rejects(
      ecs.updateService({ cluster: CLUSTER, service: 'nobody', desiredCount: 1 }, CALL),
      ofKind('missing'),
    );
    await assert.rejects(ecs.deleteService(ref('nobody'), CALL), ofKind('missing'));
  });

  test('a service needs a revision that exists', async () => {
    const taskDefinition = 'arn:aws:ecs:us-east-1:123456789012:task-definition/unregistered:7';
    await assert.rejects(of().create('unregistered', { taskDefinition }), ofKind('invalid'));
  });

  test('services are listed by name', async () => {
    await of().create('listed', { desiredCount: 0 });
    const names = await of().gateway.ecs.listServices(CLUSTER, CALL);
    assert.ok(names.includes('listed') && names.includes('web'));
    assert.ok(!names.includes('nobody'));
  });

  test('a service attached to a target group says so', async () => {
    const { group } = await of().targetGroup('attached');
    const loadBalancers = [{ targetGroupArn: group, containerName: 'app', containerPort: 8000 }];
    await of().create('attached', { loadBalancers });
    assert.deepEqual((await of().describe('attached')).loadBalancers, loadBalancers);
  });
}

function sorted(tags: readonly { readonly key?: string }[] = []): readonly object[] {
  return tags.toSorted((a, b) => (a.key ?? '').localeCompare(b.key ?? ''));
}
