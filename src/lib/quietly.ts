/** Calls an observer. What it throws ends here: counting and logging must never decide how a pass ends. */
export function quietly(observe: () => void): void {
  try {
    observe();
  } catch {
    // Reporting the failure would need an observer, which is what has just failed.
  }
}
