import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import type { Ignore } from '@balena/dockerignore';
import fc from 'fast-check';
import { BuildRefused } from '../../src/build/build-refused.ts';
import { readIgnoreFile } from '../../src/build/ignore-rules.ts';

type MakeIgnore = (options: { readonly ignorecase: boolean }) => Ignore;
// The package's types describe a default export that its code does not have for ES modules.
const otherReader = createRequire(import.meta.url)('@balena/dockerignore') as MakeIgnore;

/** Lines, then paths: `-` in front of the ignored ones. */
const TABLE: readonly (readonly [string, readonly string[]])[] = [
  ['', ['a', 'a/b']],
  ['# secret\nsecret', ['-secret', '# secret', 'a/secret']],
  [' #not-a-comment', ['-#not-a-comment']],
  ['\uFEFFnode_modules', ['-node_modules', '-node_modules/x/y.js', 'sub/node_modules/x.js']],
  ['*.log', ['-a.log', 'sub/a.log', 'a.logs', '-.log']],
  ['**/*.log', ['-a.log', '-sub/a.log', '-a/b/c.log', 'a.logs']],
  ['*/temp*', ['-some/temporary.txt', '-some/temp', 'temp', 'a/b/temp']],
  ['*/*/temp*', ['-a/b/temporary', 'a/temp']],
  ['temp?', ['-tempa', '-tempb', 'temp', 'tempab', 'temp/a']],
  ['/foo/bar/', ['-foo/bar', '-foo/bar/x', 'foo', 'x/foo/bar']],
  ['./foo//bar/../baz', ['-foo/baz', 'foo/bar']],
  ['*.md\n!README.md', ['-a.md', 'README.md', 'sub/README.md']],
  ['!README.md\n*.md', ['-README.md']],
  ['*.md\n!README*.md\nREADME-secret.md', ['README.md', '-README-secret.md', 'README-1.md', '-b.md']],
  ['*\n!src', ['-a', 'src', 'src/x', 'src/x/y', '-Dockerfile']],
  ['*\n!src\nsrc/*.tmp', ['src/x', '-src/x.tmp', 'src/deep/x.tmp']],
  ['**\n!keep/me', ['-a', '-keep', 'keep/me', '-keep/you']],
  ['a/**', ['-a/b', '-a/b/c', 'a', 'b/a/c']],
  ['a/**/b', ['-a/b', '-a/x/b', '-a/x/y/b', 'a/xb', '-a/b/c']],
  ['**cfg', ['-x.cfg', '-cfg', '-a/b.cfg', 'cfg.x']],
  ['**/.git', ['-.git', '-x/.git/config', 'x/.gitignore']],
  ['[ab].txt', ['-a.txt', '-b.txt', 'c.txt', 'ab.txt']],
  ['[a-c]?[^x]', ['-bzz', 'bzx', 'dzz']],
  ['\\*.txt', ['-*.txt', 'a.txt']],
  ['c++', ['-c++', 'c', 'cc', 'ccc']],
  ['(a|b){2}+$', ['-(a|b){2}+$', 'aa', 'ab']],
  ['CASE', ['-CASE', 'case']],
  ['.', ['a', '.a']],
  ['a\r\nb\r\n', ['-a', '-b']],
  ['ab/a\n!a*', ['ab/a', 'ab', 'x']],
  ['constructor\n!toString', ['-constructor', 'toString', '__proto__']],
  ['* \n ! b ', ['-a', 'b']],
];

for (const [lines, paths] of TABLE) {
  test(`.dockerignore ${JSON.stringify(lines)} leaves out what Docker leaves out`, () => {
    const rules = readIgnoreFile(lines, '.dockerignore');
    const said = paths.map((path) => {
      const plain = path.replace(/^-/, '');
      return rules.ignores(plain) ? `-${plain}` : plain;
    });
    assert.deepEqual(said, paths);
  });
}

for (const [line, what] of [
  ['[a', 'never closed'],
  ['[]a]', 'class'],
  ['!', 'nothing behind it'],
  ['a\\', 'backslash'],
] as const) {
  test(`a pattern that Docker would refuse is refused with its line: ${line}`, () => {
    assert.throws(
      () => readIgnoreFile(`ok\n${line}`, '.dockerignore'),
      (thrown) =>
        thrown instanceof BuildRefused &&
        thrown.reason === 'bad-ignore-file' &&
        thrown.message.startsWith('.dockerignore:2: ') &&
        thrown.message.includes(what),
    );
  });
}

test('more patterns than anyone writes are refused', () => {
  assert.throws(() => readIgnoreFile('a\n'.repeat(1001), '.dockerignore'), /more than 1000 patterns/);
});

test('a pattern made to keep a matcher busy is decided by its length alone', () => {
  const rules = readIgnoreFile(`${'*a'.repeat(60)}*b\n(a+)+$\n${'**/'.repeat(60)}b`, '.dockerignore');
  const began = process.cpuUsage().user;
  assert.equal(rules.ignores('a'.repeat(250)), false);
  assert.equal(rules.ignores(`${'a/'.repeat(40)}c`), false);
  // A backtracking matcher would still be at it when the sun burns out; the margin is for a busy machine.
  assert.ok(process.cpuUsage().user - began < 5_000_000);
});

const part = fc.constantFrom('a', 'b', 'ab', 'a.b', 'src', 'x');
const glob = fc.constantFrom('a', 'b', 'ab', '*', '?', 'a*', '*b', '*.b', '**', 'src', '[ab]', 'x');
const line = fc
  .tuple(fc.boolean(), fc.array(glob, { minLength: 1, maxLength: 4 }))
  .map(([keeps, parts]) => `${keeps ? '!' : ''}${parts.join('/')}`);

test('decides as an independent reader of .dockerignore does', () => {
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 5 }),
      fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
      (lines, path) => {
        const other = otherReader({ ignorecase: false }).add(lines.join('\n'));
        assert.equal(readIgnoreFile(lines.join('\n'), '.dockerignore').ignores(path), other.ignores(path));
      },
    ),
    { numRuns: 2000 },
  );
});

test('an ignored folder is entered whenever something beneath it would be kept', () => {
  let met = 0;
  fc.assert(
    fc.property(
      line.filter((text) => !text.startsWith('!')),
      fc.array(line, { maxLength: 3 }),
      fc.array(part, { minLength: 2, maxLength: 3 }),
      (first, lines, parts) => {
        const rules = readIgnoreFile(['*', first, ...lines.map((text) => `!${text.replace('!', '')}`)].join('\n'), '');
        const above = parts.slice(0, -1).join('/');
        if (!rules.ignores(above) || rules.ignores(parts.join('/'))) return;
        met++;
        assert.ok(rules.mayKeepBeneath(above), `${above} of ${parts.join('/')} with ${lines.join(', ')}`);
      },
    ),
    { numRuns: 1500 },
  );
  assert.ok(met > 20, `only ${met} such folders were tried`);
});
