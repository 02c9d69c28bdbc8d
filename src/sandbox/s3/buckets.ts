import { sha256 } from '../../lib/hash.ts';
import { fault } from '../refusals.ts';
import type { Region } from '../region.ts';

/** What is known of an object. What is in it is not kept. */
export interface ObjectRecord {
  readonly size: number;
  readonly etag: string;
  readonly modifiedAt: Date;
}
/** By key, oldest first. */
export type Bucket = Map<string, ObjectRecord>;

/** The oldest objects of a bucket make room: a world may run for long. */
const KEPT_OBJECTS = 10_000;

export function knownBucket(region: Region, name: string): Bucket {
  const known = region.buckets.get(name);
  if (known !== undefined) return known;
  if (!region.environment.options.impliedBuckets) {
    throw fault('NoSuchBucket', 'The specified bucket does not exist', 404);
  }
  const implied: Bucket = new Map();
  region.buckets.set(name, implied);
  return implied;
}

export function store(bucket: Bucket, key: string, body: Uint8Array, modifiedAt: Date): ObjectRecord {
  const record = { size: body.byteLength, etag: `"${sha256(body).slice(0, 32)}"`, modifiedAt };
  bucket.delete(key);
  bucket.set(key, record);
  const [oldest] = bucket.keys();
  if (bucket.size > KEPT_OBJECTS && oldest !== undefined) bucket.delete(oldest);
  return record;
}
