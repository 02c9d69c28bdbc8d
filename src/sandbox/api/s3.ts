import type { InputOf } from '../../aws/operations.ts';
import { today } from '../environment.ts';
import type { Handlers } from '../handler.ts';
import { fault } from '../refusals.ts';
import { knownBucket, store } from '../s3/buckets.ts';

const NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

export const S3: Handlers = {
  CreateBucket(region, { Bucket }: { readonly Bucket: string }) {
    if (!NAME.test(Bucket)) throw fault('InvalidBucketName', 'The specified bucket is not valid.');
    if (!region.buckets.has(Bucket)) region.buckets.set(Bucket, new Map());
    return { Location: `/${Bucket}` };
  },

  HeadObject(region, { Bucket, Key }: InputOf<'s3:HeadObject'>) {
    const found = region.buckets.get(Bucket)?.get(Key);
    if (found === undefined) throw fault('NotFound', 'The specified key does not exist.', 404);
    return { ContentLength: found.size, ETag: found.etag, LastModified: found.modifiedAt };
  },

  PutObject(region, { Bucket, Key, Body }: InputOf<'s3:PutObject'>) {
    return { ETag: store(knownBucket(region, Bucket), Key, Body, today(region.environment)).etag };
  },
};
