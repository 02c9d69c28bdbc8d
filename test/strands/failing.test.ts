import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, test } from 'node:test';
import { AgentServer, type ServerOptions } from './support/agent-server.ts';
import { errorCode } from './support/ask.ts';
import { Gate } from './support/gate.ts';
import { withoutStrands } from './support/python.ts';

/** The exit code and the last line of the log of a server that cannot start. */
async function ending(options: ServerOptions): Promise<readonly [number | null, string, string]> {
  await using server = AgentServer.spawn(options);
  const code = await server.ended;
  const { level, message } = server.lines().at(-1)!;
  return [code, String(level), message];
}

const SETTINGS = { skip: withoutStrands, timeout: 170_000, concurrency: 2 };

describe('a server that cannot start exits 1, and the last line of its log says why', SETTINGS, () => {
  const CASES: readonly (readonly [string, ServerOptions, RegExp])[] = [
    ['without an agent', { agent: 'none.py' }, /^generated_agent\.py is missing: there is no file .*none\.py$/],
    [
      'with a module that cannot be imported',
      { agent: 'broken_agent.py' },
      /^generated_agent\.py cannot be used, line 3: ModuleNotFoundError: No module named 'no_such_package'$/,
    ],
    [
      'with a module that is not Python',
      { agent: 'misspelt_agent.py' },
      /^generated_agent\.py cannot be used, line 1: SyntaxError: /,
    ],
    [
      'with a module that defines no agent',
      { agent: 'empty_agent.py', environment: { FAKE_MODEL: '' } },
      /^generated_agent\.py defines neither a function create_agent\(\) nor a variable agent$/,
    ],
    [
      'with a module that makes something else',
      { agent: 'mistaken_agent.py', environment: { FAKE_MODEL: '' } },
      /^create_agent\(\) must return an agent, not str$/,
    ],
    ['with a port that is no number', { environment: { PORT: 'http' } }, /^PORT must be a number/],
    [
      'with a switch that is neither on nor off',
      { environment: { FAKE_MODEL: 'maybe' } },
      /^FAKE_MODEL must be 1 or 0/,
    ],
    ['with a level that does not exist', { environment: { LOG_LEVEL: 'loud' } }, /^LOG_LEVEL must be /],
  ];
  for (const [name, options, reason] of CASES) {
    test(name, async () => {
      const [code, level, message] = await ending(options);
      assert.deepEqual([code, level], [1, 'critical']);
      assert.match(message, reason);
    });
  }

  test('with a port that is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = taken.address() as { port: number };
      const [code, , message] = await ending({ environment: { PORT: String(port) } });
      assert.equal(code, 1);
      assert.match(message, new RegExp(`^cannot listen on 127\\.0\\.0\\.1 port ${port}: `));
    } finally {
      taken.close();
    }
  });
});

describe('a server that fails, by chance or on purpose', SETTINGS, () => {
  test('tells who waits too long, and keeps the place taken until the agent has really ended', async () => {
    await using gate = await Gate.open();
    await using server = await AgentServer.start({
      agent: 'gated_agent.py',
      environment: { GATE_URL: gate.url, REQUEST_TIMEOUT: '2', MAX_CONCURRENCY: '1', MAX_WAITING: '0' },
    });
    const asked = server.invoke('wait_at slow');
    await gate.reached('slow');
    const whole = await asked;
    assert.deepEqual([whole.status, errorCode(whole)], [504, 'timeout']);
    assert.equal((await server.invoke('anybody')).status, 429);
    await gate.pass('slow', 'too late');
    await server.until(async () => ((await server.ask('/ready')).status === 200 ? true : undefined));
    const streamed = await server.stream('wait_at slower');
    assert.match(streamed.text, /event: error\ndata: \{"error":\{"code":"timeout"/);
  });

  test('answers 500 when the agent fails, and logs the error without the prompt', async () => {
    await using server = await AgentServer.start({ agent: 'failing_agent.py', environment: { FAKE_MODEL: '' } });
    const whole = await server.invoke('secret-prompt');
    assert.deepEqual([whole.status, errorCode(whole)], [500, 'agent_failed']);
    assert.match((await server.stream('secret-prompt')).text, /event: error\ndata: \{"error":\{"code":"agent_failed"/);
    const { exception, reason, request_id: id } = await server.said('the agent failed');
    assert.deepEqual([exception, reason], ['LookupError', 'no model would answer [prompt]']);
    assert.equal(id, whole.headers['x-request-id']);
    assert.doesNotMatch(server.out.join('\n') + server.stderr, /secret/);
    assert.equal((await server.ask('/health')).status, 200);
  });

  test('CRASH_AFTER: dies with 1, and says that it was meant to', async () => {
    await using server = AgentServer.spawn({
      agent: 'failing_agent.py',
      environment: { FAKE_MODEL: '', CRASH_AFTER: '0.2' },
    });
    assert.equal(await server.ended, 1);
    assert.deepEqual(
      server.lines().map((line) => line.message),
      ['listening', 'crashing on purpose: CRASH_AFTER=0.2'],
    );
  });

  test('HEALTH and SLOW_START: unhealthy, whatever the truth, and no invocations before it has started', async () => {
    await using server = await AgentServer.start({
      agent: 'failing_agent.py',
      environment: { FAKE_MODEL: '', HEALTH: '500', SLOW_START: '600' },
    });
    assert.equal((await server.ask('/health')).status, 500);
    assert.equal((await server.ask('/ping')).status, 500);
    const ready = await server.ask('/ready');
    assert.deepEqual([ready.status, ready.text], [503, '{"status":"starting","draining":false}']);
    const early = await server.invoke('hello');
    assert.deepEqual([early.status, errorCode(early)], [503, 'starting']);
  });

  test('SLOW_ANSWER: later than the client is ready to wait', async () => {
    await using server = await AgentServer.start({
      agent: 'failing_agent.py',
      environment: { FAKE_MODEL: '', SLOW_ANSWER: '600', REQUEST_TIMEOUT: '0.2' },
    });
    assert.equal((await server.invoke('hello')).status, 504);
  });
});
