import type { Difference } from '../reconcile/difference.ts';
import type { Look } from './screen.ts';
import { plainText, valueText } from './text.ts';

const MAX_PATH_WIDTH = 48;
const MAX_VALUE_WIDTH = 60;

export interface DifferenceOptions {
  readonly indent: number;
  /** Values as long as they are. */
  readonly full: boolean;
}

/** One line a field: path, sign, live and wanted value. */
export function printDifferences(
  differences: readonly Difference[],
  look: Look,
  { indent, full }: DifferenceOptions,
): readonly string[] {
  const longest = Math.max(0, ...differences.map(({ path }) => plainText(path).length));
  const width = Math.min(longest, MAX_PATH_WIDTH);
  return differences.map((difference) => {
    const path = plainText(difference.path).padEnd(width);
    return `${' '.repeat(indent)}${path}  ${changeText(difference, look, full)}`;
  });
}

function changeText(difference: Difference, look: Look, full: boolean): string {
  const { live, desired, replaces } = difference;
  const width = full ? Number.POSITIVE_INFINITY : MAX_VALUE_WIDTH;
  const text = (value: NonNullable<typeof live> | null): string => valueText(value, width, look.symbols.ellipsis);
  const suffix = replaces ? `  ${look.paint('bad', '# forces replacement')}` : '';
  if (difference.verdict !== 'declared') {
    const wanted = desired === undefined ? '' : `, manifest ${text(desired)}`;
    return look.paint('quiet', `${difference.verdict}: live ${live === undefined ? 'unset' : text(live)}${wanted}`);
  }
  if (live === undefined) return `${look.paint('good', '+')} ${text(desired ?? null)}${suffix}`;
  if (desired === undefined) return `${look.paint('bad', '-')} ${text(live)}${suffix}`;
  return `${look.paint('change', '~')} ${text(live)} -> ${text(desired)}${suffix}`;
}
