import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { seededRandom } from '../../src/lib/random.ts';
import { type SandboxServer, startSandboxServer } from '../../src/sandbox/http.ts';
import { SandboxWorld } from '../../src/sandbox/world.ts';
import { FakeClock } from '../support/fake-clock.ts';

const NAMED = { Bucket: 'contexts', Key: 'evenkeel/a b+c/ü.zip' };
const world = new SandboxWorld({
  clock: new FakeClock(),
  random: seededRandom(1),
  options: { throttling: false, impliedBuckets: false },
});
let server: SandboxServer;
let s3: S3Client;

before(async () => {
  server = await startSandboxServer({ world, port: 0, signal: new AbortController().signal });
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'x' };
  s3 = new S3Client({ endpoint: server.url, region: 'us-east-1', credentials, maxAttempts: 1, forcePathStyle: true });
});
after(async () => {
  s3.destroy();
  await server.close();
});

test('HTTP-5: a real client makes a bucket, puts an object of 3 MiB and sees it', async () => {
  await assert.rejects(s3.send(new PutObjectCommand({ ...NAMED, Body: 'x' })), { name: 'NoSuchBucket' });
  await s3.send(new CreateBucketCommand({ Bucket: NAMED.Bucket }));
  const { ETag } = await s3.send(new PutObjectCommand({ ...NAMED, Body: Buffer.alloc(3 * 2 ** 20, 7) }));
  const head = await s3.send(new HeadObjectCommand(NAMED));
  assert.deepEqual([head.ContentLength, head.ETag], [3 * 2 ** 20, ETag]);
  assert.ok(world.truthOf('us-east-1').buckets.get(NAMED.Bucket)?.has(NAMED.Key));
});

test('HTTP-5: what is not there is NotFound, and what is not imitated says so', async () => {
  const none = { ...NAMED, Key: 'none' };
  await assert.rejects(s3.send(new HeadObjectCommand(none)), { name: 'NotFound' });
  await assert.rejects(s3.send(new GetObjectCommand(NAMED)), { name: 'UnknownOperationException' });
});
