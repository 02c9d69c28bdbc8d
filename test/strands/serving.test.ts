import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { AgentServer } from './support/agent-server.ts';
import { answerText, errorCode } from './support/ask.ts';
import { Gate } from './support/gate.ts';
import { withoutStrands } from './support/python.ts';

const LIMIT = 256 * 1024;

/** The server-sent events of an answer. */
function events(text: string): readonly { readonly name: string; readonly data: unknown }[] {
  return text
    .split('\n\n')
    .filter((block) => block.includes('data: '))
    .map((block) => ({
      name: /^event: (.*)$/m.exec(block)?.[1] ?? 'message',
      data: JSON.parse(/^data: (.*)$/m.exec(block)![1]!) as unknown,
    }));
}

describe('the server of a Strands agent', { skip: withoutStrands, timeout: 170_000 }, () => {
  let gate: Gate;
  let server: AgentServer;

  before(async () => {
    gate = await Gate.open();
    server = await AgentServer.start({
      agent: 'gated_agent.py',
      environment: { GATE_URL: gate.url, MAX_CONCURRENCY: '1', MAX_WAITING: '1' },
    });
  });

  after(async () => {
    await server?.[Symbol.asyncDispose]();
    await gate?.[Symbol.asyncDispose]();
  });

  test('is healthy, and says so under both names', async () => {
    for (const path of ['/health', '/ping']) {
      const { status, text } = await server.ask(path);
      assert.deepEqual([status, text], [200, '{"status":"ok","draining":false}']);
    }
    assert.equal((await server.ask('/ready')).status, 200);
    assert.deepEqual(await server.ask('/health', { method: 'HEAD' }).then(({ status, text }) => [status, text]), [
      200,
      '',
    ]);
  });

  test('answers an invocation in either form', async () => {
    for (const body of ['{"input":{"prompt":"good day"}}', '{"prompt":"good day"}']) {
      const answer = await server.ask('/invocations', { body });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers['content-type'], 'application/json');
      const { output } = JSON.parse(answer.text) as { output: unknown };
      assert.deepEqual(output, { text: 'You said: good day', stop_reason: 'end_turn' });
    }
  });

  test('runs the tools of the agent', async () => {
    const [answer] = await Promise.all([server.invoke('wait_at tools'), gate.pass('tools', 'the gate is open')]);
    assert.equal(answerText(answer), 'You said: wait_at tools A tool answered: the gate is open');
  });

  test('streams the answer as it comes, and ends with the whole of it', async () => {
    const answer = await server.stream('one two');
    assert.deepEqual([answer.status, answer.headers['content-type']], [200, 'text/event-stream']);
    const seen = events(answer.text);
    assert.deepEqual(seen.slice(0, -1), [
      ...['You ', 'said: ', 'one ', 'two'].map((text) => ({ name: 'message', data: { text } })),
    ]);
    assert.deepEqual(seen.at(-1), {
      name: 'end',
      data: {
        output: { text: 'You said: one two', stop_reason: 'end_turn' },
        request_id: answer.headers['x-request-id'],
      },
    });
  });

  test('keeps the request id it is given, and makes one where it is given none or nonsense', async () => {
    const given = await server.invoke('hello', { headers: { 'x-request-id': 'trace-1' } });
    assert.equal(given.headers['x-request-id'], 'trace-1');
    assert.equal((await server.answered('trace-1'))['status'], 200);
    for (const headers of [{}, { 'x-request-id': 'a b"c' }]) {
      const { headers: answered } = await server.invoke('hello', { headers });
      assert.match(String(answered['x-request-id']), /^[0-9a-f]{32}$/);
    }
  });

  const REFUSED = [
    ['/invocations', '{"input":', 400, 'invalid_json'],
    ['/invocations', '['.repeat(200_000), 400, 'invalid_json'],
    ['/invocations', '[]', 400, 'invalid_request'],
    ['/invocations', '{"input":{}}', 400, 'invalid_request'],
    ['/invocations', '{"input":"hello"}', 400, 'invalid_request'],
    ['/invocations', '{"prompt":"  "}', 400, 'invalid_request'],
    ['/invocations', '{"prompt":7}', 400, 'invalid_request'],
    ['/invocations/stream', '{"prompt":7}', 400, 'invalid_request'],
    ['/nowhere', '{"prompt":"hello"}', 404, 'not_found'],
    ['/health', '{"prompt":"hello"}', 405, 'method_not_allowed'],
  ] as const;
  for (const [path, body, status, code] of REFUSED) {
    test(`refuses ${body.slice(0, 20)} at ${path} with ${status}`, async () => {
      const answer = await server.ask(path, { body });
      assert.deepEqual([answer.status, errorCode(answer)], [status, code]);
    });
  }

  test('takes a body of 256 KiB and none that is larger, whether its length is told or not', async () => {
    const frame = '{"prompt":""}'.length;
    const body = (bytes: number): string => `{"prompt":"${'a'.repeat(bytes - frame)}"}`;
    for (const chunked of [false, true]) {
      const largest = await server.ask('/invocations', { method: 'POST', body: body(LIMIT), chunked });
      assert.equal(largest.status, 200);
      for (const bytes of [LIMIT + 1, LIMIT * 3]) {
        const refused = await server.ask('/invocations', { method: 'POST', body: body(bytes), chunked });
        assert.deepEqual([refused.status, errorCode(refused)], [413, 'body_too_large']);
      }
    }
  });

  test('lets requests wait up to a bound, and refuses more with 429 while it stays healthy', async () => {
    const first = server.invoke('wait_at first');
    await gate.reached('first');
    const second = server.invoke('wait_at second');
    await server.until(async () => ((await server.ask('/ready')).status === 503 ? true : undefined));
    assert.equal((await server.ask('/ready')).text, '{"status":"busy","draining":false}');
    const third = await server.invoke('too many');
    assert.deepEqual([third.status, errorCode(third), third.headers['retry-after']], [429, 'too_many_requests', '1']);
    assert.equal((await server.ask('/health')).status, 200);
    await gate.pass('first', 'one');
    await gate.pass('second', 'two');
    assert.match(String(answerText(await first)), /one$/);
    assert.match(String(answerText(await second)), /two$/);
    assert.equal((await server.ask('/ready')).status, 200);
  });

  test('gives the place of a client that has left to the next once its agent has stopped', async () => {
    const leaving = new AbortController();
    const left = server.invoke('wait_at left', { signal: leaving.signal, headers: { 'x-request-id': 'left' } });
    await gate.reached('left');
    leaving.abort();
    await assert.rejects(left);
    assert.equal((await server.answered('left'))['status'], 499);
    const next = server.invoke('are you there');
    await gate.pass('left', 'nobody listens');
    assert.equal(answerText(await next), 'You said: are you there');
  });

  test('writes nothing but JSON to stdout, and nothing of what was asked or answered', async () => {
    const [answer] = await Promise.all([
      server.invoke('wait_at secret-prompt', { headers: { 'x-request-id': 'quiet' } }),
      gate.pass('secret-prompt', 'secret-answer'),
    ]);
    assert.match(String(answerText(answer)), /secret-prompt.*secret-answer/);
    const { level, method, path, status } = await server.answered('quiet');
    assert.deepEqual([level, method, path, status], ['info', 'POST', '/invocations', 200]);
    assert.doesNotMatch(server.out.join('\n'), /secret/);
    assert.match(server.stderr, /waiting at secret-prompt/);
    assert.doesNotMatch(server.stderr, /You said|secret-answer/);
  });
});

describe('an agent that is a variable of its module', { skip: withoutStrands, timeout: 170_000 }, () => {
  test('serves one request after the other, each with an empty conversation', async () => {
    await using gate = await Gate.open();
    await using server = await AgentServer.start({
      agent: 'shared_agent.py',
      environment: { GATE_URL: gate.url },
    });
    assert.deepEqual(
      server.lines().flatMap((line) => (line.message === 'listening' ? [[line['agent'], line['concurrency']]] : [])),
      [['agent', 1]],
    );
    const together = [server.invoke('wait_at one'), server.invoke('wait_at two')];
    await Promise.all([gate.pass('one', 'first'), gate.pass('two', 'second')]);
    assert.deepEqual((await Promise.all(together)).map(answerText), [
      'You said: wait_at one A tool answered: first',
      'You said: wait_at two A tool answered: second',
    ]);
    for (const _ of [1, 2]) {
      // The question and the call of the tool.
      assert.match(String(answerText(await server.invoke('count_messages'))), /: 2 messages$/);
    }
  });
});
