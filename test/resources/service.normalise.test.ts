import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EcsService, EcsServiceSettings } from '../../src/aws/operations.ts';
import { comparableService } from '../../src/resources/service.normalise.ts';

interface Case {
  readonly name: string;
  readonly wanted: EcsServiceSettings;
  readonly live: EcsService;
  readonly same: boolean;
}

const network = (subnets: readonly string[], securityGroups: readonly string[], assignPublicIp?: string) => ({
  networkConfiguration: {
    awsvpcConfiguration: { subnets, securityGroups, ...(assignPublicIp === undefined ? {} : { assignPublicIp }) },
  },
});
const groupA = { targetGroupArn: 'arn:a', containerName: 'web', containerPort: 8000 };
const groupB = { targetGroupArn: 'arn:b', containerName: 'web', containerPort: 8000 };

const CASES: readonly Case[] = [
  {
    name: 'subnets and security groups are sets, and no public address is the default',
    wanted: network(['a', 'b'], ['x', 'y'], 'DISABLED'),
    live: network(['b', 'a'], ['y', 'x']),
    same: true,
  },
  { name: 'another subnet differs', wanted: network(['a'], ['x']), live: network(['b'], ['x']), same: false },
  {
    name: 'target groups come in any order',
    wanted: { loadBalancers: [groupA, groupB] },
    live: { loadBalancers: [groupB, groupA] },
    same: true,
  },
  { name: 'no target groups is what ECS does not mention', wanted: { loadBalancers: [] }, live: {}, same: true },
  {
    name: 'a target group too many differs',
    wanted: { loadBalancers: [] },
    live: { loadBalancers: [groupA] },
    same: false,
  },
  {
    name: 'a strategy comes in any order, with weight and base filled in',
    wanted: {
      capacityProviderStrategy: [
        { capacityProvider: 'FARGATE', base: 1 },
        { capacityProvider: 'FARGATE_SPOT', weight: 4 },
      ],
    },
    live: {
      capacityProviderStrategy: [
        { capacityProvider: 'FARGATE_SPOT', weight: 4, base: 0 },
        { capacityProvider: 'FARGATE', weight: 0, base: 1 },
      ],
    },
    same: true,
  },
  {
    name: 'a strategy that nobody wants differs from the launch type',
    wanted: { launchType: 'FARGATE' },
    live: { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }] },
    same: false,
  },
  {
    name: 'members that ECS adds to the deployment configuration are defaulted',
    wanted: { deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 200 } },
    live: {
      deploymentConfiguration: {
        minimumHealthyPercent: 100,
        maximumPercent: 200,
        strategy: 'ROLLING',
        bakeTimeInMinutes: 0,
        deploymentCircuitBreaker: { enable: false, rollback: false },
      },
    },
    same: true,
  },
  {
    name: 'a breaker that is off differs from one that is on',
    wanted: { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } },
    live: { deploymentConfiguration: { deploymentCircuitBreaker: { enable: false, rollback: false } } },
    same: false,
  },
  {
    name: 'an answer without the deployment configuration tells nothing about it',
    wanted: { deploymentConfiguration: { minimumHealthyPercent: 50 } },
    live: {},
    same: true,
  },
  {
    name: 'platform version LATEST is what ECS may not mention',
    wanted: { platformVersion: 'LATEST' },
    live: {},
    same: true,
  },
  {
    name: 'another platform version differs',
    wanted: { platformVersion: '1.4.0' },
    live: { platformVersion: 'LATEST' },
    same: false,
  },
  { name: 'a grace period of 0 may be left out', wanted: { healthCheckGracePeriodSeconds: 0 }, live: {}, same: true },
  { name: 'a count differs', wanted: { desiredCount: 2 }, live: { desiredCount: 3 }, same: false },
  {
    name: 'what only the PRIMARY deployment shows is looked up there',
    wanted: { volumeConfigurations: [{ name: 'data' }] },
    live: { deployments: [{ status: 'ACTIVE' }, { status: 'PRIMARY', volumeConfigurations: [{ name: 'data' }] }] },
    same: true,
  },
  {
    name: 'a namespace comes back as an ARN and cannot be compared, the rest can',
    wanted: { serviceConnectConfiguration: { enabled: true, namespace: 'prod' } },
    live: {
      deployments: [{ status: 'PRIMARY', serviceConnectConfiguration: { enabled: true, namespace: 'arn:aws:ns' } }],
    },
    same: true,
  },
  {
    name: 'what DescribeServices never reports is no difference',
    wanted: { monitoring: { resolution: 20 } },
    live: {},
    same: true,
  },
  {
    name: 'what is not declared is not compared',
    wanted: {},
    live: { availabilityZoneRebalancing: 'ENABLED' },
    same: true,
  },
];

for (const { name, wanted, live, same } of CASES) {
  test(`service: ${name}`, () => {
    const sides = comparableService(wanted, live);
    if (same) assert.deepEqual(sides.live, sides.desired);
    else assert.notDeepEqual(sides.live, sides.desired);
  });
}
