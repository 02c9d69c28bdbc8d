/** What an error that ended a pass means for what comes next. */
export interface Trouble {
  /** `wait`: AWS is busy, not an error. `person`: repeating it as it is cannot help. `retry`: with back-off. */
  readonly kind: 'wait' | 'person' | 'retry';
  /** One CamelCase word of a small set. */
  readonly reason: string;
  readonly message: string;
}

/** Reads an error. Given by whoever knows the errors of AWS. */
export type JudgeError = (error: Error) => Trouble;
