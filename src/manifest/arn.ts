/** An Amazon Resource Name taken apart: `arn:partition:service:region:account:resource`. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  /** The rest, colons and all. */
  readonly resource: string;
}

/** Undefined for anything that is not an ARN. */
export function parseArn(text: string): Arn | undefined {
  const [head, partition, service, region, account, ...rest] = text.split(':');
  if (head !== 'arn' || rest.length === 0 || partition === undefined || service === undefined) return undefined;
  if (region === undefined || account === undefined || !/^aws(?:-[a-z]{2,6}){0,2}$/.test(partition)) return undefined;
  const resource = rest.join(':');
  return resource === '' || /\s/.test(text) ? undefined : { partition, service, region, account, resource };
}

const ACCOUNT = /^\d{12}$/;

export function isRoleArn(arn: Arn | undefined): arn is Arn {
  return (
    arn?.service === 'iam' &&
    arn.region === '' &&
    ACCOUNT.test(arn.account) &&
    /^role\/[\w+=,.@/-]{1,576}$/.test(arn.resource)
  );
}

export function isTargetGroupArn(arn: Arn | undefined): arn is Arn {
  return isBalancingArn(arn) && /^targetgroup\/[A-Za-z0-9-]{1,32}\/[0-9a-f]{1,32}$/.test(arn.resource);
}

export function isListenerArn(arn: Arn | undefined): arn is Arn {
  return (
    isBalancingArn(arn) &&
    /^listener\/(?:app|net)\/[A-Za-z0-9-]{1,32}\/[0-9a-f]{1,32}\/[0-9a-f]{1,32}$/.test(arn.resource)
  );
}

function isBalancingArn(arn: Arn | undefined): arn is Arn {
  return arn?.service === 'elasticloadbalancing' && arn.region !== '' && ACCOUNT.test(arn.account);
}

/** A secret of Secrets Manager or a parameter of SSM, as `valueFrom` of ECS takes them. */
export function isSecretArn(arn: Arn | undefined): arn is Arn {
  if (arn === undefined || arn.region === '' || !ACCOUNT.test(arn.account)) return false;
  if (arn.service === 'secretsmanager') return arn.resource.startsWith('secret:') && arn.resource.length > 7;
  return arn.service === 'ssm' && arn.resource.startsWith('parameter/') && arn.resource.length > 10;
}
