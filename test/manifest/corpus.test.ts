import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeManifest } from '../../src/manifest/decode.ts';
import type { LoadedFile } from '../../src/manifest/load.ts';
import { checkTogether } from '../../src/manifest/load-file.ts';
import { UNPRINTABLE } from '../../src/manifest/path.ts';
import { load, manifestOf, shortForm, yamlWith } from './loading.ts';

/** What may never be seen in any output. */
const CANARY = 'canary-7f3a';
const VALID = yamlWith({ container: { environment: { DB_PASSWORD: CANARY } } });

interface Row {
  readonly id: string;
  readonly says: string;
  readonly input: string | Uint8Array;
  readonly file?: string;
  /** Errors and warnings in short form that must be among those found; none: there must be no error. */
  readonly finds?: readonly RegExp[];
  /** Number of manifests that must be valid. */
  readonly valid?: number;
  readonly opaque?: boolean;
  readonly claims?: readonly string[];
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const utf16 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(`\ufeff${text}`, 'utf16le'));
const bomb = Array.from({ length: 9 }, (_, level) => {
  const content = level === 0 ? Array(9).fill('"lol"') : Array(9).fill(`*l${level - 1}`);
  return `l${level}: &l${level} [${content.join(', ')}]`;
}).join('\n');
const spec = (yaml: string): string => VALID.replace('spec:\n', `spec:\n${yaml.replace(/^/gm, '  ')}\n`);
const environment = (line: string): string => VALID.replace('environment:\n', `environment:\n      ${line}\n`);

const rows: readonly Row[] = [
  {
    id: 'Y01',
    says: 'an empty file is an error, and might have held anything',
    input: '',
    finds: [/the file is empty/],
    opaque: true,
  },
  { id: 'Y02', says: 'only comments: a warning', input: '# nothing\n', finds: [/^\? : the file holds no manifest/] },
  {
    id: 'Y02',
    says: 'only document marks: a warning',
    input: '---\n---\n',
    finds: [/^\? : the file holds no manifest/],
  },
  { id: 'Y03', says: 'a trailing mark adds nothing', input: `${VALID}---\n`, valid: 1 },
  { id: 'Y04', says: 'a byte order mark is skipped', input: Buffer.from(`\ufeff${VALID}`), valid: 1 },
  { id: 'Y04', says: 'CRLF ends lines', input: VALID.replaceAll('\n', '\r\n'), valid: 1 },
  { id: 'Y04', says: 'NEL, U+2028 and emoji may stand in comments', input: `# \u0085 \u2028 😀\n${VALID}`, valid: 1 },
  { id: 'Y05', says: 'UTF-16 is refused with a hint', input: utf16(VALID), finds: [/UTF-16.*save it as UTF-8/] },
  {
    id: 'Y05',
    says: 'Latin-1 is refused',
    input: bytes(0x61, 0x3a, 0x20, 0xe9, 0x0a),
    finds: [/not UTF-8: invalid byte at offset 3/],
  },
  {
    id: 'Y05',
    says: 'an overlong form is refused',
    input: bytes(0x61, 0xc0, 0xaf),
    finds: [/not UTF-8: invalid byte at offset 1/],
  },
  { id: 'Y05', says: 'an encoded surrogate is refused', input: bytes(0xed, 0xa0, 0x80), finds: [/not UTF-8/] },
  {
    id: 'Y05',
    says: 'half a surrogate pair in a text is refused',
    input: `${VALID}# \ud800`,
    finds: [/half of a surrogate pair/],
    opaque: true,
  },
  { id: 'Y06', says: 'a raw NUL is refused', input: environment('X: "a\0b"'), finds: [/control character U\+0000/] },
  {
    id: 'Y06',
    says: 'an escaped NUL is refused',
    input: environment('X: "a\\0b"'),
    finds: [/environment\.X: must not contain NUL/],
  },
  {
    id: 'Y07',
    says: 'tabs may not indent',
    input: 'spec:\n\tcluster: a\n',
    finds: [/tabs must not be used for indentation/],
    opaque: true,
  },
  {
    id: 'Y08',
    says: 'a cut-off quote might have held anything',
    input: `${VALID}  family: "cut`,
    finds: [/something is missing here|indentation/],
    opaque: true,
  },
  { id: 'Y09', says: 'cut off at a line end, a document may still be whole', input: VALID, valid: 1 },
  {
    id: 'Y10',
    says: 'billion laughs are not laughed',
    input: bomb,
    finds: [/aliases must not be followed more than 64 times/],
    opaque: true,
  },
  {
    id: 'Y11',
    says: 'one big value many times',
    input: `a: &a "${'x'.repeat(10_000)}"\nb: [${Array(3000).fill('*a').join(', ')}]`,
    finds: [/aliases must not be followed/],
  },
  {
    id: 'Y12',
    says: 'a harmless alias is followed',
    input: spec('tags: &t {team: ml}').replace('metadata:\n', 'metadata:\n'),
    valid: 1,
  },
  {
    id: 'Y13',
    says: 'an alias may not hold itself',
    input: spec('tags: &a [*a]'),
    finds: [/an alias must not hold itself/],
  },
  {
    id: 'Y13',
    says: 'an alias needs its anchor before it',
    input: spec('tags: *nobody'),
    finds: [/this alias has no anchor/],
  },
  ...[1000, 100_000].flatMap((depth): readonly Row[] => [
    {
      id: 'Y14',
      says: `${depth} brackets`,
      input: '['.repeat(depth),
      finds: [/nesting must not be deeper/],
      opaque: true,
    },
    {
      id: 'Y14',
      says: `${depth} dashes`,
      input: '- '.repeat(depth),
      finds: [/nesting must not be deeper/],
      opaque: true,
    },
    { id: 'Y14', says: `${depth} question marks`, input: '? '.repeat(depth), finds: [/nesting must not be deeper/] },
  ]),
  {
    id: 'Y14',
    says: 'deep JSON',
    file: 'a.json',
    input: `${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}`,
    finds: [/nesting must not be deeper/],
  },
  {
    id: 'Y15',
    says: 'more than 256 KiB',
    input: `# ${'x'.repeat(257 * 1024)}`,
    finds: [/larger than 256 KiB/],
    opaque: true,
  },
  { id: 'Y15', says: '5 MB', input: Buffer.alloc(5_000_000, 'a: b\n'), finds: [/larger than 256 KiB/] },
  {
    id: 'Y15',
    says: 'more than 256 KiB in bytes though not in characters',
    input: `# ${'€'.repeat(100 * 1024)}`,
    finds: [/larger than 256 KiB/],
  },
  {
    id: 'Y16',
    says: 'too many documents',
    input: '--- 1\n'.repeat(40_000),
    finds: [/more than 500 documents/],
    opaque: true,
  },
  {
    id: 'Y17',
    says: 'a key twice in YAML',
    input: spec('cpu: 256\ncpu: 512'),
    finds: [/key 'cpu' is given twice/],
    claims: ['default/agent'],
  },
  {
    id: 'Y18',
    says: 'a key twice in JSON',
    file: 'a.json',
    input: '{"service_name":"a","cluster_name":"b","cluster_name":"c"}',
    finds: [/key 'cluster_name' is given twice/],
    claims: ['default/a'],
  },
  {
    id: 'Y19',
    says: '__proto__ in structure',
    input: spec('__proto__: {polluted: true}'),
    finds: [/key '__proto__' must not be used/],
  },
  {
    id: 'Y19',
    says: '__proto__ as the name of a variable',
    input: environment('__proto__: x'),
    finds: [/key '__proto__' must not be used/],
  },
  {
    id: 'Y19',
    says: 'constructor in a free part',
    input: spec('raw: {service: {constructor: {prototype: {polluted: true}}}}'),
    finds: [/key 'constructor' must not be used/],
  },
  { id: 'Y19', says: 'toString is an unknown field', input: spec('toString: x'), finds: [/unknown field 'toString'/] },
  {
    id: 'Y19',
    says: 'hasOwnProperty may be the name of a variable',
    input: environment('hasOwnProperty: x'),
    valid: 1,
  },
  {
    id: 'Y20',
    says: 'merge keys are refused by name',
    input: spec('<<: {cpu: 512}'),
    finds: [/merge keys \(`<<`\) are not supported/],
  },
  ...[
    '!!js/function "x"',
    '!!python/object:os.system x',
    '!Ref x',
    '!!binary aGk=',
    '!!set {a, b}',
    '!!timestamp 2026-01-01',
  ].map(
    (value): Row => ({
      id: 'Y21',
      says: `the tag of ${value}`,
      input: spec(`family: ${value}`),
      finds: [/unknown tag|tag does not fit/],
    }),
  ),
  { id: 'Y22', says: 'a map as a key', input: spec('? {a: 1}\n: b'), finds: [/keys must be strings/] },
  {
    id: 'Y22',
    says: 'keys that look like other things are still names',
    input: spec('1: a\ntrue: b\nnull: c'),
    finds: [/unknown field '1'/, /unknown field 'true'/, /unknown field 'null'/],
  },
  {
    id: 'Y23',
    says: 'an account id with a leading zero',
    input: spec('account: 012345678901'),
    finds: [/spec\.account: is not a plain number \(quote account ids\)/],
  },
  {
    id: 'Y23',
    says: 'an account id as a number',
    input: spec('account: 123456789012'),
    finds: [/spec\.account: must be string, got 123456789012 \(quote account ids\)/],
  },
  ...['no', 'yes', 'on', 'off', '1_000', '12:30:45', '~', '"2"', '1.5'].map(
    (value): Row => ({
      id: 'Y24',
      says: `${value} is no count`,
      input: spec(`desiredCount: ${value}`),
      finds: [/spec\.desiredCount: must be integer, got/],
    }),
  ),
  ...['0o14', '.inf', '.nan', '1e309', '-0', '9007199254740993', '+1', '0x10'].map(
    (value): Row => ({
      id: 'Y24',
      says: `${value} is no plain number`,
      input: spec(`desiredCount: ${value}`),
      finds: [/spec\.desiredCount: is not a plain number/],
    }),
  ),
  {
    id: 'Y25',
    says: '1.10 is not 1.1',
    input: spec('platformVersion: 1.10'),
    finds: [/spec\.platformVersion: must be string, got 1\.1 \(quote it\)/],
  },
  ...['PORT: 8080', 'FLAG: true', 'X: null', 'X:'].map(
    (line): Row => ({
      id: 'Y26',
      says: `${line} in the environment`,
      input: environment(line),
      finds: [/environment\.\w+: must be string, got (a number|a boolean|nothing) \(quote it\)/],
    }),
  ),
  ...['аgent', '\u202eagent', 'ag\u200bent', 'agent\u0301'].map(
    (name): Row => ({
      id: 'Y27',
      says: `the name ${JSON.stringify(name)}`,
      input: yamlWith({}, { name }),
      finds: [/metadata\.name: must consist of lower-case letters/],
      opaque: true,
    }),
  ),
  {
    id: 'Y28',
    says: 'a comment in JSON',
    file: 'a.json',
    input: '{\n  // no\n  "a": 1\n}',
    finds: [/not valid JSON \(JSON has no comments/],
  },
  {
    id: 'Y28',
    says: 'a trailing comma in JSON',
    file: 'a.json',
    input: '{"a": 1,\n}',
    finds: [/not valid JSON \(is there a comma too many/],
  },
  {
    id: 'Y28',
    says: 'NaN in JSON',
    file: 'a.json',
    input: '{"a": NaN, "b": "a longer text so that the message is cut"}',
    finds: [/not valid JSON \(JSON knows finite numbers only/],
  },
  { id: 'Y28', says: 'single quotes in JSON', file: 'a.json', input: "{'a': 1}", finds: [/not valid JSON/] },
  {
    id: 'Y28',
    says: 'JSON cut off',
    file: 'a.json',
    input: `{"environment": "${CANARY}`,
    finds: [/not valid JSON \(the text ends too early/],
  },
  {
    id: 'Y29',
    says: 'HTML',
    input: '<!DOCTYPE html>\n<html><body class="x">Not found</body></html>\n',
    finds: [/must be a mapping/],
    opaque: true,
  },
  {
    id: 'Y29',
    says: 'a merge conflict',
    input: VALID.replace('spec:', '<<<<<<< HEAD\nspec:\n=======\n>>>>>>> main'),
    finds: [/unresolved merge conflict/],
    opaque: true,
  },
  {
    id: 'Y29',
    says: 'SOPS',
    input: `${VALID}sops:\n  mac: ENC[AES256_GCM,data:x]\n`,
    finds: [/encrypted with SOPS/],
    opaque: true,
  },
  {
    id: 'Y29',
    says: 'a Git LFS pointer',
    input: 'version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 1\n',
    finds: [/Git LFS pointer/],
    opaque: true,
  },
  {
    id: 'Y29',
    says: 'a picture',
    input: bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0xff),
    finds: [/not UTF-8/],
  },
  {
    id: 'Y30',
    says: 'a Helm template',
    input: VALID.replace('cluster: agents', 'cluster: {{ .Values.cluster }}'),
    finds: [/keys must be strings|render it first/],
  },
  {
    id: 'Y31',
    says: 'escapes in values are values',
    input: environment('X: "\\e[31m\\n{\\"level\\":\\"error\\"}"'),
    valid: 1,
  },
  {
    id: 'Y31',
    says: 'a raw escape is refused, and not shown',
    input: environment('X: "\u001b[31m"'),
    finds: [/control character U\+001B/],
  },

  {
    id: 'M01',
    says: "somebody else's kind is ignored",
    input: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n',
    finds: [/^\? kind: document ignored: `v1 ConfigMap`/],
  },
  {
    id: 'M01',
    says: 'a file of another tool is ignored',
    input: 'services:\n  web: {image: nginx}\n',
    finds: [/^\? : document ignored/],
  },
  {
    id: 'M01',
    says: 'a misspelt kind of ours is not',
    input: VALID.replace('FargateService', 'FargateServce'),
    finds: [/unknown kind 'FargateServce' \(did you mean 'FargateService'\?\)/],
    claims: ['default/agent'],
  },
  {
    id: 'M01',
    says: 'another version of ours is not',
    input: VALID.replace('evenkeel.dev/v1', 'evenkeel.dev/v2'),
    finds: [/unknown apiVersion 'evenkeel.dev\/v2' \(did you mean 'evenkeel.dev\/v1'\?\)/],
  },
  {
    id: 'M01',
    says: 'a misspelt group of ours is not',
    input: VALID.replace('evenkeel.dev/v1', 'evenkeal.dev/v1'),
    finds: [/unknown apiVersion 'evenkeal.dev\/v1'/],
  },
  {
    id: 'M01',
    says: 'a missing kind is said to be missing',
    input: VALID.replace('kind: FargateService\n', ''),
    finds: [/missing required field 'kind'/],
  },
  {
    id: 'M02',
    says: 'a misspelt field',
    input: spec('desiredCont: 2'),
    finds: [/spec: unknown field 'desiredCont' \(did you mean 'desiredCount'\?\)/],
  },
  ...['', 'a'.repeat(256), '../x', 'a/b', 'Agent', '-agent', 'agent-', 'a_b', 'a.b'].map(
    (name): Row => ({
      id: 'M03',
      says: `the name '${name.slice(0, 12)}'`,
      input: yamlWith({}, { name }),
      finds: [/metadata\.name: must/],
    }),
  ),
  {
    id: 'M03',
    says: 'no name',
    input: VALID.replace('  name: agent\n', '  labels: {}\n'),
    finds: [/metadata: missing required field 'name'/],
    opaque: true,
  },
  ...['-1', '1.5', '1000000000', '"2"', 'null'].map(
    (value): Row => ({
      id: 'M08',
      says: `${value} tasks`,
      input: spec(`desiredCount: ${value}`),
      finds: [/spec\.desiredCount: must be/],
    }),
  ),
  { id: 'M08', says: 'no tasks at all are allowed', input: spec('desiredCount: 0'), valid: 1 },
  {
    id: 'M09',
    says: 'the least above the greatest',
    input: spec('autoscaling: {minCapacity: 5, maxCapacity: 2}'),
    finds: [/minCapacity: `minCapacity` 5 must be less than or equal to `maxCapacity` 2/],
  },
  {
    id: 'M09',
    says: 'a count outside the band',
    input: spec('desiredCount: 9\nautoscaling: {minCapacity: 1, maxCapacity: 2}'),
    finds: [/spec\.desiredCount: 9 is outside the autoscaling band of 1 to 2 \(nearest: 2/],
  },
  {
    id: 'M09',
    says: 'nothing to track at 0 tasks',
    input: spec('autoscaling: {minCapacity: 0}'),
    valid: 1,
    finds: [/^\? spec\.autoscaling\.minCapacity: target tracking cannot scale out from 0/],
  },
  {
    id: 'M10',
    says: 'a size Fargate does not have',
    input: spec('cpu: 256\nmemory: 8192'),
    finds: [
      /spec\.memory: 8192 may not be used with `cpu` 256 \(cpu 256 allows 512, 1024, 2048\. For 8192 use `cpu` 1024, 2048 or 4096/,
    ],
  },
  {
    id: 'M11',
    says: 'a rollout that cannot move',
    input: spec('rollout: {minimumHealthyPercent: 100, maximumPercent: 100}'),
    finds: [/spec\.rollout\.maximumPercent: a deployment can never progress/],
  },
  {
    id: 'M12',
    says: 'one task with half of it healthy can still start a second',
    input: spec('rollout: {minimumHealthyPercent: 50}'),
    valid: 1,
  },
  ...['0', '65536'].map(
    (port): Row => ({
      id: 'M13',
      says: `port ${port}`,
      input: VALID.replace('container:\n', `container:\n    port: ${port}\n`),
      finds: [/spec\.container\.port: must be/],
    }),
  ),
  {
    id: 'M13',
    says: 'one port in two containers',
    input: spec('sidecars: [{name: s, image: "s:1", portMappings: [{containerPort: 8000}]}]'),
    finds: [/containerPort: port 8000 is taken by the main container/],
  },
  {
    id: 'M13',
    says: 'another port on the host',
    input: spec('sidecars: [{name: s, image: "s:1", portMappings: [{containerPort: 9000, hostPort: 80}]}]'),
    finds: [/hostPort: must be the same as `containerPort` on Fargate, 9000/],
  },
  ...[
    'IMAGE:tag',
    'app@sha256:abc',
    '-oProxyCommand',
    '$(id)',
    'app;rm',
    'a b',
    'https://x/y',
    'app:',
    'a//b',
    'app:1@sha256:x@y',
  ].map(
    (uri): Row => ({
      id: 'M14',
      says: `the image ${uri}`,
      input: yamlWith({ image: { uri } }),
      finds: [/spec\.image\.uri: is not an image reference/],
    }),
  ),
  {
    id: 'M14',
    says: 'an image without a name',
    input: yamlWith({ image: { uri: '' } }),
    finds: [/spec\.image\.uri: must not be empty/],
  },
  {
    id: 'M14',
    says: 'the newest image is warned about',
    input: yamlWith({ image: { uri: 'r.example.com/app:latest' } }),
    valid: 1,
    finds: [/^\? spec\.image\.uri: the tag means "whatever is newest"/],
  },
  {
    id: 'M14',
    says: 'an image without a tag is warned about',
    input: yamlWith({ image: { uri: 'app' } }),
    valid: 1,
    finds: [/^\? spec\.image\.uri: an image without a tag/],
  },
  ...['/etc', 'https://evil/x.git', 'git@github.com:a/b', '-', '-f', '~/x', 'C:\\x'].map(
    (context): Row => ({
      id: 'M16',
      says: `the build context ${context}`,
      input: yamlWith({ image: { build: { context } } }),
      finds: [/spec\.image\.build\.context: must/],
    }),
  ),
  ...['../Dockerfile', '/etc/passwd', 'a/../../b', '-x'].map(
    (dockerfile): Row => ({
      id: 'M17',
      says: `the Dockerfile ${dockerfile}`,
      input: yamlWith({ image: { build: { context: './a', dockerfile } } }),
      finds: [/dockerfile: must be a file inside the context/],
    }),
  ),
  {
    id: 'M18',
    says: 'a secret as a build argument',
    input: yamlWith({ image: { build: { context: './a', args: { NPM_TOKEN: CANARY } } } }),
    valid: 1,
    finds: [/^\? spec\.image\.build\.args\.NPM_TOKEN: NPM_TOKEN looks like a secret/],
  },
  ...[
    'nonsense',
    'arn:aws:iam::1234:role/x',
    'arn:aws:s3:::bucket',
    'arn:aws:iam::123456789012:user/x',
    'arn:aws:iam::123456789012:role/',
  ].map(
    (arn): Row => ({
      id: 'M19',
      says: `the role ${arn}`,
      input: yamlWith({ taskRoleArn: arn }),
      finds: [/spec\.taskRoleArn: must be the ARN of an IAM role/],
    }),
  ),
  {
    id: 'M19',
    says: 'a role of another account',
    input: yamlWith({ account: '999999999999' }),
    finds: [/spec\.executionRoleArn: is of account 123456789012, but `spec\.account` is 999999999999/],
  },
  {
    id: 'M20',
    says: 'a secret pasted where its ARN should be',
    input: yamlWith({ container: { secrets: { KEY: `${CANARY}!#` } } }),
    finds: [/secrets\.KEY: must be the ARN of a secret or parameter/],
  },
  {
    id: 'M21',
    says: 'an environment too big for a task definition',
    input: yamlWith({
      container: {
        environment: Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [`VARIABLE_${n}`, 'value'])),
      },
    }),
    finds: [/spec\.container\.environment: the task definition would have \d+ KiB; ECS takes 64 KiB/],
  },
  {
    id: 'M21',
    says: 'a variable whose name holds =',
    input: environment('"A=B": x'),
    finds: [/environment\['A=B'\]: the name must consist of/],
  },
  { id: 'M21', says: 'a variable twice', input: environment('X: a\n      X: b'), finds: [/key 'X' is given twice/] },
  {
    id: 'M21',
    says: 'a variable that is a secret as well',
    input: yamlWith({ container: { environment: { A: 'x' }, secrets: { A: '/path/a' } } }),
    finds: [/secrets\.A: is also given in `environment`/],
  },
  {
    id: 'M22',
    says: 'a secret as a plain value is warned about and not shown',
    input: VALID,
    valid: 1,
    finds: [/^\? spec\.container\.environment\.DB_PASSWORD: DB_PASSWORD looks like a secret/],
  },
  ...['0', '-1', '9999999999', '"1e9h"', '1.5', '"30s"'].map(
    (value): Row => ({
      id: 'M23',
      says: `an interval of ${value}`,
      input: VALID.replace('container:\n', `container:\n    healthCheck: {intervalSeconds: ${value}}\n`),
      finds: [/healthCheck\.intervalSeconds: must be/],
    }),
  ),
  {
    id: 'M23',
    says: 'a timeout beyond every timer',
    input: spec('rollout: {timeoutMinutes: 100000}'),
    finds: [/timeoutMinutes: must be less than or equal to 1440/],
  },
  ...[
    'cron(* * *)',
    'cron(61 0 ? * * *)',
    'cron(0 8 * * * *)',
    `cron(${'1,'.repeat(100)}x ? * * *)`,
    'rate(0 minutes)',
    'rate(1 minutes)',
    'at(2026-02-30T08:00:00)',
    'every day',
    `cron(${'*/'.repeat(100)})`,
  ].map(
    (schedule): Row => ({
      id: 'M24',
      says: `the schedule ${schedule.slice(0, 30)}`,
      input: yamlWith({ autoscaling: { schedules: [{ name: 's', schedule, minCapacity: 1 }] } }),
      finds: [/schedules\[0\]\.schedule: /],
    }),
  ),
  {
    id: 'M25',
    says: 'no subnets',
    input: yamlWith({ network: { subnets: [], securityGroups: ['sg-a'] } }),
    finds: [/spec\.network\.subnets: must not be empty/],
  },
  {
    id: 'M25',
    says: 'one subnet twice',
    input: yamlWith({ network: { subnets: ['subnet-a', 'subnet-a'], securityGroups: ['sg-a'] } }),
    finds: [/subnets\[1\]: string "subnet-a" is given twice/],
  },
  {
    id: 'M25',
    says: '17 subnets',
    input: yamlWith({
      network: { subnets: Array.from({ length: 17 }, (_, n) => `subnet-${n}`), securityGroups: ['sg-a'] },
    }),
    finds: [/subnets: must not have more than 16 items, got 17/],
  },
  {
    id: 'M25',
    says: '6 security groups',
    input: yamlWith({
      network: { subnets: ['subnet-a'], securityGroups: Array.from({ length: 6 }, (_, n) => `sg-${n}`) },
    }),
    finds: [/securityGroups: must not have more than 5 items, got 6/],
  },
  {
    id: 'M25',
    says: 'no security groups',
    input: yamlWith({ network: { subnets: ['subnet-a'] } }),
    finds: [/spec\.network: missing required field 'securityGroups'/],
  },
  {
    id: 'M27',
    says: 'an annotation is text',
    input: yamlWith({}, { annotations: { 'example.com/link': 'javascript:alert(1)' } }),
    valid: 1,
  },
  {
    id: 'M28',
    says: 'too many tags',
    input: yamlWith({ tags: Object.fromEntries(Array.from({ length: 46 }, (_, n) => [`t${n}`, 'x'])) }),
    finds: [/spec\.tags: labels and tags together must not be more than 45, got 46/],
  },
  {
    id: 'M28',
    says: 'a tag of AWS',
    input: yamlWith({ tags: { 'AWS:x': 'y' } }),
    finds: [/spec\.tags\['AWS:x'\]: names that begin with 'aws:' are reserved/],
  },
  {
    id: 'M28',
    says: 'a tag of ours',
    input: yamlWith({}, { labels: { 'evenkeel:managed-by': 'me' } }),
    finds: [/names that begin with 'evenkeel:' are reserved/],
  },
  {
    id: 'M28',
    says: 'a key of 129 characters',
    input: yamlWith({ tags: { ['k'.repeat(129)]: 'y' } }),
    finds: [/this name is too long/],
  },
  {
    id: 'M28',
    says: 'a value of 257 characters',
    input: yamlWith({ tags: { k: 'v'.repeat(257) } }),
    finds: [/spec\.tags\.k: must not have more than 256 characters/],
  },
  {
    id: 'M30',
    says: 'a misspelt deletion policy',
    input: spec('deletionPolicy: delet'),
    finds: [/deletionPolicy: must be one of retain, delete; got string "delet" \(did you mean 'delete'\?\)/],
    claims: ['default/agent'],
  },
  {
    id: 'M33',
    says: 'containers that wait for each other',
    input: spec(
      'sidecars: [{name: a, image: "a:1", dependsOn: [{containerName: b}]}, {name: b, image: "b:1", dependsOn: [{containerName: a}]}]',
    ),
    finds: [/sidecars\[0\]\.dependsOn: containers must not wait for each other: a → b → a/],
  },
  {
    id: 'M33',
    says: 'a container that waits for itself',
    input: spec('sidecars: [{name: a, image: "a:1", dependsOn: [{containerName: a}]}]'),
    finds: [/wait for each other: a → a/],
  },
];

function loadRow({ input, file }: Row): LoadedFile {
  if (typeof input === 'string') return load(input, file);
  const decoded = decodeManifest(input, file ?? 'service.yaml');
  if (decoded.error === undefined) return load(decoded.text, file);
  return { file: decoded.error.file, manifests: [], errors: [decoded.error], claims: [], opaque: true };
}

load(VALID); // Compiling the schemas is not part of any row's time.

for (const row of rows) {
  test(`${row.id}: ${row.says}`, () => {
    const before = process.cpuUsage();
    const loaded = loadRow(row);
    const spent = process.cpuUsage(before);
    const found = loaded.errors.map(shortForm);
    for (const wanted of row.finds ?? []) {
      assert.ok(
        found.some((text) => wanted.test(text)),
        `${wanted} is not among\n${found.join('\n')}`,
      );
    }
    const isError = loaded.errors.some((error) => error.severity === 'error');
    const mayWarnOnly =
      row.valid !== undefined || (row.finds ?? []).every((wanted) => wanted.source.startsWith('^\\?'));
    assert.equal(isError, !mayWarnOnly, found.join('\n'));
    assert.equal(loaded.manifests.length, row.valid ?? 0);
    if (row.opaque !== undefined) assert.equal(loaded.opaque, row.opaque);
    if (row.claims !== undefined) assert.deepEqual(loaded.claims, row.claims);
    if (isError && !loaded.opaque)
      assert.ok(loaded.claims.length > 0, 'an invalid document is opaque or names its key');
    assert.ok((spent.user + spent.system) / 1000 < 250, `took ${(spent.user + spent.system) / 1000} ms`);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
    assert.ok(!JSON.stringify(loaded.errors).includes(CANARY), 'a secret is shown');
    const shown = loaded.errors.flatMap(({ frame, message }) => [message, ...frame.map((line) => line.text)]);
    assert.ok(
      shown.every((text) => text.search(UNPRINTABLE) < 0),
      'something unprintable is shown',
    );
  });
}

test('Y12: an alias stands for the value of its anchor', () => {
  const text = `${yamlWith({ tags: { team: 'ml' } }).replace('tags:\n', 'tags: &shared\n')}  capacityProviders: []\n`;
  const aliased = text
    .replace('metadata:\n', 'metadata:\n')
    .replace('capacityProviders: []', 'raw: { service: *shared }');
  assert.deepEqual(manifestOf(aliased).spec.raw.service, { team: 'ml' });
});

test('Y32: formatting, comments and order do not change the hash', () => {
  const hash = (text: string, file?: string): string => load(text, file).manifests[0]!.hash;
  const document = { metadata: { name: 'agent' }, kind: 'FargateService', apiVersion: 'evenkeel.dev/v1' };
  const flow = `{spec: {image: {uri: "a:1"}, network: {securityGroups: [sg-a], subnets: [subnet-a]}, cluster: c}, ${JSON.stringify(document).slice(1)}`;
  const block =
    'apiVersion: evenkeel.dev/v1 # x\nkind: FargateService\nmetadata:\n    name: agent\nspec:\n    cluster: "c"\n    image:\n        uri: a:1\n    network:\n        subnets:\n        - subnet-a\n        securityGroups: [sg-a]\n';
  assert.equal(hash(flow), hash(block));
  assert.equal(hash(block.replaceAll('\n', '\r\n')), hash(block));
  assert.equal(hash(`\ufeff${block}`), hash(block));
  assert.notEqual(hash(block.replace('a:1', 'a:2')), hash(block));
});

const named = (file: string, spec: object = {}, name = 'agent'): LoadedFile =>
  load(yamlWith({ ...spec }, { name }), file);

test('M04, M05: of two files with one key the later by name is at fault, in whatever order they come', () => {
  for (const other of [{}, { cpu: 512, memory: 1024 }]) {
    const [one, two] = [named('a.yaml'), named('b.yaml', other)];
    for (const files of [
      [one, two],
      [two, one],
    ]) {
      const errors = checkTogether(files);
      assert.equal(errors.length, 1);
      assert.equal(errors[0]!.file, 'b.yaml');
      assert.equal(errors[0]!.reason, 'duplicate');
      assert.match(errors[0]!.message, /'default\/agent' is already defined in a\.yaml:1/);
    }
  }
});

test('M04: a document that is invalid keeps its key from those that come later', () => {
  const broken = named('a.yaml', { desiredCount: 'x' });
  assert.match(checkTogether([named('b.yaml'), broken])[0]!.message, /already defined in a\.yaml, which is invalid/);
  assert.deepEqual(checkTogether([named('0.yaml'), broken]), []);
});

test('M06: one service name in two clusters, regions or accounts is two services', () => {
  const spec = { serviceName: 'web', family: 'f1', logging: { enabled: false } };
  const files = [
    named('a.yaml', { ...spec }, 'a'),
    named('b.yaml', { ...spec, family: 'f2', cluster: 'other' }, 'b'),
    named('c.yaml', { ...spec, family: 'f3', region: 'eu-west-1' }, 'c'),
    named('d.yaml', { ...spec, family: 'f4', account: '123456789012' }, 'd'),
  ];
  assert.deepEqual(checkTogether(files), []);
  assert.match(
    checkTogether([...files, named('e.yaml', { ...spec, family: 'f5' }, 'e')])[0]!.message,
    /service 'web' in cluster 'agents' is already claimed by 'default\/a' in a\.yaml:1/,
  );
});

test('M07: one family or log group in two manifests is a warning', () => {
  const errors = checkTogether([
    named('a.yaml', { family: 'shared' }, 'a'),
    named('b.yaml', { family: 'shared' }, 'b'),
  ]);
  assert.deepEqual(
    errors.map(({ severity, file, path }) => [severity, file, path]),
    [
      ['warning', 'b.yaml', 'spec.family'],
      ['warning', 'b.yaml', 'spec.logging.group'],
    ],
  );
});

test('M34: 500 documents of one file are checked together in linear time', () => {
  const documents = Array.from(
    { length: 490 },
    (_, n) =>
      `{apiVersion: evenkeel.dev/v1, kind: FargateService, metadata: {name: a${n}}, spec: {cluster: c, image: {uri: "a:1"}, network: {subnets: [subnet-a], securityGroups: [sg-a]}}}`,
  );
  const loaded = load(documents.join('\n---\n'));
  assert.equal(loaded.manifests.length, 490);
  assert.equal(loaded.manifests[489]!.origin.document, 490);
  assert.deepEqual(checkTogether([loaded]), []);
});
