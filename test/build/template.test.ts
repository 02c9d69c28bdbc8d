import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { BuildContext } from '../../src/build/build-context.ts';
import { BuildRefused } from '../../src/build/build-refused.ts';
import { hashContext } from '../../src/build/context-hash.ts';
import { stageContext } from '../../src/build/stage-context.ts';
import { readTemplateContext, STRANDS_AGENT } from '../../src/build/template.ts';
import { folder, freshCache, signal, type Tree } from './support/tree.ts';

const TEMPLATE: Tree = {
  Dockerfile: 'FROM t',
  'agent_server.py': 'server',
  'requirements.txt': 'strands',
  'other.md': '',
};

async function overlay(root: string, template: string): Promise<BuildContext> {
  const place = { context: '.', dockerfile: 'Dockerfile', base: root, root };
  return await readTemplateContext(place, STRANDS_AGENT, template, signal);
}

async function hashOf(context: BuildContext): Promise<string> {
  return (await hashContext({ context, args: {}, platform: 'linux/amd64' }, freshCache(), signal)).hash;
}

async function staged(t: TestContext, context: BuildContext): Promise<(path: string) => string> {
  const { directory } = await stageContext(context, folder(t), signal);
  return (path) => readFileSync(join(directory, path), 'utf8');
}

test('a folder with just the agent becomes a context', async (t) => {
  const context = await overlay(folder(t, { 'generated_agent.py': 'agent' }), folder(t, TEMPLATE));
  assert.equal(context.dockerfile, 'FROM t');
  assert.deepEqual(
    context.entries.map(({ path }) => path),
    ['agent_server.py', 'generated_agent.py', 'requirements.txt'],
  );
  assert.deepEqual(context.template, { name: 'strands-agent', version: '1' });
  const read = await staged(t, context);
  assert.deepEqual([read('agent_server.py'), read('generated_agent.py')], ['server', 'agent']);
});

test('the folder’s own files win, also its Dockerfile', async (t) => {
  const own = {
    'generated_agent.py': '',
    'requirements.txt': 'mine',
    'agent_server.py': 'mine too',
    Dockerfile: 'FROM m',
  };
  const context = await overlay(folder(t, own), folder(t, TEMPLATE));
  assert.equal(context.dockerfile, 'FROM m');
  const read = await staged(t, context);
  assert.deepEqual([read('requirements.txt'), read('agent_server.py')], ['mine', 'mine too']);
});

test('the template’s files are in the hash', async (t) => {
  const root = folder(t, { 'generated_agent.py': 'agent' });
  const template = folder(t, TEMPLATE);
  const before = await hashOf(await overlay(root, template));
  appendFileSync(join(template, 'other.md'), 'not part of it');
  assert.equal(await hashOf(await overlay(root, template)), before);
  for (const file of ['agent_server.py', 'requirements.txt', 'Dockerfile']) {
    const last = await hashOf(await overlay(root, template));
    appendFileSync(join(template, file), '#');
    assert.notEqual(await hashOf(await overlay(root, template)), last, file);
  }
});

test('secrets and rubbish of a working folder stay out, unless it has a .dockerignore of its own', async (t) => {
  const tree = {
    'generated_agent.py': '',
    '.env': 'KEY=1',
    '__pycache__/a.pyc': '',
    '.venv/bin/python': '',
    'sub/.env': '',
  };
  const template = folder(t, TEMPLATE);
  const paths = async (root: string) => (await overlay(root, template)).entries.map(({ path }) => path);
  assert.deepEqual(await paths(folder(t, tree)), ['agent_server.py', 'generated_agent.py', 'requirements.txt', 'sub']);
  assert.ok((await paths(folder(t, { ...tree, '.dockerignore': 'sub' }))).includes('.env'));
});

test('what an ignore file says does not keep the template’s files out', async (t) => {
  const root = folder(t, {
    'generated_agent.py': '',
    '.dockerignore': '*\n!generated_agent.py',
    'requirements.txt': 'x',
  });
  const read = await staged(t, await overlay(root, folder(t, TEMPLATE)));
  assert.equal(read('agent_server.py'), 'server');
});

test('a folder without the agent is refused', async (t) => {
  await assert.rejects(
    overlay(folder(t, { 'agent.py': '' }), folder(t, TEMPLATE)),
    (thrown) =>
      thrown instanceof BuildRefused && thrown.reason === 'missing-file' && /generated_agent\.py/.test(thrown.message),
  );
});

test('the shipped template makes a context of a folder with just the agent', async (t) => {
  const shipped = join(import.meta.dirname, '..', '..', 'examples', 'strands-agent');
  const root = folder(t);
  mkdirSync(root, { recursive: true });
  cpSync(join(shipped, 'generated_agent.py'), join(root, 'generated_agent.py'));
  const context = await overlay(root, shipped);
  assert.match(context.dockerfile, /^FROM /m);
  assert.equal(context.entries.length, 3);
});
