import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printPlanMarkdown } from '../../src/cli/plan-markdown.ts';
import { action, CANARY, creation, difference, key, plan, report } from './support/builders.ts';

test('a comment has its marker, the dangers first, a table, the sum and folded details', () => {
  const updated = plan('web', {
    actions: [action({ startsRollout: true, differences: [difference('cpu', { live: 256, desired: 512 })] })],
  });
  const deleted = plan('old', { actions: [action({ verb: 'delete', target: 'agents/old', because: 'asked for' })] });
  assert.equal(
    printPlanMarkdown(report([updated, deleted, plan('same')])),
    `<!-- evenkeel:plan -->
### evenkeel plan

\`AWS 123456789012  us-east-1  assumed-role/deployer/ci\`  

> ⚠ **1 service will be deleted**: \`old\`

| | service | cluster | change | rollout |
|--|--|--|--|--|
| \`~\` | \`web\` | \`agents\` | \`cpu\` | yes |
| \`-\` | \`old\` | \`agents\` | deleted |  |

**Plan: 0 to create, 1 to update, 1 to delete. 1 rollout.** 1 service unchanged.

<details><summary>web</summary>

\`\`\`diff
~ update service agents/web: 1 field differs
!   cpu: 256 -> 512
\`\`\`

</details>

<details><summary>old</summary>

\`\`\`diff
- delete service agents/old: asked for
\`\`\`

</details>
`,
  );
});

test('a comment never outgrows what GitHub takes, and says what it left out', () => {
  const differences = Array.from({ length: 40 }, (_, index) =>
    difference(`field${index}`, { desired: 'x'.repeat(190) }),
  );
  const plans = Array.from({ length: 300 }, (_, index) =>
    plan(`service-${index}`, { actions: [action({ differences })] }),
  );
  const text = printPlanMarkdown(report(plans));
  assert.ok(text.length < 65_536, String(text.length));
  assert.match(text, /The details of \d+ more services do not fit here/);
  assert.match(text, /… and 100 more/);
  assert.equal(text.match(/<details>/g)?.length, text.match(/<\/details>/g)?.length);
});

test('even with nothing but failures a comment fits', () => {
  const failures = Array.from({ length: 500 }, (_, index) => ({ key: key(`s${index}`), message: 'x'.repeat(1000) }));
  assert.ok(printPlanMarkdown(report([], { failures })).length < 65_536);
});

test('values and words of others stay text', () => {
  const nasty = plan('web', {
    actions: [action({ because: '</details><img src=x>', differences: [difference('v', { desired: '```\n# h' })] })],
  });
  const refused = plan('r', {
    refusal: { reason: 'NotOurs', message: 'a | b <b> @team `x`', kind: 'person' },
  });
  const text = printPlanMarkdown(report([nasty, refused]));
  assert.match(text, /^````diff$/m);
  assert.match(text, /a \\\| b &lt;b&gt; @\u200bteam \\`x\\`/);
});

test('nothing sealed is in a comment', () => {
  assert.ok(!printPlanMarkdown(report([creation('web')])).includes(CANARY));
});
