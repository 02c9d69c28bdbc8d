import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { AgentServer } from './support/agent-server.ts';
import { answerText, errorCode } from './support/ask.ts';
import { Gate } from './support/gate.ts';
import { withoutStrands } from './support/python.ts';

/** What happens to who connects now. */
async function connecting(port: number): Promise<string> {
  return await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve('connected'));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.once('connect', () => socket.destroy());
  });
}

async function start(gate: Gate, environment: Readonly<Record<string, string>>): Promise<AgentServer> {
  return await AgentServer.start({ agent: 'gated_agent.py', environment: { GATE_URL: gate.url, ...environment } });
}

describe('the server of a Strands agent that is told to stop', { skip: withoutStrands, timeout: 170_000 }, () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    test(`by ${signal}: unhealthy at once, serves on, closes its port, answers what is in flight, exits 0`, async () => {
      await using gate = await Gate.open();
      await using server = await start(gate, { DRAIN_SECONDS: '2' });
      const whole = server.invoke('wait_at whole');
      const streamed = server.stream('wait_at streamed');
      await Promise.all([gate.reached('whole'), gate.reached('streamed')]);

      server.signal(signal);
      const { in_flight: inFlight, signal: told } = await server.said('draining');
      assert.deepEqual([inFlight, told], [2, signal]);
      const [health, ready, late] = await Promise.all([
        server.ask('/health'),
        server.ask('/ready'),
        server.invoke('one more'),
      ]);
      assert.deepEqual([health.status, health.text], [503, '{"status":"draining","draining":true}']);
      assert.equal(health.headers.connection, 'close');
      assert.equal(ready.status, 503);
      assert.equal(answerText(late), 'You said: one more');

      // A load balancer goes on sending for a while.
      const whileItLooks = performance.now() + 500;
      await server.until(async () => {
        assert.equal((await server.ask('/health')).status, 503);
        return performance.now() > whileItLooks || undefined;
      });
      await server.until(async () => ((await connecting(server.port)) === 'ECONNREFUSED' ? true : undefined));
      await gate.pass('whole', 'late but whole');
      await gate.pass('streamed', 'late but whole');
      assert.equal(answerText(await whole), 'You said: wait_at whole A tool answered: late but whole');
      const { status, text } = await streamed;
      assert.equal(status, 200);
      assert.match(text, /event: end\ndata: .*A tool answered: late but whole.*\n\n$/);
      assert.equal(await server.ended, 0);
      assert.deepEqual((await server.said('stopped'))['in_flight'], 0);
    });
  }

  test('exits 0 in time though a tool hangs, and tells who waits for it', async () => {
    await using gate = await Gate.open();
    await using server = await start(gate, { DRAIN_SECONDS: '0', STOP_TIMEOUT: '2' });
    const whole = server.invoke('wait_at never');
    const streamed = server.stream('wait_at never-either');
    await Promise.all([gate.reached('never'), gate.reached('never-either')]);
    const toldAt = performance.now();
    server.signal('SIGTERM');
    assert.equal((await server.said('draining'))['seconds'], 1);
    const refused = await whole;
    assert.deepEqual([refused.status, errorCode(refused)], [503, 'stopping']);
    assert.match((await streamed).text, /event: error\ndata: \{"error":\{"code":"stopping"/);
    assert.equal(await server.ended, 0);
    // ECS would have killed it after the two seconds.
    assert.ok(performance.now() - toldAt < 2000);
    assert.equal((await server.said('stopped with the agent still at work'))['in_flight'], 2);
  });

  test('a second signal ends the wait for the load balancer', async () => {
    await using gate = await Gate.open();
    await using server = await start(gate, { DRAIN_SECONDS: '600', STOP_TIMEOUT: '600' });
    server.signal('SIGTERM');
    await server.said('draining');
    server.signal('SIGTERM');
    assert.equal(await server.ended, 0);
  });
});
