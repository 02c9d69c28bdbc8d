import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeManifest } from '../../src/manifest/decode.ts';
import { parseKey } from '../../src/manifest/key.ts';
import type { LoadedFile } from '../../src/manifest/load.ts';
import { loadFile } from '../../src/manifest/load-file.ts';
import { Rig } from './rig.ts';
import { loadLines } from './stand-in.ts';

function load(file: string, bytes: Uint8Array): LoadedFile {
  const decoded = decodeManifest(bytes, file);
  if (decoded.error !== undefined) return { file, manifests: [], errors: [decoded.error], claims: [], opaque: true };
  return loadFile({ file, text: decoded.text }, { variables: {}, defaultRegion: 'eu-west-1' });
}

function manifest(name: string, more = ''): string {
  return `apiVersion: evenkeel.dev/v1
kind: FargateService
metadata: { name: ${name} }
spec:
  cluster: agents
  family: shared
  image: { uri: registry.example.com/agent:1 }
  container: { name: agent, port: 8000 }
  network: { subnets: [subnet-0a1b2c3d], securityGroups: [sg-0a1b2c3d] }
${more}`;
}

test('real manifests: reformatting is free, a typo keeps the last good version, a removed document vanishes', async () => {
  await using rig = new Rig({ load });
  rig.write('root/all.yaml', `${manifest('a')}---\n${manifest('b')}`);
  await rig.start();
  assert.deepEqual(rig.journal.take(), ['warned all.yaml', 'changed a', 'changed b']);
  rig.write('root/a.yaml', `# on its own now\n${manifest('a').replaceAll('subnets: [', 'subnets:   [')}`);
  rig.write('root/all.yaml', manifest('b'));
  await rig.read();
  assert.deepEqual(
    rig.journal.take().filter((line) => line.startsWith('changed')),
    [],
  );
  rig.write('root/a.yaml', manifest('a', '  desiredCuont: 3\n'));
  await rig.read();
  assert.deepEqual(rig.journal.take(), ['rejected a.yaml: schema']);
  const desired = rig.source.get(parseKey('a'));
  assert.equal(desired.kind === 'wanted' && desired.loaded.manifest.spec.desiredCount, 1);
  rig.write('root/a.yaml', manifest('a', '  desiredCount: 3\n'));
  await rig.read();
  assert.deepEqual(
    rig.journal.take().filter((line) => !line.startsWith('warned')),
    ['recovered a.yaml', 'changed a'],
  );
});

test('real manifests: other bytes than UTF-8, and a file without documents, keep the last good version (Y01, Y05)', async () => {
  await using rig = new Rig({ load });
  rig.write('root/a.yaml', manifest('a'));
  await rig.start();
  rig.journal.take();
  for (const text of ['', '# nothing\n---\n', '\u0000\u0001']) {
    rig.write('root/a.yaml', text);
    await rig.read();
    assert.equal(rig.source.get(parseKey('a')).kind, 'wanted');
    assert.match(rig.journal.take().join(), /^rejected a\.yaml/);
  }
});

test('other work gets its turn after each file that is parsed', async () => {
  let turn = 0;
  let counting = true;
  const count = (): void => {
    turn++;
    if (counting) setImmediate(count);
  };
  const turns: number[] = [];
  const loadCounted = (file: string, bytes: Uint8Array): LoadedFile => {
    turns.push(turn);
    return loadLines(file, bytes);
  };
  await using rig = new Rig({ load: loadCounted });
  for (let at = 0; at < 50; at++) rig.write(`root/f${at}.yaml`, `s${at} 1`);
  count();
  await rig.start();
  counting = false;
  assert.equal(turns.length, 50);
  assert.equal(new Set(turns).size, 50);
});
