import type { ManifestError } from './manifest-error.ts';
import { maskLine } from './mask.ts';
import { formatPath, UNPRINTABLE } from './path.ts';
import type { Problem, Span } from './problem.ts';
import type { SourceText } from './source-text.ts';

/** Longer lines are cut; a mark beyond this column gets no frame. */
const MAX_FRAME_COLUMNS = 240;

/** Gives a problem its line, column and code frame. `hidden` must be sorted by start. */
export function framed(problem: Problem, file: string, source: SourceText, hidden: readonly Span[]): ManifestError {
  const { severity, reason, message, at } = problem;
  const common = {
    severity,
    reason,
    file,
    path: formatPath(problem.path),
    message,
    ...(problem.help === undefined ? {} : { help: problem.help }),
  };
  if (at === undefined) return { ...common, line: 0, column: 0, length: 1, frame: [] };
  const { line, column } = source.position(at.start);
  const lineStart = source.startOf(line);
  const shown = shownLine(source, line, hidden);
  const maskedFrom = hidden.find((span) => span.end > at.start && span.start < Math.max(at.end, at.start + 1));
  const lineLength = source.line(line).length;
  const untilLineEnd = Math.max(1, Math.min(at.end, lineStart + lineLength) - at.start);
  const length = maskedFrom === undefined ? untilLineEnd : Math.min(3, untilLineEnd);
  const isAligned = column <= MAX_FRAME_COLUMNS && !hasMaskBefore(at.start, lineStart, hidden, source);
  const before = line > 1 && source.line(line - 1).trim() !== '' ? [frameLine(source, line - 1, hidden)] : [];
  const frame = isAligned ? [...before, { line, text: shown }] : [];
  return { ...common, line, column, length, frame };
}

function frameLine(source: SourceText, line: number, hidden: readonly Span[]): { line: number; text: string } {
  return { line, text: shownLine(source, line, hidden) };
}

function shownLine(source: SourceText, line: number, hidden: readonly Span[]): string {
  const masked = maskLine(source.line(line), source.startOf(line), hidden);
  const cut = masked.length > MAX_FRAME_COLUMNS + 60 ? `${masked.slice(0, MAX_FRAME_COLUMNS + 60)}…` : masked;
  return cut.replaceAll('\t', ' ').replace(UNPRINTABLE, '·');
}

/** True when a mask to the left of `offset` on its line has moved what is marked. */
function hasMaskBefore(offset: number, lineStart: number, hidden: readonly Span[], source: SourceText): boolean {
  const left = source.text.slice(lineStart, offset);
  return maskLine(left, lineStart, hidden) !== left;
}
