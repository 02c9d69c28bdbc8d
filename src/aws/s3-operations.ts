import type { Call, Nothing } from './shape.ts';

interface Named {
  readonly Bucket: string;
  readonly Key: string;
}

/** The operations of Amazon S3 that Evenkeel uses. */
export interface S3Operations {
  's3:HeadObject': Call<Named, { readonly ContentLength?: number; readonly ETag?: string }>;
  's3:PutObject': Call<Named & { readonly Body: Uint8Array; readonly ContentType?: string }, Nothing>;
}
