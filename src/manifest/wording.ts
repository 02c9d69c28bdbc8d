/** The allowed numbers next below and next above `value`, or the one nearest at the end of the row. */
export function nearestNumbers(value: number, allowed: readonly number[]): readonly number[] {
  const below = allowed.filter((option) => option < value).at(-1);
  const above = allowed.find((option) => option > value);
  return [below, above].filter((option) => option !== undefined);
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[], word = 'and'): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1)}`;
}
