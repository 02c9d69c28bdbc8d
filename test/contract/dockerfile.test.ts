import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '..', '..');

interface Instruction {
  readonly name: string;
  readonly text: string;
}

const instructions: readonly Instruction[] = readFileSync(join(ROOT, 'Dockerfile'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => ({ name: line.slice(0, line.indexOf(' ')), text: line.slice(line.indexOf(' ') + 1) }));
const lastStage = instructions.slice(instructions.findLastIndex(({ name }) => name === 'FROM'));
const all = (name: string, among = instructions): readonly string[] =>
  among.filter((instruction) => instruction.name === name).map(({ text }) => text);

test('the image is built in stages, all on the Node that package.json asks for', () => {
  const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const major = /\d+/.exec(engines.node)?.[0];
  assert.ok(all('FROM').length > 1);
  for (const base of all('FROM')) assert.match(base, new RegExp(`^node:${major}-\\w+-slim( |$)`));
});

test('nothing in the image is made by a shell', () => {
  for (const name of ['RUN', 'ENTRYPOINT', 'CMD']) {
    for (const text of all(name)) assert.ok(Array.isArray(JSON.parse(text)), `${name} ${text}`);
  }
  assert.doesNotMatch(all('RUN').join('\n'), /"(ba|da)?sh"/);
});

test('dependencies come from the lock file, and only those of production are shipped', () => {
  const installs = all('RUN').filter((text) => text.includes('"npm"'));
  assert.deepEqual(installs, ['["npm", "ci"]', '["npm", "ci", "--omit=dev"]']);
  const shipped = all('COPY', lastStage).filter((text) => text.includes('node_modules'));
  assert.deepEqual(shipped, ['--from=dependencies /build/node_modules ./node_modules']);
});

test('the image runs evenkeel as a user that is not root, named by number', () => {
  assert.deepEqual(all('ENTRYPOINT', lastStage), ['["evenkeel"]']);
  const [user] = all('USER', lastStage);
  assert.match(user ?? '', /^[1-9]\d{3,}:[1-9]\d{3,}$/);
});

test('what is copied from the checkout exists and is not kept out of the build', () => {
  const kept = new Set(readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n'));
  const copied = all('COPY')
    .filter((text) => !text.startsWith('--from'))
    .flatMap((text) => text.split(' ').slice(0, -1));
  for (const path of new Set(copied)) {
    assert.ok(kept.has(`!${path}`), `${path} is left out by .dockerignore`);
    assert.ok(existsSync(join(ROOT, path)), `${path} does not exist`);
  }
});
