import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Ended, ended } from './support/command-line.ts';
import { type CommandStand, commandStand, sandboxGround } from './support/command-stand.ts';
import { CLUSTER } from './support/emulator.ts';
import { requiredPython, withoutPython } from './support/python.ts';

const SCRIPT = join(import.meta.dirname, 'support', 'strangers.py');
const TARGET_GROUP = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef';
const SERVICE_ARN = `arn:aws:ecs:us-east-1:123456789012:service/${CLUSTER}/web`;
const IMAGE = /^123456789012\.dkr\.ecr\.us-east-1\.amazonaws\.com\/web@sha256:[0-9a-f]{64}$/;

/** What the AWS command line is asked, and what its answer has to show. */
const QUESTIONS: readonly (readonly [question: string, shows: RegExp])[] = [
  ['ecs list-clusters', /cluster\/agents/],
  [`ecs describe-services --cluster ${CLUSTER} --services web --include TAGS`, /"status": "ACTIVE"/],
  [`ecs list-tags-for-resource --resource-arn ${SERVICE_ARN}`, /evenkeel:manifest/],
  ['ecs describe-task-definition --task-definition web', /"cpu": "256"/],
  ['logs describe-log-groups', /"retentionInDays": 30/],
  ['application-autoscaling describe-scaling-policies --service-namespace ecs', /ECSServiceAverageCPUUtilization/],
  [`elbv2 describe-target-health --target-group-arn ${TARGET_GROUP}`, /"State": "healthy"/],
  ['ecr get-authorization-token', /authorizationToken/],
  ['sts get-caller-identity', /"123456789012"/],
  ['dynamodb list-tables', /"TableNames": \[\]/],
];

describe("a stranger's tools read what apply has made", { skip: withoutPython }, () => {
  let stand: CommandStand;
  before(async () => {
    stand = await commandStand(sandboxGround);
    const web = await stand.manifest(
      'web',
      'logging: { retentionDays: 30 }',
      `loadBalancers: [{ targetGroupArn: "${TARGET_GROUP}" }]`,
      'autoscaling:',
      '  minCapacity: 1',
      '  maxCapacity: 3',
      '  targets: [{ cpu: 70 }]',
      '  schedules: [{ name: nights, schedule: cron(0 22 * * ? *), minCapacity: 1 }]',
    );
    const { code, err } = await stand.run('apply', '-f', web, '--yes');
    assert.equal(code, 0, err);
  });
  after(() => stand[Symbol.asyncDispose]());

  const python = (...args: readonly string[]): Promise<Ended> => {
    const env = {
      AWS_ENDPOINT_URL: stand.proxy.url,
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'stranger',
      AWS_SECRET_ACCESS_KEY: 'stranger',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_PAGER: '',
      HOME: '/nonexistent',
    };
    return ended(spawn(requiredPython(), args, { stdio: ['ignore', 'pipe', 'pipe'], env }));
  };

  test('boto3: its paginators end, its waiters are satisfied, its dates are dates', async () => {
    const { code, out, err } = await python(SCRIPT, CLUSTER, 'web', '/ecs/web', TARGET_GROUP);
    assert.equal(code, 0, err);
    const seen = JSON.parse(out);
    assert.deepEqual(seen.ecs.services, [SERVICE_ARN]);
    assert.match(seen.ecs.createdAt, /^\d{4}-\d\d-\d\dT/);
    const tagged = seen.ecs.tags.find(({ key }: { readonly key: string }) => key === 'evenkeel:manifest');
    assert.equal(tagged.value, 'default/web');
    const { clusterStatus, running, image, families, tasks } = seen.ecs;
    assert.deepEqual(
      { clusterStatus, running, families, tasks },
      { clusterStatus: 'ACTIVE', running: 1, families: ['web'], tasks: ['RUNNING'] },
    );
    assert.match(image, IMAGE);
    assert.deepEqual(seen.logs.groups, [['/ecs/web', 30]]);
    assert.deepEqual(seen.scaling.targets, [[`service/${CLUSTER}/web`, 1, 3]]);
    assert.deepEqual([seen.scaling.policies.length, seen.scaling.actions.length], [1, 1]);
    assert.deepEqual(seen.elb, { groups: [TARGET_GROUP], health: ['healthy'], balancers: 1 });
    assert.deepEqual(seen.others, { repositories: [], token: true, account: '123456789012', tables: [] });
  });

  for (const [question, shows] of QUESTIONS) {
    test(`aws ${question.split(' --')[0]}`, async () => {
      const { code, out, err } = await python('-m', 'awscli', ...question.split(' '));
      assert.equal(code, 0, err);
      assert.match(out, shows);
    });
  }
});
