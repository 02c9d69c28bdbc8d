import type { AwsErrorKind } from './errors.ts';

/**
 * `where`: an operation (`ecs:UpdateService`), an api (`ecs`) or `*`. `code`: the exact error code, or `*`.
 * `says`: lower-case text the message contains; empty fits every message.
 */
export interface ErrorRow {
  readonly where: string;
  readonly code: string;
  readonly says: string;
  readonly kind: AwsErrorKind;
}

const row = (where: string, code: string, says: string, kind: AwsErrorKind): ErrorRow => ({ where, code, says, kind });
const codes = (where: string, kind: AwsErrorKind, ...list: readonly string[]): readonly ErrorRow[] =>
  list.map((code) => row(where, code, '', kind));

/** Amazon ECS answers ClientException and InvalidParameterException for nearly everything: only the text tells. */
const ECS: readonly ErrorRow[] = [
  row('ecs:DescribeTaskDefinition', 'ClientException', 'unable to describe task definition', 'missing'),
  row('ecs:DeregisterTaskDefinition', 'ClientException', 'unable to describe task definition', 'missing'),
  // Somebody else registers for this family, perhaps the very document (hashicorp/terraform-provider-aws #9777, dagster
  // #11192): looked at again before it is sent again.
  row('ecs:RegisterTaskDefinition', 'ClientException', 'too many concurrent attempts', 'busy'),
  // An IAM role that was made a moment ago.
  row('ecs', '*', 'role is not valid', 'not-ready'),
  row('ecs', '*', 'unable to assume the service linked role', 'not-ready'),
  row('ecs', '*', 'unable to assume role', 'not-ready'),
  row('ecs', '*', 'service role being passed has the proper permissions', 'not-ready'),
  // The target group is on no listener yet.
  row('ecs', '*', 'does not have an associated load balancer', 'not-ready'),
  row('ecs', '*', 'taskdefinition is inactive', 'not-ready'),
  // A name that drains, or was INACTIVE a moment ago (hashicorp/terraform-provider-aws #2283), or a stale read of it.
  row('ecs', '*', 'still draining', 'busy'),
  row('ecs', '*', 'was not idempotent', 'busy'),
  row('ecs', '*', 'cannot be stopped while', 'busy'),
  row('ecs', 'LimitExceededException', 'in progress', 'busy'),
  ...codes('ecs', 'busy', 'ServiceNotActiveException', 'UpdateInProgressException', 'ResourceInUseException'),
  ...codes('ecs', 'busy', 'ConflictException'),
  ...codes('ecs', 'not-ready', 'ClusterNotFoundException', 'NamespaceNotFoundException'),
  ...codes(
    'ecs',
    'missing',
    'ServiceNotFoundException',
    'ServiceDeploymentNotFoundException',
    'TaskSetNotFoundException',
  ),
  ...codes('ecs', 'invalid', 'PlatformTaskDefinitionIncompatibilityException', 'PlatformUnknownException'),
  ...codes('ecs', 'invalid', 'UnsupportedFeatureException', 'ClientException'),
  ...codes('ecs', 'denied', 'BlockedException'),
];

const SCALING: readonly ErrorRow[] = [
  // RegisterScalableTarget is visible to PutScalingPolicy a little later (SDK documentation of RegisterScalableTarget).
  row('application-autoscaling:PutScalingPolicy', 'ObjectNotFoundException', '', 'not-ready'),
  row('application-autoscaling:PutScheduledAction', 'ObjectNotFoundException', '', 'not-ready'),
  row('application-autoscaling:PutScalingPolicy', 'ValidationException', 'no scalable target', 'not-ready'),
  row('application-autoscaling:PutScheduledAction', 'ValidationException', 'no scalable target', 'not-ready'),
  row('application-autoscaling', 'ValidationException', 'no scalable target', 'missing'),
  row('application-autoscaling', 'ValidationException', 'no scaling policy', 'missing'),
  row('application-autoscaling', 'ValidationException', 'no scheduled action', 'missing'),
  row('application-autoscaling', 'ValidationException', "ecs service doesn't exist", 'not-ready'),
  // CloudWatch, which it calls in our account, was throttled: hashicorp/terraform-provider-aws #1428, #31447.
  row('application-autoscaling', 'FailedResourceAccessException', 'rate exceeded', 'throttled'),
  row('application-autoscaling', 'FailedResourceAccessException', 'throttl', 'throttled'),
  row('application-autoscaling', 'FailedResourceAccessException', 'not authorized', 'denied'),
  row('application-autoscaling', 'FailedResourceAccessException', '', 'not-ready'),
  ...codes('application-autoscaling', 'busy', 'ConcurrentUpdateException'),
  ...codes('application-autoscaling', 'missing', 'ObjectNotFoundException'),
];

const LOGS: readonly ErrorRow[] = [
  ...codes('logs', 'exists', 'ResourceAlreadyExistsException'),
  // A concurrent change of the same group, refused before it began.
  ...codes('logs', 'busy', 'OperationAbortedException'),
];

const ECR: readonly ErrorRow[] = [
  ...codes('ecr', 'exists', 'RepositoryAlreadyExistsException', 'ImageAlreadyExistsException'),
  // Also when the digest is the same (moby/buildkit #3776): the caller compares digests.
  ...codes('ecr', 'exists', 'ImageTagAlreadyExistsException'),
  ...codes(
    'ecr',
    'missing',
    'RepositoryNotFoundException',
    'ImageNotFoundException',
    'LifecyclePolicyNotFoundException',
  ),
  ...codes('ecr', 'missing', 'RepositoryPolicyNotFoundException'),
  ...codes(
    'ecr',
    'not-ready',
    'LayersNotFoundException',
    'UploadNotFoundException',
    'ReferencedImagesNotFoundException',
  ),
  ...codes('ecr', 'invalid', 'RepositoryNotEmptyException', 'ImageDigestDoesNotMatchException'),
];

/** The Query protocol's codes lack the suffix that the SDK's class names have; both forms are seen. */
const ELBV2: readonly ErrorRow[] = [
  ...codes('elbv2', 'missing', 'TargetGroupNotFoundException', 'TargetGroupNotFound'),
  ...codes('elbv2', 'missing', 'LoadBalancerNotFoundException', 'LoadBalancerNotFound'),
  ...codes(
    'elbv2',
    'missing',
    'ListenerNotFoundException',
    'ListenerNotFound',
    'RuleNotFoundException',
    'RuleNotFound',
  ),
  ...codes('elbv2', 'exists', 'DuplicateTargetGroupNameException', 'DuplicateTargetGroupName'),
  ...codes('elbv2', 'busy', 'ResourceInUseException', 'ResourceInUse'),
  ...codes('elbv2', 'denied', 'OperationNotPermittedException', 'OperationNotPermitted'),
  ...codes('elbv2', 'invalid', 'PriorityInUseException', 'PriorityInUse'),
  ...codes(
    'elbv2',
    'quota',
    'TooManyTargetGroups',
    'TooManyTargetGroupsException',
    'TooManyRules',
    'TooManyRulesException',
  ),
  ...codes('elbv2', 'quota', 'TooManyTags', 'TooManyTagsException', 'TooManyTargets', 'TooManyTargetsException'),
];

const CODEBUILD: readonly ErrorRow[] = [
  ...codes('codebuild', 'invalid', 'InvalidInputException'),
  // More builds than the account may have under way or queued: passes when others end.
  ...codes('codebuild', 'busy', 'AccountLimitExceededException'),
];

const S3: readonly ErrorRow[] = [
  // HeadObject has no body to say more in: NotFound is the SDK's name for a bare 404.
  ...codes('s3', 'missing', 'NotFound', 'NoSuchKey', 'NoSuchBucket'),
  ...codes('s3', 'invalid', 'PermanentRedirect', 'InvalidBucketName', 'EntityTooLarge'),
];

const STS: readonly ErrorRow[] = [
  ...codes('sts', 'denied', 'RegionDisabledException'),
  ...codes('sts', 'credentials', 'IDPRejectedClaim', 'InvalidIdentityToken'),
];

/** Codes that mean the same everywhere (AWS general reference, "Common errors", and each API's own page). */
const COMMON: readonly ErrorRow[] = [
  // The role to assume refused us: who we are on this call could not be established.
  row('*', 'AccessDenied', 'sts:assumerole', 'credentials'),
  row('*', 'AccessDeniedException', 'sts:assumerole', 'credentials'),
  ...codes('*', 'credentials', 'ExpiredToken', 'ExpiredTokenException', 'RequestExpired', 'InvalidClientTokenId'),
  ...codes('*', 'credentials', 'UnrecognizedClientException', 'InvalidAccessKeyId', 'AuthFailure', 'NotAuthenticated'),
  ...codes('*', 'credentials', 'SignatureDoesNotMatch', 'InvalidSignatureException', 'IncompleteSignature'),
  ...codes('*', 'credentials', 'MissingAuthenticationToken', 'MissingAuthenticationTokenException'),
  ...codes(
    '*',
    'credentials',
    'CredentialsProviderError',
    'TokenProviderError',
    'ProviderError',
    'RequestTimeTooSkewed',
  ),
  ...codes('*', 'denied', 'AccessDeniedException', 'AccessDenied', 'UnauthorizedOperation', 'NotAuthorized'),
  ...codes('*', 'denied', 'UnauthorizedAccess', 'OptInRequired', 'SubscriptionRequiredException'),
  ...codes('*', 'throttled', 'ThrottlingException', 'Throttling', 'ThrottledException', 'TooManyRequestsException'),
  ...codes('*', 'throttled', 'RequestLimitExceeded', 'RequestThrottled', 'RequestThrottledException', 'SlowDown'),
  ...codes('*', 'throttled', 'ProvisionedThroughputExceededException', 'BandwidthLimitExceeded'),
  // The SDK takes this one for throttling; it is an account limit, and repeating the call cannot help.
  ...codes('*', 'quota', 'LimitExceededException', 'ServiceQuotaExceededException', 'TooManyTagsException'),
  ...codes('*', 'missing', 'ResourceNotFoundException'),
  ...codes('*', 'invalid', 'ValidationException', 'ValidationError', 'InvalidParameterException', 'InvalidParameter'),
  ...codes('*', 'invalid', 'InvalidParameterValue', 'InvalidParameterCombination', 'MissingParameter', 'MissingAction'),
  ...codes(
    '*',
    'invalid',
    'InvalidAction',
    'UnknownOperationException',
    'SerializationException',
    'InvalidTagException',
  ),
  ...codes('*', 'invalid', 'InvalidArnException', 'InvalidResourceException', 'InvalidQueryParameter'),
  ...codes('*', 'transient', 'InvalidNextTokenException', 'InvalidNextToken'),
  // AWS was never reached.
  ...codes('*', 'transient', 'ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ConnectTimeout', 'EHOSTUNREACH', 'ENETUNREACH'),
  ...codes('*', 'transient', 'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'),
];

/** The error's name stands in the message alone: proxies and some front ends do that. */
const ONLY_IN_MESSAGE: readonly ErrorRow[] = [
  row('*', '*', 'rate exceeded', 'throttled'),
  row('*', '*', 'throttlingexception', 'throttled'),
  row('*', '*', 'too many requests', 'throttled'),
  row('*', '*', 'expiredtoken', 'credentials'),
  row('*', '*', 'security token included in the request is', 'credentials'),
  row('*', '*', 'accessdenied', 'denied'),
  row('*', '*', 'is not authorized to perform', 'denied'),
];

/** The first row that fits decides. */
export const ERROR_TABLE: readonly ErrorRow[] = [
  ...ECS,
  ...SCALING,
  ...LOGS,
  ...ECR,
  ...ELBV2,
  ...CODEBUILD,
  ...S3,
  ...STS,
  ...COMMON,
  ...ONLY_IN_MESSAGE,
];
