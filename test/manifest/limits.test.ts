// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of variables is meant
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load, yamlWith } from './loading.ts';

const SIZE = 256 * 1024 - 16;
const many = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');

/** As much as a file may hold of what a parser, a validator or a formatter might take too long over. */
const heavy: Readonly<Record<string, string>> = {
  'unknown fields': `${yamlWith()}${many(4500, (n) => `  k${n}: 1`)}`,
  'one key again and again': `${yamlWith()}${'  cpu: 1\n'.repeat(4500)}`,
  'open references': yamlWith({ container: { environment: { A: '${'.repeat(120_000) } } }),
  'doubled dollars': yamlWith({ container: { environment: { A: '$$'.repeat(120_000) } } }),
  'a name without end': yamlWith({}, { name: 'a-'.repeat(120_000) }),
  'a schedule without end': yamlWith({
    autoscaling: { schedules: [{ name: 's', schedule: `cron(${'*/'.repeat(100_000)})` }] },
  }),
  'wrong time zones': yamlWith({
    autoscaling: {
      schedules: Array.from({ length: 200 }, (_, n) => ({
        name: `s${n}`,
        schedule: 'rate(2 days)',
        timezone: `Europe/Berlim${n}`,
        minCapacity: 1,
      })),
    },
  }),
  'wrong targets': yamlWith({
    autoscaling: { targets: Array.from({ length: 1000 }, () => ({ cpu: 1, memory: 2, foo: 3 })) },
  }),
  'secrets by the thousand': yamlWith({
    container: { environment: Object.fromEntries(Array.from({ length: 4500 }, (_, n) => [`A${n}_PASSWORD`, 'x'])) },
  }),
  'many documents with errors': many(
    490,
    (n) => `---\napiVersion: evenkeel.dev/v1\nkind: FargateService\nmetadata: {name: a${n}}\nspec: {a: 1, b: 2, c: 3}`,
  ),
  ...Object.fromEntries(
    [
      '"',
      "'",
      '&a ',
      '!a ',
      '*a ',
      '|\n',
      '#\n',
      '\n',
      ' ',
      '[',
      '{',
      '- ',
      '? ',
      ': ',
      'a: ',
      ',',
      '---\n',
      '%YAML 1.2\n',
      '\\',
      '😀',
      '{{ x }}\n',
      'a:\n',
      '"\\',
    ].map((part) => [`nothing but ${JSON.stringify(part)}`, part.repeat(Math.floor(SIZE / Buffer.byteLength(part)))]),
  ),
  'commas in brackets': `[${','.repeat(SIZE)}`,
  'a long double-quoted text': `a: "${'\\n'.repeat(SIZE / 2 - 16)}"`,
  'a long folded text': `a: >\n${' x\n\n'.repeat(50_000)}`,
};

load(yamlWith());

for (const [name, text] of Object.entries(heavy)) {
  test(`${name}: answered in bounded time`, () => {
    for (const file of ['a.yaml', 'a.json']) {
      const before = process.cpuUsage();
      const { errors, manifests } = load(text, file);
      const spent = process.cpuUsage(before);
      assert.ok(errors.length > 0);
      assert.ok(errors.length <= 501);
      assert.equal(manifests.length, 0);
      // A quarter of a second on a machine at rest. Anything quadratic takes many seconds.
      assert.ok((spent.user + spent.system) / 1000 < 1000, `took ${(spent.user + spent.system) / 1000} ms`);
    }
  });
}

test('the largest file of ordinary manifests is accepted', () => {
  const documents = Array.from({ length: 490 }, (_, n) =>
    yamlWith({ tags: { a: 'x'.repeat(200) } }, { name: `a${n}` }),
  );
  const text = documents.join('---\n');
  assert.ok(text.length > 200_000 && text.length < SIZE, String(text.length));
  assert.equal(load(text).manifests.length, 490);
});
