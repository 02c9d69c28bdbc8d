import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LoadedFile } from '../manifest/load.ts';
import { printable } from './file-names.ts';
import { type LoadBytes, MAX_FILE_BYTES } from './file-reader.ts';
import { type FileTree, NotAFile, plainReason, stampOf, systemCode } from './file-tree.ts';
import { fileError, ReadingFailed, Torn } from './read-failure.ts';
import { WALK_LIMITS, walk } from './walk.ts';

export interface ReadPathsOptions {
  readonly tree: FileTree;
  readonly load: LoadBytes;
  /** What `-` stands for. Absent: naming `-` is an error. */
  readonly stdin?: Uint8Array;
  readonly signal: AbortSignal;
}

/** How a file from standard input is named in errors. */
export const STDIN_NAME = 'stdin';

const ATTEMPTS = 3;

/**
 * Manifests of the files, directories (all that is in them) and `-` that a person named, each file once, in that order.
 * Whatever cannot be read is a file with one error of reason `unreadable`; only the abort of `signal` throws.
 */
export async function readPaths(paths: readonly string[], options: ReadPathsOptions): Promise<readonly LoadedFile[]> {
  const files: LoadedFile[] = [];
  const seen = new Set<string>();
  for (const path of new Set(paths)) {
    options.signal.throwIfAborted();
    if (path === '-') files.push(fromStdin(options));
    else await readPath(path, options, seen, files);
  }
  return files;
}

function fromStdin({ stdin, load }: ReadPathsOptions): LoadedFile {
  if (stdin === undefined) return unreadable(STDIN_NAME, 'nothing was given on standard input');
  if (stdin.length > MAX_FILE_BYTES) return unreadable(STDIN_NAME, `larger than ${MAX_FILE_BYTES} bytes`);
  return load(STDIN_NAME, stdin);
}

async function readPath(
  path: string,
  options: ReadPathsOptions,
  seen: Set<string>,
  files: LoadedFile[],
): Promise<void> {
  const shown = printable(path);
  try {
    const resolved = await options.tree.realpath(path);
    const { kind } = await options.tree.stat(resolved);
    if (kind === 'directory') await readDirectory({ path, resolved }, options, seen, files);
    else await readFile({ file: shown, path: resolved }, options, seen, files);
  } catch (thrown) {
    options.signal.throwIfAborted();
    files.push(unreadable(shown, reasonOf(thrown)));
  }
}

async function readDirectory(
  root: { readonly path: string; readonly resolved: string },
  options: ReadPathsOptions,
  seen: Set<string>,
  files: LoadedFile[],
): Promise<void> {
  const walked = await walk(options.tree, root.resolved, WALK_LIMITS, options.signal);
  if (walked.files.length + walked.withheld.length === 0) {
    files.push(unreadable(printable(root.path), 'holds no .yaml, .yml or .json file'));
  }
  for (const { file, error } of walked.withheld) {
    files.push(unreadable(nameWithin(root.path, file), error?.message ?? 'cannot be read'));
  }
  for (const { file, path } of walked.files) {
    options.signal.throwIfAborted();
    await readFile({ file: nameWithin(root.path, file), path }, options, seen, files);
  }
}

async function readFile(
  found: { readonly file: string; readonly path: string },
  options: ReadPathsOptions,
  seen: Set<string>,
  files: LoadedFile[],
): Promise<void> {
  if (seen.has(found.path)) return;
  seen.add(found.path);
  try {
    const bytes = await readWhole(found, options.tree);
    const tooLarge = bytes.length > MAX_FILE_BYTES;
    files.push(
      tooLarge ? unreadable(found.file, `larger than ${MAX_FILE_BYTES} bytes`) : options.load(found.file, bytes),
    );
  } catch (thrown) {
    files.push(unreadable(found.file, reasonOf(thrown)));
  }
  await nextTurn();
}

async function readWhole(found: { readonly file: string; readonly path: string }, tree: FileTree): Promise<Uint8Array> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const content = await tree.read(found.path, MAX_FILE_BYTES);
    if (stampOf(content.before) === stampOf(content.after)) return content.bytes;
  }
  throw new Torn('is being written to');
}

function reasonOf(thrown: unknown): string {
  if (systemCode(thrown) !== undefined) return plainReason(thrown);
  if (thrown instanceof NotAFile || thrown instanceof Torn || thrown instanceof ReadingFailed) return thrown.message;
  throw thrown;
}

function nameWithin(root: string, file: string): string {
  return root === '.' ? file : join(printable(root), file);
}

function unreadable(file: string, message: string): LoadedFile {
  return { file, manifests: [], errors: [fileError(file, message)], claims: [], opaque: true };
}
