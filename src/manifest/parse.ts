import { Composer, type Document, Lexer, type ParsedNode, Parser } from 'yaml';
import { convertNode } from './convert-node.ts';
import type { Located } from './located.ts';
import type { Problem, Span } from './problem.ts';
import { syntaxProblem } from './syntax-wording.ts';

/** One document of a file. */
export interface ParsedDocument {
  /** 1-based position in the file, empty documents counted. */
  readonly index: number;
  readonly span: Span;
  /** Undefined for an empty document, or one too broken to read at all. */
  readonly root: Located | undefined;
  /** True when the rest of the file may have been read as part of this document. */
  readonly unterminated: boolean;
  /** What makes the document unreadable as a whole. */
  readonly syntax: readonly Problem[];
  /** What no manifest may hold; the rest of the document can still be checked. */
  readonly problems: readonly Problem[];
}

export interface ParsedText {
  readonly documents: readonly ParsedDocument[];
  /** What stops the whole file. */
  readonly problems: readonly Problem[];
}

const MAX_DOCUMENTS = 500;
/** Open constructs of the YAML parser; a manifest needs about a dozen. Composing is recursive, so this comes first. */
const MAX_NESTING = 64;
/** The densest file of ordinary manifests has 43 000; this many take about a fifth of a second. */
const MAX_LEXEMES = 50_000;
const MAX_SYNTAX_PROBLEMS = 100;

/** YAML 1.2 into located values. Never throws; linear in the length of `text`. */
export function parseDocuments(text: string): ParsedText {
  const documents: ParsedDocument[] = [];
  const lexer = new Lexer();
  const parser = new Parser();
  const composer = new Composer({
    version: '1.2',
    stringKeys: true,
    uniqueKeys: false,
    resolveKnownTags: false,
    prettyErrors: false,
  });
  const take = (found: Iterable<Document.Parsed<ParsedNode, true>>): boolean => {
    for (const document of found) documents.push(parsedDocument(document, documents.length + 1));
    return documents.length <= MAX_DOCUMENTS;
  };
  let lexemes = 0;
  for (const lexeme of lexer.lex(text)) {
    if (++lexemes > MAX_LEXEMES) return refused(`must not have more than ${MAX_LEXEMES} YAML tokens`);
    for (const token of parser.next(lexeme)) if (!take(composer.next(token))) return refused(TOO_MANY);
    if (parser.stack.length > MAX_NESTING) return { documents, problems: [tooDeep(parser.offset)] };
  }
  for (const token of parser.end()) if (!take(composer.next(token))) return refused(TOO_MANY);
  if (!take(composer.end(false, text.length))) return refused(TOO_MANY);
  return { documents, problems: [] };
}

const TOO_MANY = `must not hold more than ${MAX_DOCUMENTS} documents`;

function refused(message: string): ParsedText {
  return { documents: [], problems: [{ severity: 'error', reason: 'parse', path: [], message, at: undefined }] };
}

function tooDeep(offset: number): Problem {
  const message = `nesting must not be deeper than ${MAX_NESTING} levels`;
  return { severity: 'error', reason: 'parse', path: [], message, at: { start: offset, end: offset + 1 } };
}

/** Errors after which the rest of the file may have been read as part of this document. */
const UNTERMINATED: ReadonlySet<string> = new Set(['MISSING_CHAR', 'BAD_INDENT', 'UNEXPECTED_TOKEN', 'IMPOSSIBLE']);

function parsedDocument(document: Document.Parsed<ParsedNode, true>, index: number): ParsedDocument {
  const [start, , end] = document.range;
  const syntax = [...document.errors, ...document.warnings].slice(0, MAX_SYNTAX_PROBLEMS).map(syntaxProblem);
  const version = versionProblem(document, start);
  const converted = convertNode(document.contents);
  const fatal = [version, converted.exhausted].filter((problem) => problem !== undefined);
  return {
    index,
    span: { start, end },
    root: converted.root,
    unterminated: document.errors.some((error) => UNTERMINATED.has(error.code)),
    syntax: [...syntax, ...fatal],
    problems: converted.problems,
  };
}

function versionProblem(document: Document.Parsed<ParsedNode, true>, start: number): Problem | undefined {
  const { version, explicit } = document.directives.yaml;
  if (explicit !== true || version === '1.2') return undefined;
  const message = 'the directive `%YAML` must not name another version than 1.2';
  return { severity: 'error', reason: 'parse', path: [], message, at: { start, end: start + 1 } };
}
