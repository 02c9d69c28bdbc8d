import type { Manifests } from '../app/program.ts';
import type { ManifestError } from '../manifest/manifest-error.ts';
import type { Look } from './screen.ts';
import { count, oneLine, plainText } from './text.ts';

/** All errors and warnings, each with its place, the lines around it and the way out. */
export function printManifestErrors(errors: readonly ManifestError[], look: Look): string {
  return errors.map((error) => printOne(error, look)).join('\n\n');
}

function printOne(error: ManifestError, look: Look): string {
  const tone = error.severity === 'error' ? 'bad' : 'warning';
  const path = error.path === '' ? '' : `${oneLine(error.path)}: `;
  const head = `${look.paint('strong', placeOf(error))}  ${look.paint(tone, error.severity)}  ${path}${oneLine(error.message)}`;
  return [head, ...frameLines(error, look)].join('\n');
}

/** `file:line:column`, as editors and terminals turn into links; without numbers where the whole file is meant. */
export function placeOf(error: ManifestError): string {
  return error.line === 0 ? oneLine(error.file) : `${oneLine(error.file)}:${error.line}:${error.column}`;
}

function frameLines(error: ManifestError, look: Look): readonly string[] {
  const help = error.help === undefined ? '' : oneLine(error.help);
  const marked = error.frame.at(-1);
  if (marked === undefined || error.line === 0) return help === '' ? [] : [`      ${help}`];
  const lines = error.frame.map(
    ({ line, text }) => `${String(line).padStart(5)} | ${look.paint('quiet', plainText(text))}`,
  );
  const tone = error.severity === 'error' ? 'bad' : 'warning';
  const caret = look.paint(tone, '^'.repeat(caretLength(error, marked.text)));
  return [...lines, `      | ${caretIndent(marked.text, error.column)}${caret}${help === '' ? '' : `  ${help}`}`];
}

/** Tabs are kept, so that the caret stands under its text however wide a tab is. */
function caretIndent(text: string, column: number): string {
  const before = text.slice(0, column - 1).replace(/[^\t]/g, ' ');
  return before.padEnd(column - 1);
}

function caretLength(error: ManifestError, text: string): number {
  return Math.max(1, Math.min(error.length, text.length - error.column + 1));
}

/** `✘ 2 files, 3 documents: 4 errors, 1 warning` */
export function manifestsLine(manifests: Manifests, look: Look): string {
  const errors = manifests.errors.filter(({ severity }) => severity === 'error').length;
  const warnings = manifests.errors.length - errors;
  const read = `${count(manifests.files, 'file')}, ${count(manifests.documents, 'document')}`;
  const found = [
    ...(errors > 0 ? [count(errors, 'error')] : []),
    ...(warnings > 0 ? [count(warnings, 'warning')] : []),
  ];
  if (errors > 0) return `${look.paint('bad', look.symbols.failed)} ${read}: ${found.join(', ')}`;
  return `${look.paint('good', look.symbols.done)} ${read}: valid${found.length > 0 ? `, ${found.join(', ')}` : ''}`;
}

/**
 * Workflow commands that put the errors on the lines of a pull request.
 * Escaping: https://github.com/actions/toolkit, `packages/core/src/command.ts`.
 */
export function printAnnotations(errors: readonly ManifestError[]): string {
  return errors.map(annotation).join('\n');
}

function annotation(error: ManifestError): string {
  const place = [
    `file=${escapeProperty(error.file)}`,
    ...(error.line === 0 ? [] : [`line=${error.line}`, `col=${error.column}`]),
  ];
  const path = error.path === '' ? '' : `${error.path}: `;
  const help = error.help === undefined ? '' : `\n${error.help}`;
  return `::${error.severity} ${place.join(',')}::${escapeData(`${path}${error.message}${help}`)}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
