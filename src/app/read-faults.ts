import { readFile } from 'node:fs/promises';
import { toError } from '../lib/errors.ts';
import { decodeManifest } from '../manifest/decode.ts';
import { framed } from '../manifest/frame.ts';
import { type Located, locate, plainValue } from '../manifest/located.ts';
import { type ManifestError, ManifestsInvalid } from '../manifest/manifest-error.ts';
import { parseDocuments } from '../manifest/parse.ts';
import type { Problem } from '../manifest/problem.ts';
import { SourceText } from '../manifest/source-text.ts';
import { checkFaultsDocument } from '../sandbox/faults/check-document.ts';
import type { FaultOptions } from '../sandbox/faults.ts';

/** The fault rules of a YAML or JSON file. Throws `ManifestsInvalid` with the place of everything that is wrong in it. */
export async function readFaults(file: string): Promise<FaultOptions> {
  const text = await textOf(file);
  const { documents, problems } = parseDocuments(text);
  const broken = [...problems, ...documents.flatMap((document) => [...document.syntax, ...document.problems])];
  const roots = documents.flatMap(({ root }) => root ?? []);
  if (broken.length > 0) throw invalid(file, text, broken);
  if (roots.length !== 1) throw invalid(file, text, [whole(`holds ${roots.length} documents, must hold one`)]);
  return checked(file, text, roots[0]!);
}

function checked(file: string, text: string, root: Located): FaultOptions {
  const result = checkFaultsDocument(plainValue(root, (value) => value));
  if (result.kind === 'valid') return result.faults;
  const problems = result.problems.map(({ path, mark, message, help }): Problem => {
    const shown = mark === 'key' && message.startsWith('unknown') ? path.slice(0, -1) : path;
    const at = locate(root, path, mark);
    return { severity: 'error', reason: 'schema', path: shown, message, ...(help === undefined ? {} : { help }), at };
  });
  throw invalid(file, text, problems);
}

async function textOf(file: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (thrown) {
    throw invalid(file, '', [whole(`cannot be read: ${toError(thrown).message}`)]);
  }
  const decoded = decodeManifest(bytes, file);
  if (decoded.error !== undefined) throw new ManifestsInvalid([decoded.error]);
  return decoded.text;
}

function whole(message: string): Problem {
  return { severity: 'error', reason: 'unreadable', path: [], message: `the file ${message}`, at: undefined };
}

function invalid(file: string, text: string, problems: readonly Problem[]): ManifestsInvalid {
  const source = new SourceText(text);
  const errors: readonly ManifestError[] = problems.map((problem) => framed(problem, file, source, []));
  return new ManifestsInvalid(errors.toSorted((a, b) => a.line - b.line || a.column - b.column));
}
