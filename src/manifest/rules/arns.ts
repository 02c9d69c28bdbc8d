import { type Arn, isListenerArn, isRoleArn, isSecretArn, isTargetGroupArn, parseArn } from '../arn.ts';
import type { Path } from '../path.ts';
import type { Report, Subject } from '../rule.ts';
import type { FargateService } from '../types.ts';

/** ARNs are well formed, of the right kind, and of the account and region the service is in. */
export function checkArns({ manifest }: Subject, report: Report): void {
  const { spec } = manifest;
  for (const field of ['assumeRoleArn', 'executionRoleArn', 'taskRoleArn'] as const) {
    const text = spec[field];
    if (text === undefined) continue;
    const arn = parseArn(text);
    if (isRoleArn(arn)) checkPlace(arn, ['spec', field], spec, report);
    else
      report.error(['spec', field], 'must be the ARN of an IAM role', { help: 'arn:aws:iam::123456789012:role/name' });
  }
  for (const [index, attachment] of spec.loadBalancers.entries()) {
    const isListener = 'listenerArn' in attachment;
    const path = ['spec', 'loadBalancers', index, isListener ? 'listenerArn' : 'targetGroupArn'];
    const arn = parseArn(isListener ? attachment.listenerArn : attachment.targetGroupArn);
    if (isListener ? isListenerArn(arn) : isTargetGroupArn(arn)) checkPlace(arn!, path, spec, report);
    else report.error(path, `must be the ARN of a ${isListener ? 'listener' : 'target group'}`);
  }
  for (const [name, text] of Object.entries(spec.container.secrets)) {
    checkSecret(text, ['spec', 'container', 'secrets', name], report);
  }
  checkNeedOfRole(manifest, report);
}

const PARAMETER_NAME = /^[A-Za-z0-9_./-]+$/;

/** The value may be a secret pasted here by mistake: it is never shown. */
function checkSecret(text: string, path: Path, report: Report): void {
  if (text.startsWith('arn:') ? isSecretArn(parseArn(text)) : PARAMETER_NAME.test(text)) return;
  const message = 'must be the ARN of a secret or parameter, or the name of a parameter; never the secret itself';
  report.error(path, message, { help: 'arn:aws:secretsmanager:region:account:secret:name, or /path/of/parameter' });
}

function checkPlace(arn: Arn, path: Path, spec: FargateService['spec'], report: Report): void {
  if (spec.account !== undefined && arn.account !== spec.account) {
    report.error(path, `is of account ${arn.account}, but \`spec.account\` is ${spec.account}`, {
      about: [['spec', 'account']],
    });
  }
  if (arn.region !== '' && arn.region !== spec.region) {
    const help = 'give `spec.region`, or take the one of that region';
    report.error(path, `is of region ${arn.region}, but the service is in ${spec.region}`, {
      help,
      about: [['spec', 'region']],
    });
  }
}

/** Source: ECS developer guide, "Amazon ECS task execution IAM role". */
function checkNeedOfRole({ spec }: FargateService, report: Report): void {
  if (spec.executionRoleArn !== undefined || spec.raw.taskDefinition['executionRoleArn'] !== undefined) return;
  const needs = [
    ...(spec.logging.enabled ? ['write logs'] : []),
    ...(Object.keys(spec.container.secrets).length > 0 ? ['read secrets'] : []),
    ...(spec.image.uri?.includes('.dkr.ecr.') !== false ? ['pull from ECR'] : []),
  ];
  if (needs.length === 0) return;
  const message = `without \`executionRoleArn\` ECS cannot ${needs.join(', ')}`;
  report.warning(['spec'], message, { mark: 'key', about: [['spec', 'executionRoleArn']] });
}
