import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { decodeManifest } from '../../src/manifest/decode.ts';
import { renderYaml } from '../../src/manifest/render.ts';
import { arbitraryDocument, arbitraryManifest, escapeDollars, jsonOf } from './arbitrary-manifest.ts';
import { load } from './loading.ts';

test('a rendered manifest loads as the manifest it was rendered from', () => {
  fc.assert(
    fc.property(arbitraryManifest({ everything: true }), (manifest) => {
      const text = renderYaml(manifest);
      const { manifests, errors } = load(text);
      assert.deepEqual(
        errors.filter((error) => error.severity === 'error'),
        [],
        text,
      );
      assert.deepEqual(manifests[0]?.manifest, manifest);
    }),
    { numRuns: 100 },
  );
});

/** The same data with the keys of every map in another order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}

test('the hash depends on the meaning alone: not on key order, style or syntax', () => {
  fc.assert(
    fc.property(arbitraryDocument({ everything: true }), (document) => {
      const json = load(jsonOf(document), 'a.json').manifests[0]?.hash;
      const minified = load(
        JSON.stringify(JSON.parse(jsonOf(document))).replace(/[\u007f-\u009f]/g, escapedCharacter),
        'a.json',
      ).manifests[0]?.hash;
      const turned = load(jsonOf(reversed(document)), 'b.json').manifests[0]?.hash;
      assert.ok(json !== undefined);
      assert.equal(minified, json);
      assert.equal(turned, json);
    }),
    { numRuns: 100 },
  );
});

function escapedCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

test('block and flow YAML with the same data have one hash', () => {
  const document = fc.sample(arbitraryDocument({ everything: true }), { numRuns: 20, seed: 7 });
  for (const data of document) {
    const plain = JSON.parse(
      JSON.stringify(escapeDollars(data)).replace(/[\u007f-\u009f\u2028\u202e]|\\u001b/g, ''),
    ) as unknown;
    const block = load(stringify(plain, { aliasDuplicateObjects: false })).manifests[0]?.hash;
    const flow = load(stringify(plain, { collectionStyle: 'flow', aliasDuplicateObjects: false, lineWidth: 0 }))
      .manifests[0]?.hash;
    assert.ok(block !== undefined);
    assert.equal(flow, block);
  }
});

test('two manifests that differ have different hashes', () => {
  fc.assert(
    fc.property(arbitraryManifest(), arbitraryManifest(), (one, other) => {
      const hashes = [one, other].map((manifest) => load(renderYaml(manifest)).manifests[0]?.hash);
      assert.equal(hashes[0] === hashes[1], JSON.stringify(reversed(one)) === JSON.stringify(reversed(other)));
    }),
    { numRuns: 50 },
  );
});

test('arbitrary bytes never throw, and never give a manifest', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.constantFrom('a.yaml', 'a.json'), (bytes, file) => {
      const decoded = decodeManifest(bytes, file);
      if (decoded.error === undefined) assert.equal(load(decoded.text, file).manifests.length, 0);
    }),
    { numRuns: 500 },
  );
});

const FRAGMENTS = [
  'a',
  ':',
  ' ',
  '\n',
  '\n  ',
  '- ',
  '? ',
  '{',
  '}',
  '[',
  ']',
  ',',
  '"',
  "'",
  '|',
  '>',
  '#',
  '&x ',
  '*x',
  '!t ',
  '!!int ',
  '<<',
  '---\n',
  '...',
  '%YAML 1.1\n',
  '${',
  '}',
  '$$',
  ':-',
  '\t',
  '\r\n',
  '0o7',
  'spec:',
  'metadata:',
  'environment:',
  'apiVersion: evenkeel.dev/v1\n',
  'kind: FargateService\n',
  '~',
  '😀',
  '\ud800',
  '\0',
] as const;

test('arbitrary YAML fragments never throw, and every error stands inside the text', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 60 }), (fragments) => {
      const text = fragments.join('');
      const lines = text.split('\n');
      for (const error of load(text).errors) {
        assert.ok(error.line >= 0 && error.line <= lines.length);
        assert.ok(error.line === 0 || error.column <= lines[error.line - 1]!.length + 1);
        assert.ok(error.length >= 1);
      }
    }),
    { numRuns: 300 },
  );
});

test('a valid document with any character changed or cut off never throws', () => {
  fc.assert(
    fc.property(
      arbitraryManifest({ everything: true }),
      fc.nat(),
      fc.nat(),
      fc.string({ unit: 'binary', maxLength: 2 }),
      (manifest, at, cut, put) => {
        const text = renderYaml(manifest);
        const start = at % text.length;
        load(text.slice(0, start) + put + text.slice(start + (cut % 4)));
        load(text.slice(0, start));
      },
    ),
    { numRuns: 30 },
  );
});
