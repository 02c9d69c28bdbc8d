import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { classify, isRead, scrub } from '../../src/aws/classify.ts';
import { AwsError, type AwsErrorKind, AwsFault } from '../../src/aws/errors.ts';
import { CATEGORY_OF } from '../../src/aws/limits.ts';

const AAS = 'application-autoscaling';
const TABLE: readonly (readonly [operation: string, code: string, message: string, kind: AwsErrorKind])[] = [
  ['ecs:DescribeTaskDefinition', 'ClientException', 'Unable to describe task definition.', 'missing'],
  ['ecs:DescribeTaskDefinition', 'ClientException', 'Something else', 'invalid'],
  ['ecs:UpdateService', 'ClientException', 'Unable to describe task definition.', 'invalid'],
  [
    'ecs:RegisterTaskDefinition',
    'ClientException',
    'Too many concurrent attempts to create a new revision of the specified family.',
    'busy',
  ],
  ['ecs:RegisterTaskDefinition', 'ClientException', "Invalid 'cpu' setting for task.", 'invalid'],
  ['ecs:RegisterTaskDefinition', 'ClientException', 'Role is not valid', 'not-ready'],
  ['ecs:RegisterTaskDefinition', 'LimitExceededException', 'The limit for the resource was exceeded.', 'quota'],
  ['ecs:CreateService', 'InvalidParameterException', 'Creation of service was not idempotent.', 'busy'],
  ['ecs:CreateService', 'InvalidParameterException', 'Unable to Start a service that is still Draining.', 'busy'],
  [
    'ecs:CreateService',
    'InvalidParameterException',
    'The target group with targetGroupArn arn:x does not have an associated load balancer.',
    'not-ready',
  ],
  [
    'ecs:CreateService',
    'InvalidParameterException',
    'Unable to assume the service linked role. Please verify that the ECS service linked role exists.',
    'not-ready',
  ],
  ['ecs:CreateService', 'InvalidParameterException', 'No Container Instances were found', 'invalid'],
  ['ecs:CreateService', 'ClusterNotFoundException', 'Cluster not found.', 'not-ready'],
  ['ecs:DescribeServices', 'ClusterNotFoundException', 'Cluster not found.', 'not-ready'],
  ['ecs:CreateService', 'PlatformTaskDefinitionIncompatibilityException', '', 'invalid'],
  ['ecs:UpdateService', 'ServiceNotFoundException', 'Service not found.', 'missing'],
  ['ecs:UpdateService', 'ServiceNotActiveException', 'Service was not ACTIVE.', 'busy'],
  ['ecs:UpdateService', 'ClientException', 'TaskDefinition is inactive', 'not-ready'],
  ['ecs:UpdateService', 'ServerException', 'Service Unavailable. Please try again later.', 'ambiguous'],
  ['ecs:DescribeServices', 'ServerException', 'Service Unavailable. Please try again later.', 'transient'],
  [
    'ecs:DeleteService',
    'InvalidParameterException',
    'The service cannot be stopped while deployments are active.',
    'busy',
  ],
  [
    'ecs:DeleteService',
    'InvalidParameterException',
    'The service cannot be stopped while it is scaled above 0.',
    'busy',
  ],
  [`${AAS}:PutScalingPolicy`, 'ConcurrentUpdateException', 'x', 'busy'],
  [`${AAS}:PutScalingPolicy`, 'ObjectNotFoundException', 'No scalable target registered', 'not-ready'],
  [`${AAS}:DeregisterScalableTarget`, 'ObjectNotFoundException', 'No scalable target registered', 'missing'],
  [`${AAS}:DeregisterScalableTarget`, 'ValidationException', 'No scalable target found for service', 'missing'],
  [`${AAS}:RegisterScalableTarget`, 'ValidationException', "ECS service doesn't exist: service/c/s", 'not-ready'],
  [`${AAS}:RegisterScalableTarget`, 'ValidationException', 'Max capacity is below', 'invalid'],
  [
    `${AAS}:PutScalingPolicy`,
    'FailedResourceAccessException',
    'Unable to create alarms: Rate exceeded (Service: AmazonCloudWatch)',
    'throttled',
  ],
  [`${AAS}:DescribeScalingPolicies`, 'InvalidNextTokenException', 'x', 'transient'],
  ['logs:CreateLogGroup', 'ResourceAlreadyExistsException', 'The specified log group already exists', 'exists'],
  ['logs:CreateLogGroup', 'OperationAbortedException', 'A conflicting operation is currently in progress', 'busy'],
  ['logs:PutRetentionPolicy', 'ResourceNotFoundException', 'The specified log group does not exist.', 'missing'],
  ['logs:CreateLogGroup', 'LimitExceededException', 'Resource limit exceeded.', 'quota'],
  ['logs:CreateLogGroup', 'ServiceUnavailableException', 'x', 'ambiguous'],
  ['elbv2:DescribeTargetGroups', 'TargetGroupNotFoundException', 'x', 'missing'],
  ['elbv2:DescribeTargetGroups', 'TargetGroupNotFound', 'x', 'missing'],
  ['ecr:CreateRepository', 'RepositoryAlreadyExistsException', 'x', 'exists'],
  ['ecr:DescribeRepositories', 'RepositoryNotFoundException', 'x', 'missing'],
  ['ecr:PutImage', 'ImageTagAlreadyExistsException', 'x', 'exists'],
  ['sts:GetCallerIdentity', 'InvalidClientTokenId', 'x', 'credentials'],
  ['ecs:ListServices', 'ExpiredTokenException', 'x', 'credentials'],
  ['ecs:ListServices', 'UnrecognizedClientException', 'x', 'credentials'],
  ['ecs:ListServices', 'CredentialsProviderError', 'Could not load credentials from any providers', 'credentials'],
  ['ecs:ListServices', 'AccessDeniedException', 'User is not authorized', 'denied'],
  ['ecs:ListServices', 'AccessDenied', 'User: x is not authorized to perform: sts:AssumeRole', 'credentials'],
  ['ecs:ListServices', 'com.amazonaws.ecs#Throttling', 'x', 'throttled'],
  ['ecs:UpdateService', 'ThrottlingException:http://internal.amazon.com/', 'x', 'throttled'],
  ['ecs:UpdateService', 'UnknownError', 'ThrottlingException: Rate exceeded', 'throttled'],
  ['ecs:UpdateService', 'UnknownError', 'x', 'ambiguous'],
  ['ecs:DescribeServices', 'UnknownError', 'x', 'transient'],
  ['ecs:UpdateService', 'ECONNRESET', 'socket hang up', 'ambiguous'],
  ['ecs:UpdateService', 'ENOTFOUND', 'getaddrinfo ENOTFOUND', 'transient'],
  ['ecs:UpdateService', 'SyntaxError', 'Unexpected token <', 'ambiguous'],
];

for (const [operation, code, message, kind] of TABLE) {
  test(`${operation} ${code} "${message}" is ${kind}`, () => {
    assert.equal(classify(operation, new AwsFault(code, message)).kind, kind);
  });
}

for (const [status, kind] of [
  [429, 'throttled'],
  [401, 'credentials'],
  [403, 'denied'],
  [404, 'ambiguous'],
  [500, 'ambiguous'],
] as const) {
  test(`an unknown code with status ${status} is ${kind} for a write`, () => {
    assert.equal(classify('ecs:UpdateService', new AwsFault('Odd', 'x', { status })).kind, kind);
  });
}

test('nothing unknown is ever taken for absence or success', () => {
  const operation = fc.constantFrom(...Object.keys(CATEGORY_OF));
  const unknown = fc.string().filter((code) => !/NotFound|Exists|Duplicate/.test(code));
  fc.assert(
    fc.property(
      operation,
      unknown,
      fc.string(),
      fc.option(fc.integer({ min: 200, max: 599 })),
      (name, code, text, status) => {
        const { kind } = classify(name, new AwsFault(code, text, status === null ? {} : { status }));
        assert.ok(kind !== 'missing' && kind !== 'exists', kind);
        if (!isRead(name)) assert.notEqual(kind, 'transient');
      },
    ),
  );
});

test('the error keeps the bare code and the request id, and cuts a long message', () => {
  const error = classify(
    'ecs:UpdateService',
    new AwsFault('ns#Odd:x', 'm'.repeat(2000), { status: 400, requestId: 'r' }),
  );
  assert.ok(error instanceof AwsError);
  assert.deepEqual([error.code, error.requestId], ['Odd', 'r']);
  assert.ok(error.message.length < 600);
  assert.ok((error.cause as AwsFault).message.length <= 501);
});

test('secrets are blotted out wherever they stand, and no empty secret blots out everything', () => {
  assert.equal(scrub('value a.b failed, a.b again', ['a.b', '']), 'value *** failed, *** again');
});
