import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Of } from './support/of-kind.ts';
import { CALL } from './support/subject.ts';

const UNKNOWN = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/none/0123456789abcdef';

export function othersTests(of: Of): void {
  test('a target group says which load balancer sends to it; an unknown one spoils nothing', async () => {
    const { group, balancer } = await of().targetGroup('front');
    const { loadBalancing } = of().gateway;
    const [known, unknown] = await Promise.all([
      loadBalancing.describeTargetGroup(group, CALL),
      loadBalancing.describeTargetGroup(UNKNOWN, CALL),
    ]);
    const { TargetGroupName, TargetType, Port, LoadBalancerArns } = known!;
    assert.deepEqual(
      { TargetGroupName, TargetType, Port, LoadBalancerArns },
      { TargetGroupName: 'front', TargetType: 'ip', Port: 8000, LoadBalancerArns: [balancer] },
    );
    assert.equal(unknown, undefined);
  });

  test('who we are is asked once', async () => {
    const { identity } = of().freshGateway();
    of().proxy.take();
    const [first, second] = await Promise.all([identity.whoAmI(CALL), identity.whoAmI(CALL)]);
    await identity.whoAmI(CALL);
    assert.equal(first.Account, '123456789012');
    assert.match(first.Arn!, /^arn:aws:/);
    assert.deepEqual(second, first);
    assert.equal(of().proxy.take().length, 1);
  });
}
