import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classify } from '../../src/aws/classify.ts';
import { AwsError, AwsFault } from '../../src/aws/errors.ts';
import type { TaskDefinitionSettings } from '../../src/aws/operations.ts';
import { withoutSecrets } from '../../src/resources/without-secrets.ts';

const SECRET = 'hunter2-hunter2-hunter2';
const document: TaskDefinitionSettings = {
  family: 'web',
  containerDefinitions: [
    {
      name: 'web',
      environment: [
        { name: 'PASSWORD', value: SECRET },
        { name: 'LOG_LEVEL', value: 'debug' },
      ],
    },
  ],
};

function told(message: string): string {
  const error = classify('ecs:RegisterTaskDefinition', new AwsFault('ClientException', message));
  const clean = withoutSecrets(error, document);
  assert.ok(clean instanceof AwsError);
  return clean.message;
}

test('a secret that AWS repeats is blotted out, and what is no secret stays', () => {
  const message = told(`Invalid value ${SECRET} where debug is allowed`);
  assert.equal(message, 'ecs:RegisterTaskDefinition: ClientException: Invalid value *** where debug is allowed');
});

test('wherever a long message is cut, nothing of a secret is left', () => {
  for (let before = 470; before <= 505; before++) {
    const message = told(`${'x'.repeat(before)}${SECRET}${'x'.repeat(50)}`);
    assert.doesNotMatch(message, /[hunter2-]…$/);
    assert.doesNotMatch(message, /hun/);
  }
});
