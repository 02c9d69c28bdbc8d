import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostCheck, isLoopback } from '../../src/http/host-check.ts';

const hosts: readonly { listen: string; also?: readonly string[]; header: string | undefined; ok: boolean }[] = [
  { listen: '127.0.0.1', header: '127.0.0.1:9090', ok: true },
  { listen: '127.0.0.1', header: 'localhost', ok: true },
  { listen: '127.0.0.1', header: 'LOCALHOST:80', ok: true },
  { listen: '127.0.0.1', header: '[::1]:9090', ok: true },
  { listen: '127.0.0.1', header: undefined, ok: false },
  { listen: '127.0.0.1', header: '', ok: false },
  { listen: '127.0.0.1', header: 'evil.example', ok: false },
  { listen: '127.0.0.1', header: 'evil.example:9090', ok: false },
  { listen: '127.0.0.1', header: '127.0.0.1.nip.io', ok: false },
  { listen: '127.0.0.1', header: 'localhost.evil.example', ok: false },
  { listen: '127.0.0.1', header: 'localhost:9090@evil.example', ok: false },
  { listen: '127.0.0.1', header: 'localhost.', ok: false },
  { listen: '127.0.0.1', also: ['keel.internal'], header: 'keel.internal:9090', ok: true },
  { listen: '::1', header: 'evil.example', ok: false },
  { listen: 'localhost', header: 'evil.example', ok: false },
  { listen: '0.0.0.0', header: 'anything.example', ok: true },
  { listen: '0.0.0.0', also: ['keel.internal'], header: 'keel.internal', ok: true },
  { listen: '0.0.0.0', also: ['keel.internal'], header: 'evil.example', ok: false },
];
for (const { listen, also = [], header, ok } of hosts) {
  test(`H03: listening on ${listen}${also.map((name) => ` as ${name}`).join('')}, Host ${header} is ${ok ? 'served' : 'refused'}`, () => {
    assert.equal(hostCheck(listen, also)(header), ok);
  });
}

test('only this machine can reach a loopback address', () => {
  for (const host of ['127.0.0.1', '127.9.9.9', 'localhost', '::1']) assert.ok(isLoopback(host), host);
  for (const host of ['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.nip.io', '127.evil']) assert.ok(!isLoopback(host), host);
});
