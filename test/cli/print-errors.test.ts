import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manifestsLine, printAnnotations, printManifestErrors } from '../../src/cli/print-errors.ts';
import { manifestError, PLAIN } from './support/builders.ts';

test('an error shows its place, its lines, what is marked and the way out', () => {
  assert.equal(
    printManifestErrors([manifestError()], PLAIN),
    `deploy/web.yaml:10:3  error  spec: unknown field 'memroy'
    9 |   cpu: 512
   10 |   memroy: 1024
      |   ^^^^^^  did you mean 'memory'?`,
  );
});

test('an error of a whole file has no numbers and no frame', () => {
  const whole = manifestError({
    line: 0,
    column: 0,
    path: '',
    message: 'cannot be read',
    frame: [],
    reason: 'unreadable',
  });
  assert.equal(
    printManifestErrors([whole], PLAIN),
    "deploy/web.yaml  error  cannot be read\n      did you mean 'memory'?",
  );
});

test('the mark stays within its line and keeps tabs before it', () => {
  const error = manifestError({ column: 3, length: 400, frame: [{ line: 10, text: '\t\tcpu: 1' }] });
  assert.equal(printManifestErrors([error], PLAIN).split('\n').at(-1), "      | \t\t^^^^^^  did you mean 'memory'?");
});

test('a mark past the end of its line is still one wide', () => {
  const error = manifestError({ column: 9, length: 1, frame: [{ line: 10, text: 'a: [1,2' }] });
  assert.match(printManifestErrors([error], PLAIN), /\| {9}\^ {2}did/);
});

test('a frame cannot move the cursor', () => {
  const error = manifestError({ frame: [{ line: 10, text: '  x: "\u001b[2J"' }] });
  assert.ok(!printManifestErrors([error], PLAIN).includes('\u001b'));
});

test('the last line counts files, documents, errors and warnings', () => {
  const warning = manifestError({ severity: 'warning' });
  const read = { manifests: [], files: 2, documents: 3 };
  const errors = [manifestError(), manifestError(), warning];
  assert.equal(manifestsLine({ ...read, errors }, PLAIN), 'x 2 files, 3 documents: 2 errors, 1 warning');
  assert.equal(manifestsLine({ ...read, errors: [warning] }, PLAIN), 'ok 2 files, 3 documents: valid, 1 warning');
  assert.equal(manifestsLine({ ...read, files: 1, errors: [] }, PLAIN), 'ok 1 file, 3 documents: valid');
});

test('annotations escape what GitHub would read as its own', () => {
  const error = manifestError({ file: 'a,b:c.yaml', message: '100%\nwrong', help: 'x' });
  const whole = manifestError({ line: 0, column: 0, severity: 'warning', path: '', message: 'empty' });
  assert.equal(
    printAnnotations([error, whole]),
    "::error file=a%2Cb%3Ac.yaml,line=10,col=3::spec: 100%25%0Awrong%0Ax\n::warning file=deploy/web.yaml::empty%0Adid you mean 'memory'?",
  );
});
