/** Any further member of an AWS shape. */
export interface OpenShape {
  readonly [member: string]: unknown;
}

/** What one operation takes and answers. */
export interface Call<Input, Output> {
  readonly input: Input;
  readonly output: Output;
}

/** No member that our code reads or writes. */
export type Nothing = OpenShape;

/** Application Auto Scaling and CloudWatch Logs take tags as maps. */
export type TagMap = Readonly<Record<string, string>>;
