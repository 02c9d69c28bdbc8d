import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { classify } from '../../../src/aws/classify.ts';
import { AwsFault } from '../../../src/aws/errors.ts';
import type { AwsTransport, InputOf, OperationName } from '../../../src/aws/operations.ts';
import type { SdkOptions } from '../../../src/aws/sdk/sdk-options.ts';
import { createSdkTransport } from '../../../src/aws/sdk/sdk-transport.ts';

const { signal } = new AbortController();
const SECRET = 'wJalrXUtnFEMI-never-shown';

interface Asked {
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
type Answer = (response: ServerResponse, asked: Asked) => void;

/** A server that answers as told, and a transport that talks to it. Both end with the test. */
async function transportTo(
  t: TestContext,
  answer: Answer,
  more: Partial<SdkOptions> = {},
): Promise<{ transport: AwsTransport & AsyncDisposable; asked: Asked[]; endpoint: string }> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      const target = String(request.headers['x-amz-target'] ?? new URLSearchParams(body).get('Action'));
      const now: Asked = { target, headers: request.headers, body };
      asked.push(now);
      answer(response, now);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const transport = createSdkTransport({
    region: 'eu-west-1',
    version: '9.9.9',
    endpoint,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET },
    ...more,
  });
  t.after(async () => {
    await transport[Symbol.asyncDispose]();
    server.closeAllConnections();
    server.close();
  });
  return { transport, asked, endpoint };
}

const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

async function faultOf<Name extends OperationName>(
  transport: AwsTransport,
  name: Name,
  input: InputOf<Name>,
): Promise<AwsFault> {
  try {
    await transport.call(name, input, { signal });
  } catch (thrown) {
    assert.ok(thrown instanceof AwsFault, String(thrown));
    return thrown;
  }
  return assert.fail('it went through');
}

test('a call goes to its operation with its input, as evenkeel, and dates come back as Dates', async (t) => {
  const { transport, asked } = await transportTo(
    t,
    json({ services: [{ serviceName: 'web', createdAt: 1767225600.5 }] }),
  );
  const input = { cluster: 'c', services: ['web'] };
  const output = await transport.call('ecs:DescribeServices', input, { signal });
  assert.deepEqual(output, { services: [{ serviceName: 'web', createdAt: new Date(1767225600500) }] });
  assert.equal(asked[0]?.target, 'AmazonEC2ContainerServiceV20141113.DescribeServices');
  assert.deepEqual(JSON.parse(asked[0]?.body ?? ''), input);
  assert.match(String(asked[0]?.headers['user-agent']), /evenkeel\/9\.9\.9/);
  assert.match(String(asked[0]?.headers['authorization']), /\/eu-west-1\/ecs\/aws4_request/);
});

test('every API finds its client', async (t) => {
  const xml = (action: string, inner: string): string =>
    `<${action}Response><${action}Result>${inner}</${action}Result></${action}Response>`;
  const { transport, asked } = await transportTo(t, (response, { target }) => {
    if (target === 'GetCallerIdentity') response.end(xml(target, '<Account>123456789012</Account>'));
    else if (target === 'DescribeTargetGroups') response.end(xml(target, '<TargetGroups></TargetGroups>'));
    else json({})(response, asked[0]!);
  });
  assert.deepEqual(await transport.call('sts:GetCallerIdentity', {}, { signal }), { Account: '123456789012' });
  const groups = await transport.call('elbv2:DescribeTargetGroups', { TargetGroupArns: ['a'] }, { signal });
  assert.deepEqual(groups.TargetGroups, []);
  await transport.call('logs:DescribeLogGroups', { logGroupIdentifiers: ['a'] }, { signal });
  await transport.call('application-autoscaling:DescribeScalableTargets', { ServiceNamespace: 'ecs' }, { signal });
  assert.deepEqual(
    asked.map(({ target }) => target),
    [
      'GetCallerIdentity',
      'DescribeTargetGroups',
      'Logs_20140328.DescribeLogGroups',
      'AnyScaleFrontendService.DescribeScalableTargets',
    ],
  );
});

for (const [body, status, code, kind] of [
  [{ __type: 'ServiceNotFoundException', message: 'Service not found.' }, 400, 'ServiceNotFoundException', 'missing'],
  [
    { __type: 'com.amazonaws.ecs#ThrottlingException', message: 'Rate exceeded' },
    400,
    'ThrottlingException',
    'throttled',
  ],
  [{ __type: 'BrandNewException', message: 'hm' }, 400, 'BrandNewException', 'ambiguous'],
  [{ __type: 'ServerException', message: 'oops' }, 500, 'ServerException', 'ambiguous'],
  [{ __type: 'ExpiredTokenException', message: 'expired' }, 400, 'ExpiredTokenException', 'credentials'],
  ['<html>502 Bad Gateway</html>', 502, 'SyntaxError', 'ambiguous'],
  ['<html>Welcome</html>', 200, 'SyntaxError', 'ambiguous'],
] as const) {
  test(`${status} ${JSON.stringify(body)} is ${code}, asked once`, async (t) => {
    const { transport, asked } = await transportTo(t, json(body, status, { 'x-amzn-requestid': 'r-1' }));
    const fault = await faultOf(transport, 'ecs:UpdateService', { service: 'web' });
    assert.equal(fault.code, code);
    assert.equal(fault.status, status);
    assert.equal(fault.requestId, 'r-1');
    assert.equal(classify('ecs:UpdateService', fault).kind, kind);
    assert.equal(asked.length, 1);
  });
}

test('an empty 200 is an answer without members', async (t) => {
  const { transport } = await transportTo(t, json('', 200));
  assert.deepEqual(await transport.call('ecs:ListServices', {}, { signal }), {});
});

test('a refused registration shows nothing of what was sent', async (t) => {
  const { transport } = await transportTo(t, json({ __type: 'ClientException', message: 'Invalid setting' }, 400));
  const environment = [{ name: 'PASSWORD', value: 'hunter2' }];
  const fault = await faultOf(transport, 'ecs:RegisterTaskDefinition', {
    family: 'f',
    containerDefinitions: [{ environment }],
  });
  const { inspect } = await import('node:util');
  const shown = inspect(fault, { depth: 10, showHidden: true });
  assert.doesNotMatch(shown, /hunter2/);
  assert.ok(!shown.includes(SECRET));
});

test('aborting rejects with the reason of the signal and closes the request', async (t) => {
  const arrived = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  const { transport } = await transportTo(t, (response) => {
    response.on('close', () => closed.resolve());
    arrived.resolve();
  });
  const caller = new AbortController();
  const call = transport.call('ecs:ListServices', {}, { signal: caller.signal });
  await arrived.promise;
  const reason = new Error('lease lost');
  caller.abort(reason);
  await assert.rejects(call, (thrown) => thrown === reason);
  await closed.promise;
});

test('an aborted signal sends nothing', async (t) => {
  const { transport, asked } = await transportTo(t, json({}));
  await assert.rejects(
    transport.call('ecs:ListServices', {}, { signal: AbortSignal.abort(new Error('late')) }),
    /late/,
  );
  assert.equal(asked.length, 0);
});

test('a server that does not answer is a timeout: ambiguous for a write, passing for a read', async (t) => {
  const { transport } = await transportTo(t, () => {}, { requestTimeoutMs: 50 });
  const fault = await faultOf(transport, 'ecs:UpdateService', { service: 'web' });
  assert.equal(fault.code, 'ETIMEDOUT');
  assert.equal(classify('ecs:UpdateService', fault).kind, 'ambiguous');
  assert.equal(classify('ecs:ListServices', fault).kind, 'transient');
});

test('the deadline holds whatever the call is waiting for', async (t) => {
  const { transport } = await transportTo(t, () => {}, { deadlineMs: 50 });
  assert.equal((await faultOf(transport, 'ecs:ListServices', {})).code, 'DeadlineExceeded');
});

test('a dropped connection is told from one that was never made', async (t) => {
  const { transport } = await transportTo(t, (response) => response.socket?.destroy());
  const dropped = await faultOf(transport, 'ecs:UpdateService', { service: 'web' });
  assert.equal(dropped.code, 'ECONNRESET');
  assert.equal(classify('ecs:UpdateService', dropped).kind, 'ambiguous');

  const idle = createServer();
  idle.listen(0, '127.0.0.1');
  await once(idle, 'listening');
  const endpoint = `http://127.0.0.1:${(idle.address() as AddressInfo).port}`;
  idle.close();
  await once(idle, 'close');
  const nowhere = await transportTo(t, () => {}, { endpoint });
  const refused = await faultOf(nowhere.transport, 'ecs:UpdateService', { service: 'web' });
  assert.equal(refused.code, 'ECONNREFUSED');
  assert.equal(classify('ecs:UpdateService', refused).kind, 'transient');
});

test('the endpoint of one API wins over the common one', async (t) => {
  const special = await transportTo(t, json({ serviceArns: ['a'] }));
  const common = await transportTo(t, json({}), { endpoints: { ecs: special.endpoint } });
  await common.transport.call('ecs:ListServices', {}, { signal });
  assert.deepEqual([special.asked.length, common.asked.length], [1, 0]);
});

const credentialsXml = (key: string): string =>
  `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>${key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>` +
  `<SessionToken>t</SessionToken><Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration></Credentials>` +
  '</AssumeRoleResult></AssumeRoleResponse>';

test('a role is assumed as session evenkeel, and assumed anew when its credentials are refused', async (t) => {
  let assumed = 0;
  const { transport, asked } = await transportTo(
    t,
    (response, now) => {
      if (now.target === 'AssumeRole') response.end(credentialsXml(`ASIAROLE${++assumed}`));
      else if (String(now.headers['authorization']).includes('ASIAROLE1')) {
        json(
          { __type: 'ExpiredTokenException', message: 'The security token included in the request is expired' },
          400,
        )(response, now);
      } else json({ serviceArns: [] })(response, now);
    },
    { assumeRoleArn: 'arn:aws:iam::123456789012:role/deployer' },
  );
  const fault = await faultOf(transport, 'ecs:ListServices', {});
  assert.equal(classify('ecs:ListServices', fault).kind, 'credentials');
  await transport.call('ecs:ListServices', {}, { signal });
  await transport.call('ecs:ListServices', {}, { signal });
  const assume = new URLSearchParams(asked.find(({ target }) => target === 'AssumeRole')?.body);
  assert.equal(assume.get('RoleSessionName'), 'evenkeel');
  assert.equal(assume.get('RoleArn'), 'arn:aws:iam::123456789012:role/deployer');
  assert.equal(assumed, 2);
});

test('a role that may not be assumed is a matter of credentials, not of the service asked', async (t) => {
  const { transport } = await transportTo(
    t,
    (response) => {
      response.writeHead(403);
      response.end(
        '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User: arn:aws:iam::1:user/x is not ' +
          'authorized to perform: sts:AssumeRole on resource: r</Message></Error></ErrorResponse>',
      );
    },
    { assumeRoleArn: 'arn:aws:iam::123456789012:role/deployer' },
  );
  const fault = await faultOf(transport, 'ecs:ListServices', {});
  assert.equal(classify('ecs:ListServices', fault).kind, 'credentials');
});

test('credentials that never come do not hold a call past its deadline, nor the next one', async (t) => {
  let hanging = true;
  const { transport } = await transportTo(
    t,
    (response, now) => {
      if (now.target !== 'AssumeRole') json({ serviceArns: [] })(response, now);
      else if (!hanging) response.end(credentialsXml('ASIAROLE'));
    },
    { assumeRoleArn: 'arn:aws:iam::123456789012:role/deployer', deadlineMs: 300 },
  );
  assert.equal((await faultOf(transport, 'ecs:ListServices', {})).code, 'DeadlineExceeded');
  hanging = false;
  assert.deepEqual(await transport.call('ecs:ListServices', {}, { signal }), { serviceArns: [] });
});

test('a disposed transport sends nothing more', async (t) => {
  const { transport, asked } = await transportTo(t, json({}));
  await transport[Symbol.asyncDispose]();
  await assert.rejects(transport.call('ecs:ListServices', {}, { signal }), /closed/);
  assert.equal(asked.length, 0);
});
