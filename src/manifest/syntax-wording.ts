import type { YAMLError } from 'yaml';
import type { Problem } from './problem.ts';

/** What the parser found, in our words: its own messages may quote the text, and so a secret. */
const WORDING: Readonly<Record<string, readonly [message: string, help?: string]>> = {
  ALIAS_PROPS: ['an alias must not have an anchor or tag of its own'],
  BAD_ALIAS: ['malformed anchor or alias'],
  BAD_DIRECTIVE: ['malformed directive', 'lines that begin with % are YAML directives; quote the value'],
  BAD_DQ_ESCAPE: [
    'invalid escape sequence in a double-quoted string',
    'write \\\\ for a backslash, or use single quotes',
  ],
  BAD_INDENT: ['wrong indentation', 'fields of one mapping must begin in one column'],
  BAD_PROP_ORDER: ['anchors and tags must stand after the indicators'],
  BAD_SCALAR_START: ['a plain value must not begin with this character', 'quote the value'],
  BLOCK_AS_IMPLICIT_KEY: ['a nested mapping must stand on lines of its own', 'if the value holds ": ", quote it'],
  BLOCK_IN_FLOW: ['block style must not be used inside { } or [ ]'],
  KEY_OVER_1024_CHARS: ['a key must not be longer than 1024 characters'],
  MISSING_CHAR: ['something is missing here: a closing quote, bracket or brace, or a comma or colon'],
  MULTILINE_IMPLICIT_KEY: ['a key must stand on one line', 'is a colon missing after it?'],
  MULTIPLE_ANCHORS: ['a value must not have more than one anchor'],
  MULTIPLE_DOCS: ['documents must be parted by ---'],
  MULTIPLE_TAGS: ['a value must not have more than one tag'],
  NON_STRING_KEY: ['keys must be strings', 'if this is a template, render it first'],
  RESOURCE_EXHAUSTION: ['nested too deeply'],
  TAB_AS_INDENT: ['tabs must not be used for indentation', 'use spaces'],
  TAG_RESOLVE_FAILED: ['unknown tag', 'tags such as !Ref or !!binary are not part of the manifest language'],
  BAD_COLLECTION_TYPE: ['the tag does not fit the value'],
};

/** A syntax error or warning of the parser; both stop the document. */
export function syntaxProblem(error: YAMLError): Problem {
  const [message, help] = WORDING[error.code] ?? ['cannot be read as YAML'];
  const [start, end] = error.pos;
  const problem: Problem = { severity: 'error', reason: 'parse', path: [], message, at: { start, end } };
  return help === undefined ? problem : { ...problem, help };
}
