/** What one attempt came to. */
export interface EndedCall {
  readonly api: string;
  /** Without the api. */
  readonly operation: string;
  /** `OK`, the error code, or `Aborted`. */
  readonly code: string;
  readonly seconds: number;
}

export interface OperationLabels {
  readonly api: string;
  readonly operation: string;
}

/** Told what happens on the way to AWS. Must not throw. */
export interface AwsObserver {
  /** After every attempt; waiting for a turn is not part of `seconds`. */
  callEnded(call: EndedCall): void;
  /** AWS throttled an attempt. */
  throttled(labels: OperationLabels): void;
  /** An attempt failed and another one follows. */
  retried(labels: OperationLabels): void;
  /** How long a call waited for its turn; 0 when it did not have to. */
  limiterWaited(labels: OperationLabels & { readonly seconds: number }): void;
}

/** `ecs:CreateService` in its two parts. */
export function labelsOf(name: string): OperationLabels {
  const colon = name.indexOf(':');
  return { api: name.slice(0, colon), operation: name.slice(colon + 1) };
}

/** Listens to nothing. */
export const silentObserver: AwsObserver = {
  callEnded() {},
  throttled() {},
  retried() {},
  limiterWaited() {},
};
