import assert from 'node:assert/strict';
import { test } from 'node:test';
import { credentialScope } from '../../../src/sandbox/wire/credential-scope.ts';
import { parseJson, writeJson } from '../../../src/sandbox/wire/json-wire.ts';
import { formOf, parseForm, writeXml, writeXmlError } from '../../../src/sandbox/wire/query-wire.ts';
import { wireTarget } from '../../../src/sandbox/wire/targets.ts';

const FORMS: readonly (readonly [string, object])[] = [
  ['Action=X&Version=1&Name=web', { Name: 'web' }],
  ['Arns.member.2=b&Arns.member.1=a', { Arns: ['a', 'b'] }],
  ['Arns.member.10=j&Arns.member.9=i', { Arns: ['i', 'j'] }],
  ['Tags.member.1.Key=a%26b&Tags.member.1.Value=c+d', { Tags: [{ Key: 'a&b', Value: 'c d' }] }],
  ['Port=80&HealthCheckEnabled=false', { Port: 80, HealthCheckEnabled: false }],
  ['A.ForwardConfig.TargetGroups.member.1.Weight=3', { A: { ForwardConfig: { TargetGroups: [{ Weight: 3 }] } } }],
  ['__proto__.polluted=1&a=1', { a: '1' }],
];
for (const [form, expected] of FORMS) {
  test(`HTTP-3: the form ${form} is ${JSON.stringify(expected)}`, () => {
    const input = parseForm(formOf(form)) as Record<string, unknown>;
    for (const [name, value] of Object.entries(expected)) assert.deepEqual(input[name], value);
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
  });
}

test('HTTP-3: XML has lists as members, dates in ISO form, and no raw brackets', () => {
  const output = { Items: [{ Name: '<a&b>' }, { Name: 'c' }], At: new Date(0), Missing: undefined, Count: 3 };
  assert.equal(
    writeXml('sts:Do', output, 'id'),
    '<DoResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><DoResult>' +
      '<Items><member><Name>&lt;a&amp;b&gt;</Name></member><member><Name>c</Name></member></Items>' +
      '<At>1970-01-01T00:00:00.000Z</At><Count>3</Count></DoResult>' +
      '<ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></DoResponse>',
  );
  assert.match(writeXmlError('elbv2', 'TargetGroupNotFoundException', 'x', 'id'), /<Code>TargetGroupNotFound<\/Code>/);
});

test('HTTP-2: JSON has dates as epoch seconds, both ways where the API has them', () => {
  assert.equal(writeJson({ at: new Date(1500), list: [new Date(2000)], none: undefined }), '{"at":1.5,"list":[2]}');
  const input = parseJson('{"StartTime":1.5,"Schedule":null}', 'application-autoscaling');
  assert.deepEqual(input, { StartTime: new Date(1500) });
  for (const body of ['{', '[]', '5', 'null']) {
    assert.throws(() => parseJson(body, 'ecs'), { code: 'SerializationException' });
  }
});

test('HTTP-4: the region comes from the credential scope', () => {
  const header =
    'AWS4-HMAC-SHA256 Credential=AKID/20260101/eu-west-1/ecs/aws4_request, SignedHeaders=host, Signature=00';
  assert.deepEqual(credentialScope(header), { accessKeyId: 'AKID', region: 'eu-west-1', service: 'ecs' });
  assert.equal(credentialScope('Bearer x'), undefined);
  assert.equal(credentialScope(undefined), undefined);
});

const TARGETS: readonly (readonly [string | undefined, string, object])[] = [
  ['AmazonEC2ContainerServiceV20141113.ListServices', '', { kind: 'json', operation: 'ecs:ListServices', api: 'ecs' }],
  ['DynamoDB_20120810.PutItem', '', { kind: 'dynamodb', operation: 'dynamodb:PutItem' }],
  ['constructor.x', '', { kind: 'unknown', what: 'constructor.x' }],
  [
    undefined,
    'Action=DescribeTags&Version=2015-12-01',
    { kind: 'query', operation: 'elbv2:DescribeTags', api: 'elbv2' },
  ],
  [
    undefined,
    'Action=GetCallerIdentity&Version=2011-06-15',
    { kind: 'query', operation: 'sts:GetCallerIdentity', api: 'sts' },
  ],
  [undefined, 'Action=DescribeInstances&Version=2016-11-15', { kind: 'unknown', what: 'DescribeInstances' }],
];
for (const [target, form, expected] of TARGETS) {
  test(`HTTP-1: ${target ?? form} is for ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(wireTarget(target, formOf(form)), expected);
  });
}
