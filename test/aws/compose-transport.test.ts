import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decorate } from '../../src/aws/compose-transport.ts';
import { classified } from '../../src/aws/decorate.ts';
import { AwsFault } from '../../src/aws/errors.ts';
import { type AwsObserver, silentObserver } from '../../src/aws/observer.ts';
import type { AwsTransport } from '../../src/aws/operations.ts';
import { createPacer } from '../../src/aws/pacer.ts';
import { Overtaken } from '../../src/lib/errors.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { kindIs } from './gateway-over.ts';
import { ScriptedTransport } from './scripted-transport.ts';

const { signal } = new AbortController();

/** Writes down everything it is told. */
function recorder(): { readonly observer: AwsObserver; readonly told: unknown[] } {
  const told: unknown[] = [];
  const note =
    (what: string) =>
    (details: object): void => {
      told.push([what, details]);
    };
  const observer = {
    callEnded: note('ended'),
    throttled: note('throttled'),
    retried: note('retried'),
    limiterWaited: note('waited'),
  };
  return { observer, told };
}

function decorated(inner: AwsTransport, clock: FakeClock, observer: AwsObserver = silentObserver): AwsTransport {
  return decorate(inner, { clock, random: () => 1, pacer: createPacer(clock), observer });
}

test('every attempt is counted and timed, with its turn and its retry', async () => {
  const clock = new FakeClock();
  let attempt = 0;
  const inner = new ScriptedTransport({
    'ecs:CreateService': async () => {
      await clock.sleep(250, signal);
      if (attempt++ === 0) throw new AwsFault('ThrottlingException', 'Rate exceeded', { status: 400 });
      return { service: {} };
    },
  });
  const { observer, told } = recorder();
  const call = decorated(inner, clock, observer).call('ecs:CreateService', { serviceName: 'web' }, { signal });
  await clock.advance(5000);
  await call;
  const labels = { api: 'ecs', operation: 'CreateService' };
  assert.deepEqual(told, [
    ['waited', { ...labels, seconds: 0 }],
    ['ended', { ...labels, code: 'ThrottlingException', seconds: 0.25 }],
    ['throttled', labels],
    ['retried', labels],
    // The bucket was emptied and its rate halved: a token takes 0.8 s at 1.25 a second, less than the back-off of 1 s.
    ['waited', { ...labels, seconds: 0 }],
    ['ended', { ...labels, code: 'OK', seconds: 0.25 }],
  ]);
});

test('a call that waits for its turn says how long, and each attempt takes a turn of its own', async () => {
  const clock = new FakeClock();
  const inner = new ScriptedTransport({ 'ecs:RegisterTaskDefinition': () => ({}) });
  const { observer, told } = recorder();
  const transport = decorated(inner, clock, observer);
  const all = Array.from({ length: 11 }, () => transport.call('ecs:RegisterTaskDefinition', {}, { signal }));
  await clock.advance(1999);
  assert.equal(inner.calls.length, 10);
  await clock.advance(1);
  await Promise.all(all);
  const waits = told.flatMap((entry) => {
    const [what, { seconds }] = entry as [string, { seconds: number }];
    return what === 'waited' ? [seconds] : [];
  });
  assert.deepEqual(waits, [...new Array(10).fill(0), 2]);
});

test('what comes out is an AwsError, and its label is never free text', async () => {
  const clock = new FakeClock();
  const inner = new ScriptedTransport({
    'ecs:UpdateService': ({ service }) => {
      throw new AwsFault(service, 'x');
    },
  });
  const { observer, told } = recorder();
  const transport = decorated(inner, clock, observer);
  for (const code of ['ServiceNotFoundException', 'no code at all', 'x'.repeat(200)]) {
    await assert.rejects(transport.call('ecs:UpdateService', { service: code }, { signal }), { name: 'AwsError' });
  }
  const codes = told.flatMap((entry) => {
    const [what, { code }] = entry as [string, { code: string }];
    return what === 'ended' ? [code] : [];
  });
  assert.deepEqual(codes, ['ServiceNotFoundException', 'Unknown', 'x'.repeat(64)]);
});

test('a write that may have happened is sent once', async () => {
  const clock = new FakeClock();
  const inner = new ScriptedTransport({
    'ecs:UpdateService': () => {
      throw new AwsFault('ECONNRESET', 'socket hang up');
    },
  });
  const call = decorated(inner, clock).call('ecs:UpdateService', { service: 'web' }, { signal });
  await assert.rejects(call, kindIs('ambiguous'));
  await clock.advance(60_000);
  assert.equal(inner.calls.length, 1);
});

test('a throttled write that is no longer meant when its turn comes is not sent again', async () => {
  const clock = new FakeClock();
  let meant = true;
  const inner = new ScriptedTransport({
    'ecs:DeleteService': () => {
      throw new AwsFault('ThrottlingException', 'Rate exceeded');
    },
  });
  const options = { signal, stillMeant: () => meant };
  const call = decorated(inner, clock).call('ecs:DeleteService', { cluster: 'agents', service: 'web' }, options);
  const rejected = assert.rejects(call, Overtaken);
  await clock.advance(0);
  assert.equal(inner.calls.length, 1);
  meant = false;
  await clock.advance(60_000);
  await rejected;
  assert.equal(inner.calls.length, 1);
});

test('aborting while waiting for a turn or during the call rejects with the reason', async () => {
  const clock = new FakeClock();
  const reason = new Error('shutdown');
  const inner = new ScriptedTransport({
    'ecs:ListServices': async (_input, options) => {
      await clock.sleep(1000, options.signal);
      return {};
    },
  });
  const caller = new AbortController();
  const { observer, told } = recorder();
  const call = decorated(inner, clock, observer).call('ecs:ListServices', {}, { signal: caller.signal });
  const rejected = assert.rejects(call, (thrown) => thrown === reason);
  await clock.advance(500);
  caller.abort(reason);
  await rejected;
  assert.deepEqual(told.at(-1), ['ended', { api: 'ecs', operation: 'ListServices', code: 'Aborted', seconds: 0.5 }]);
  await assert.rejects(
    decorated(inner, clock).call('ecs:ListServices', {}, { signal: caller.signal }),
    (thrown) => thrown === reason,
  );
  assert.equal(inner.calls.length, 1);
});

test('an aborted signal sends nothing, even without a line to wait in', async () => {
  const inner = new ScriptedTransport({ 'ecs:ListServices': () => ({}) });
  const aborted = AbortSignal.abort(new Error('late'));
  await assert.rejects(classified(inner).call('ecs:ListServices', {}, { signal: aborted }), /late/);
  assert.equal(inner.calls.length, 0);
});
