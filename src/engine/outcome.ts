/** What one pass decided. The controller alone turns it into a requeue. */
export type Outcome =
  /** As wanted; look again for drift after about `againMs`. */
  | { readonly kind: 'settled'; readonly againMs: number }
  /** AWS is busy with what was asked; not an error, no back-off. */
  | { readonly kind: 'waiting'; readonly on: string; readonly againMs: number }
  /** A person must act. Keeps an interval, because a repaired IAM policy or quota sends no event. */
  | { readonly kind: 'blocked'; readonly reason: string; readonly message: string; readonly againMs: number }
  /** Deleted, and seen to be deleted. */
  | { readonly kind: 'gone' };

export interface Reconciler<K> {
  /** Full pass for one key. Throwing means "retry with back-off"; everything else is an Outcome. */
  reconcile(key: K, signal: AbortSignal): Promise<Outcome>;
}
