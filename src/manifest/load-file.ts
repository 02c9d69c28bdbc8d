import { hashOf } from '../lib/hash.ts';
import { framed } from './frame.ts';
import { textHazards } from './hazards.ts';
import { keyOf } from './key.ts';
import type { LoadedFile, LoadedManifest, LoadOptions, ManifestText } from './load.ts';
import { type DocumentResult, loadDocument } from './load-document.ts';
import type { ManifestError } from './manifest-error.ts';
import { secretSpans, secretSpansByLine } from './mask.ts';
import { type ParsedText, parseDocuments } from './parse.ts';
import type { Path } from './path.ts';
import type { Problem, Span } from './problem.ts';
import { allFields, schemaAt } from './schema-walk.ts';
import { SourceText } from './source-text.ts';
import { SCHEMAS } from './validate.ts';

export { checkTogether } from './check-together.ts';

/**
 * Reads one file: YAML or JSON, any number of documents, long or compact form. Never throws.
 * Errors of one document leave the others as they are.
 */
export function loadFile(input: ManifestText, options: LoadOptions): LoadedFile {
  const { file } = input;
  const text = input.text.startsWith('\ufeff') ? input.text.slice(1) : input.text;
  const hazards = textHazards(text, file);
  if (hazards !== undefined) return rejected(file, text, hazards);
  const parsed = parseDocuments(text);
  if (parsed.problems.length > 0) return rejected(file, text, parsed.problems);
  const results = parsed.documents.map((document) => loadDocument(document, text, options));
  return assembled(file, new SourceText(text), parsed, results);
}

/** The whole file is refused: it might hold any key. */
function rejected(file: string, text: string, problems: readonly Problem[]): LoadedFile {
  const source = new SourceText(problems.some((problem) => problem.at !== undefined) ? text : '');
  const hidden = secretSpansByLine(source, knownFields());
  const errors = problems.map((problem) => framed(problem, file, source, hidden));
  return { file, manifests: [], errors, claims: [], opaque: true };
}

function assembled(
  file: string,
  source: SourceText,
  parsed: ParsedText,
  results: readonly DocumentResult[],
): LoadedFile {
  const found = results.flatMap((result) => capped(result.problems, MAX_PER_DOCUMENT, 'document'));
  const problems = capped([...found, ...nothingIn(parsed)], MAX_PER_FILE, 'file');
  const hidden = problems.length === 0 ? [] : hiddenSpans(parsed, source);
  return {
    file,
    manifests: results.flatMap((result, index) => loaded(result, file, source, parsed.documents[index]!.index)),
    errors: problems.map((problem) => framed(problem, file, source, hidden)).sort(byPosition),
    claims: [...new Set(results.flatMap((result) => result.claims))],
    opaque: results.some((result) => result.opaque),
  };
}

function loaded(
  { manifest, begin }: DocumentResult,
  file: string,
  source: SourceText,
  document: number,
): LoadedManifest[] {
  if (manifest === undefined) return [];
  const key = keyOf(manifest.metadata.namespace, manifest.metadata.name);
  return [{ key, manifest, hash: hashOf(manifest), origin: { file, line: source.position(begin).line, document } }];
}

/** More errors than anybody reads are not printed, but said to exist. */
const MAX_PER_DOCUMENT = 100;
const MAX_PER_FILE = 500;

function capped(problems: readonly Problem[], limit: number, where: string): readonly Problem[] {
  if (problems.length <= limit) return problems;
  const last: Problem = { ...problems[limit]!, path: [], message: `and more in this ${where}`, severity: 'error' };
  const { help: _, ...withoutHelp } = last;
  return [...problems.slice(0, limit), withoutHelp];
}

function nothingIn(parsed: ParsedText): readonly Problem[] {
  if (parsed.documents.some((document) => document.root !== undefined || document.syntax.length > 0)) return [];
  const message = 'the file holds no manifest';
  return [{ severity: 'warning', reason: 'parse', path: [], message, at: undefined }];
}

/** Parsed documents tell exactly what is secret; next to a broken one nothing is certain, and whole lines are hidden. */
function hiddenSpans(parsed: ParsedText, source: SourceText): readonly Span[] {
  const exact = parsed.documents.flatMap(({ root }) => (root === undefined ? [] : secretSpans(root, isKnownField)));
  const isBroken = parsed.documents.some((document) => document.syntax.length > 0);
  const spans = isBroken ? [...exact, ...secretSpansByLine(source, knownFields())] : exact;
  return spans.sort((a, b) => a.start - b.start);
}

function knownFields(): ReadonlySet<string> {
  const fields = new Set(Object.values(SCHEMAS).flatMap(allFields));
  // In a sidecar this is where the value of a variable stands.
  fields.delete('value');
  return fields;
}

function isKnownField(path: Path): boolean {
  return Object.values(SCHEMAS).some((schema) => schemaAt(schema, path) !== undefined);
}

function byPosition(a: ManifestError, b: ManifestError): number {
  return a.line - b.line || a.column - b.column;
}
