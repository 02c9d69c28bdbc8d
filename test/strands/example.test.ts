import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadFile } from '../../src/manifest/load-file.ts';
import { renderYaml } from '../../src/manifest/render.ts';
import { AgentServer } from './support/agent-server.ts';
import { answerText } from './support/ask.ts';
import { requiredPython, withoutStrands } from './support/python.ts';

const folder = join(import.meta.dirname, '..', '..', 'examples', 'strands-agent');

function read(file: string): string {
  return readFileSync(join(folder, file), 'utf8');
}

function rendered(file: string): string {
  const { manifests, errors } = loadFile(
    { file: join(folder, file), text: read(file) },
    { variables: {}, defaultRegion: 'us-east-1' },
  );
  assert.deepEqual(errors, []);
  assert.equal(manifests.length, 1);
  return renderYaml(manifests[0]!.manifest);
}

test('the manifest and the deployment request of the example deploy the same, but for the name', () => {
  const byRequest = rendered('deployment-request.json');
  assert.match(byRequest, /template: strands-agent/);
  assert.equal(byRequest.replaceAll('orders-agent-by-request', 'orders-agent'), rendered('evenkeel.yaml'));
});

test('every package of the example is pinned', () => {
  const lines = read('requirements.txt')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  assert.ok(lines.some((line) => line.startsWith('strands-agents==')));
  for (const line of lines) assert.match(line, /^[A-Za-z0-9._-]+==[A-Za-z0-9.]+$/);
});

/** The exit code of `agent_server.py health`. */
async function healthCheck(port: number): Promise<number | null> {
  const check = spawn(requiredPython(), [join(folder, 'agent_server.py'), 'health'], {
    stdio: 'ignore',
    env: { PORT: String(port), PYTHONDONTWRITEBYTECODE: '1' },
  });
  return await new Promise((resolve) => check.once('close', resolve));
}

test('the agent of the example looks orders up', { skip: withoutStrands, timeout: 170_000 }, async () => {
  await using server = await AgentServer.start();
  const answer = answerText(await server.invoke('look_up_order A-1001'));
  assert.match(String(answer), /A tool answered: \{"status": "shipped"/);
  assert.equal(await healthCheck(server.port), 0);
});

test('the health check of the image fails while the server is unhealthy, and when there is none', {
  skip: withoutStrands,
  timeout: 170_000,
}, async () => {
  await using server = await AgentServer.start({ environment: { HEALTH: '500' } });
  assert.equal(await healthCheck(server.port), 1);
  await server[Symbol.asyncDispose]();
  assert.equal(await healthCheck(server.port), 1);
});
