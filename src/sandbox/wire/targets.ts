/** The JSON protocols name the service in the prefix of `X-Amz-Target` (SDK service models). */
const JSON_APIS: Readonly<Record<string, string>> = {
  AmazonEC2ContainerServiceV20141113: 'ecs',
  AmazonEC2ContainerRegistry_V20150921: 'ecr',
  AnyScaleFrontendService: 'application-autoscaling',
  Logs_20140328: 'logs',
  CodeBuild_20161006: 'codebuild',
};
/** The Query protocol names it by the version of its API. */
const QUERY_APIS: Readonly<Record<string, string>> = { '2015-12-01': 'elbv2', '2011-06-15': 'sts' };

/** What a request is for. */
export type WireTarget =
  | { readonly kind: 'json'; readonly operation: string; readonly api: string }
  | { readonly kind: 'query'; readonly operation: string; readonly api: string }
  | { readonly kind: 'dynamodb'; readonly operation: string }
  | { readonly kind: 's3'; readonly method: string }
  | { readonly kind: 'unknown'; readonly what: string };

/** By `X-Amz-Target`, or by the form's `Action` and `Version`. `operation` is `<api>:<name>`. */
export function wireTarget(target: string | undefined, form: ReadonlyMap<string, string> | undefined): WireTarget {
  if (target !== undefined) return jsonTarget(target);
  const action = form?.get('Action');
  const api = QUERY_APIS[form?.get('Version') ?? ''];
  if (action === undefined || api === undefined) return { kind: 'unknown', what: action ?? 'no operation' };
  return { kind: 'query', operation: `${api}:${action}`, api };
}

function jsonTarget(target: string): WireTarget {
  const [prefix = '', name = ''] = target.split('.');
  if (prefix.startsWith('DynamoDB')) return { kind: 'dynamodb', operation: `dynamodb:${name}` };
  const api = Object.hasOwn(JSON_APIS, prefix) ? JSON_APIS[prefix]! : undefined;
  return api === undefined ? { kind: 'unknown', what: target } : { kind: 'json', operation: `${api}:${name}`, api };
}
