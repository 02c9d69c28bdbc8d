import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createHost } from '../../src/app/compose.ts';
import { runCommandLine } from '../../src/cli/cli.ts';
import { Interrupted } from '../../src/lib/errors.ts';
import { createFakeTerminal } from '../cli/support/fake-terminal.ts';
import { settle } from '../support/fake-clock.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evenkeel-sandbox-'));
});
after(() => rm(folder, { recursive: true }));

/** Types `evenkeel sandbox --faults` with a file of this text, and looks at it while it serves. */
async function sandboxWith(text: string, look: (url: string) => Promise<void>): Promise<{ code: number; err: string }> {
  const file = join(folder, 'faults.yaml');
  await writeFile(file, text);
  const terminal = createFakeTerminal({ argv: ['sandbox', '--port', '0', '--faults', file] });
  const host = createHost({ env: {}, clock: terminal.clock, random: () => 0.5 });
  let over = false;
  const running = runCommandLine(terminal, async () => host).finally(() => {
    over = true;
  });
  while (terminal.stdout.text === '' && !over) await settle();
  const url = /AWS_ENDPOINT_URL=(\S+)/.exec(terminal.stdout.text)?.[1];
  if (url !== undefined) await look(url);
  terminal.abort(new Interrupted('user', 'interrupted'));
  return { code: await running, err: terminal.stderr.text };
}

test('a sandbox with a file of faults says what is switched on, and misbehaves', async () => {
  const text = 'rules:\n  - id: slow-down\n    when: { operations: [ecs:List*] }\n    fault: { kind: throttle }\n';
  let answer = '';
  const { code, err } = await sandboxWith(text, async (url) => {
    const headers = { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.ListClusters' };
    answer = await (await fetch(url, { method: 'POST', headers, body: '{}' })).text();
  });
  assert.equal(code, 0);
  assert.match(answer, /ThrottlingException/);
  assert.match(err, /It misbehaves by one rule, seed 2147483648:\n {2}slow-down: throttle \(ecs:List\*\)\n/);
});

test('a seed that the file names is the seed', async () => {
  const { err } = await sandboxWith('{ "seed": 7, "rules": [] }', async () => undefined);
  assert.match(err, /by 0 rules, seed 7:/);
});

test('a bad file of faults ends with exit 3 and says where, before anything is served', async () => {
  const served = (): never => assert.fail('it serves');
  const { code, err } = await sandboxWith('rules:\n  - fault: { kind: trottle }\n', async () => served());
  assert.equal(code, 3);
  assert.match(err, /faults\.yaml:2:20 {2}error {2}rules\[0\]\.fault\.kind: 'trottle' is no kind of fault/);
});
