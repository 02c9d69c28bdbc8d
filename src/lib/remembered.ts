/**
 * `make`, remembered for each object as long as that lives: one answer, for the latest `by`. Only for pure functions of
 * objects that never change; then nobody can tell, and the same manifest need not be written out and hashed in every pass.
 */
export function remembered<Of extends object, Value>(
  make: (of: Of, by: string) => Value,
): (of: Of, by: string) => Value {
  const known = new WeakMap<Of, { readonly by: string; readonly value: Value }>();
  return (of, by) => {
    const before = known.get(of);
    if (before?.by === by) return before.value;
    const value = make(of, by);
    known.set(of, { by, value });
    return value;
  };
}
