const READS = /:(Describe|List|Get|Head|Batch(Get|Check)|Filter|Query|Scan|AssumeRole)/;

/** True when the operation (`<api>:<operation>`) changes nothing. */
export function isRead(operation: string): boolean {
  return READS.test(operation);
}
