/** Damerau-Levenshtein distance (optimal string alignment): a swap of two neighbours counts 1. */
export function editDistance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => {
    const row = new Array<number>(b.length + 1).fill(0);
    row[0] = i;
    return row;
  });
  for (let j = 0; j <= b.length; j++) rows[0]![j] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const above = rows[i - 1]!;
      const here = rows[i]!;
      const substitution = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      here[j] = Math.min(above[j]! + 1, here[j - 1]! + 1, substitution);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) here[j] = Math.min(here[j]!, rows[i - 2]![j - 2]! + 1);
    }
  }
  return rows[a.length]![b.length]!;
}

/** The option nearest to `word`, if it is near enough to be what was meant: at most max(2, a third of its length). */
export function nearest(word: string, options: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const option of options) {
    const distance = editDistance(word, option);
    if (distance < bestDistance && distance <= Math.max(2, Math.floor(option.length / 3))) {
      best = option;
      bestDistance = distance;
    }
  }
  return best;
}
