/** Where a value stands inside a document: keys and list positions from the root. */
export type Path = readonly (string | number)[];

const PLAIN_KEY = /^[A-Za-z_$][\w$-]*$/;

/** `spec.loadBalancers[0].priority`; keys that are no plain words are quoted: `metadata.labels['a.b/c']`. */
export function formatPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (PLAIN_KEY.test(step)) text += text === '' ? step : `.${step}`;
    else text += `['${printable(step)}']`;
  }
  return text;
}

/** Reads what `formatPath` writes for plain keys: `spec.a[0].b`. */
export function parsePath(text: string): Path {
  const steps = text.split(/[.[\]]/).filter((step) => step !== '');
  return steps.map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

/** True when `path` is `prefix` or lies below it. */
export function startsWith(path: Path, prefix: Path): boolean {
  return prefix.length <= path.length && prefix.every((step, index) => step === path[index]);
}

/** Text that cannot forge a line, move a cursor or turn the writing direction: such characters become `·`. */
export function printable(text: string, limit = 80): string {
  const shown = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return shown.replace(UNPRINTABLE, '·');
}

/** Control characters, surrogates on their own, zero-width and bidirectional marks, line and paragraph separators. */
export const UNPRINTABLE = /[\p{Cc}\p{Cs}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;
