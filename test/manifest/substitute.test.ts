// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax itself is what these tests are about
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { referenceOffset, substitute } from '../../src/manifest/substitute.ts';
import { load, manifestOf, shortForm, yamlWith } from './loading.ts';

const VARIABLES = { ENV: 'prod', EMPTY: '', TRICKY: '${ENV} $$ \n', CPU: '512', YES: 'true' };

const filled: readonly (readonly [text: string, result: string])[] = [
  ['plain', 'plain'],
  ['${ENV}', 'prod'],
  ['a-${ENV}-b', 'a-prod-b'],
  ['${ENV}${ENV}', 'prodprod'],
  ['${EMPTY}', ''],
  ['${EMPTY:-x}', 'x'],
  ['${MISSING:-}', ''],
  ['${MISSING:-a b:c?d}', 'a b:c?d'],
  ['${ENV:-x}', 'prod'],
  ['${ENV:?needed}', 'prod'],
  ['$$', '$'],
  ['$${ENV}', '${ENV}'],
  ['$$${ENV}', '$prod'],
  ['$$$$', '$$'],
  ['$ENV', '$ENV'],
  ['$(id)', '$(id)'],
  ['5 $', '5 $'],
  ['${TRICKY}', '${ENV} $$ \n'],
];

for (const [text, result] of filled) {
  test(`'${text}' becomes '${result.replace('\n', '\\n')}'`, () => {
    const substituted = substitute(text, VARIABLES);
    assert.equal(substituted.kind === 'text' ? substituted.text : substituted, result);
  });
}

const refused: readonly (readonly [text: string, message: RegExp])[] = [
  ['${MISSING}', /^variable MISSING is not set$/],
  ['${MISSING:?set it}', /^variable MISSING is not set: set it$/],
  ['${EMPTY:?set it}', /^variable EMPTY is empty: set it$/],
  ['${toString}', /^variable toString is not set$/],
  ['${__proto__}', /^variable __proto__ is not set$/],
  ['${}', /^is not one of/],
  ['${ENV', /^is not one of/],
  ['${1X}', /^is not one of/],
  ['${ENV:+x}', /^is not one of/],
  ['${ENV-x}', /^is not one of/],
  ['${ ENV }', /^is not one of/],
  ['${A:-${ENV}}', /^is not one of/],
];

for (const [text, message] of refused) {
  test(`'${text}' is refused`, () => {
    const substituted = substitute(text, VARIABLES);
    assert.match(substituted.kind === 'failed' ? substituted.failures[0]!.message : 'accepted', message);
  });
}

test('doubling every dollar sign gives the text itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('$', '{', '}', 'A', ':', '-', '?') }), (text) => {
      const substituted = substitute(text.replaceAll('$', '$$$$'), VARIABLES);
      assert.equal(substituted.kind === 'text' ? substituted.text : undefined, text);
    }),
  );
});

test('a reference is found again in the source, doubled dollar signs skipped', () => {
  assert.equal(referenceOffset('"$${A} ${B} ${C}"', 0), 7);
  assert.equal(referenceOffset('"$${A} ${B} ${C}"', 1), 12);
  assert.equal(referenceOffset('nothing', 0), undefined);
});

test('an unset variable is marked inside its scalar, with the names that are known', () => {
  const { errors } = load(yamlWith({ cluster: 'agents-${ENW}' }), 'a.yaml', { ENV: 'prod', AWS_REGION: 'x' });
  const [error] = errors;
  assert.equal(
    shortForm(error!),
    'spec.cluster: variable ENW is not set (did you mean ENV? known here: AWS_REGION, ENV. Give a default: ${ENW:-…})',
  );
  const line = error!.frame.at(-1)!.text;
  assert.equal(line.slice(error!.column - 1, error!.column - 1 + error!.length), 'ENW');
  assert.equal(error!.reason, 'substitution');
});

test('every unset variable of a scalar is reported, each where it stands', () => {
  const { errors } = load(yamlWith({ cluster: '"${A}-$${X}-${B}"'.slice(1, -1) }), 'a.yaml', {});
  assert.deepEqual(
    errors.map((error) => error.message),
    ['variable A is not set', 'variable B is not set'],
  );
  assert.equal(errors[1]!.column - errors[0]!.column, 11);
});

test('a lone variable where the schema wants a number or a boolean becomes one', () => {
  const spec = {
    cpu: '${CPU}',
    memory: 1024,
    network: { subnets: ['subnet-a'], securityGroups: ['sg-a'], assignPublicIp: '${YES}' },
  };
  const manifest = manifestOf(yamlWith(spec), 'a.yaml', VARIABLES);
  assert.equal(manifest.spec.cpu, 512);
  assert.equal(manifest.spec.network.assignPublicIp, true);
});

test('a lone variable where the schema wants a string stays one', () => {
  const manifest = manifestOf(yamlWith({ container: { environment: { A: '${CPU}' } } }), 'a.yaml', VARIABLES);
  assert.deepEqual(manifest.spec.container.environment, { A: '512' });
});

for (const value of ['1e3', '0x200', ' 512', '0512', 'many', '']) {
  test(`'${value}' from a variable is no number, and is not shown`, () => {
    const { errors } = load(yamlWith({ cpu: '${CPU}' }), 'a.yaml', { CPU: value });
    assert.equal(shortForm(errors[0]!), 'spec.cpu: must be integer, got the value of ${CPU}');
  });
}

test('keys are not substituted', () => {
  const { errors } = load(yamlWith({ tags: { '${ENV}': 'x' } }), 'a.yaml', VARIABLES);
  assert.match(errors[0]!.message, /characters that tags may not have/);
});

test('a document whose name cannot be filled in might hold any key', () => {
  const loaded = load(yamlWith({}, { name: 'agent-${ENV}' }));
  assert.equal(loaded.opaque, true);
  assert.deepEqual(loaded.claims, []);
  assert.deepEqual(
    load(yamlWith({}, { name: 'agent-${ENV}' }), 'a.yaml', VARIABLES).manifests[0]?.key,
    'default/agent-prod',
  );
});
