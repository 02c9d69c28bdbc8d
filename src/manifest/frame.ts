import type { ManifestError } from './manifest-error.ts';
import { maskLine, secretsInLine } from './mask.ts';
import { formatPath, UNPRINTABLE } from './path.ts';
import type { Problem, Span } from './problem.ts';
import type { SourceText } from './source-text.ts';

/** Longer lines are cut; a mark beyond this column gets no frame. */
const MAX_FRAME_COLUMNS = 240;

/** Gives a problem its line, column and code frame. */
export function framed(problem: Problem, file: string, source: SourceText, hidden: readonly Span[]): ManifestError {
  const { severity, reason, message, at, help } = problem;
  const path = formatPath(problem.path);
  const common = { severity, reason, file, path, message, ...(help === undefined ? {} : { help }) };
  if (at === undefined) return { ...common, line: 0, column: 0, length: 1, frame: [] };
  const { line, column } = source.position(at.start);
  return {
    ...common,
    line,
    column,
    length: markLength(at, line, source, hidden),
    frame: frameOf(at, line, source, hidden),
  };
}

/** As long as the text marked, but not beyond its line; a masked text is three asterisks long. */
function markLength(at: Span, line: number, source: SourceText, hidden: readonly Span[]): number {
  const lineEnd = source.startOf(line) + source.line(line).length;
  const length = Math.max(1, Math.min(at.end, lineEnd) - at.start);
  const isMasked = hiddenOn(line, source, hidden).some((span) => span.end > at.start && span.start < at.start + length);
  return isMasked ? Math.min(3, length) : length;
}

/** The line marked and the one before it. None where the mark would not stand below what it marks. */
function frameOf(at: Span, line: number, source: SourceText, hidden: readonly Span[]): ManifestError['frame'] {
  const start = source.startOf(line);
  const left = source.text.slice(start, at.start);
  const isMoved = maskLine(left, start, hiddenOn(line, source, hidden)) !== left;
  if (isMoved || left.length >= MAX_FRAME_COLUMNS) return [];
  const lines = line > 1 && source.line(line - 1).trim() !== '' ? [line - 1, line] : [line];
  return lines.map((shown) => ({ line: shown, text: shownLine(shown, source, hidden) }));
}

function shownLine(line: number, source: SourceText, hidden: readonly Span[]): string {
  const masked = maskLine(source.line(line), source.startOf(line), hiddenOn(line, source, hidden));
  const cut = masked.length > MAX_FRAME_COLUMNS + 60 ? `${masked.slice(0, MAX_FRAME_COLUMNS + 60)}…` : masked;
  return cut.replaceAll('\t', ' ').replace(UNPRINTABLE, '·');
}

/** What must not be shown of one line, in the order of the text. */
function hiddenOn(line: number, source: SourceText, hidden: readonly Span[]): readonly Span[] {
  const start = source.startOf(line);
  const end = start + source.line(line).length;
  const inline = secretsInLine(source, line);
  const own = hidden.filter((span) => span.end > start && span.start < end);
  return (inline === undefined ? own : [...own, inline]).sort((a, b) => a.start - b.start);
}
