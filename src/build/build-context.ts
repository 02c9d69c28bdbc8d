import type { Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { BuildRefused } from './build-refused.ts';
import { confine, errorCode, refuseNetworkContext } from './confine.ts';
import type { ContextEntry } from './context-entry.ts';
import { type IgnoreRules, readIgnoreFile } from './ignore-rules.ts';
import { type ContextLimits, walkContext } from './walk-context.ts';

export const DEFAULT_CONTEXT_LIMITS: ContextLimits = { maxBytes: 1024 ** 3, maxFiles: 100_000 };
const MAX_DOCKERFILE_BYTES = 1024 ** 2;
const MAX_IGNORE_FILE_BYTES = 256 * 1024;
const IGNORE_FILE = '.dockerignore';

/** What would be sent to an engine: a listing, not yet the contents. */
export interface BuildContext {
  /** Real path of the folder; for messages. Entries name their own sources. */
  readonly directory: string;
  /** The whole text. Kept apart from the entries: Docker reads it even where `.dockerignore` leaves it out. */
  readonly dockerfile: string;
  /** Sorted by path. */
  readonly entries: readonly ContextEntry[];
  /** Present when files of a template were laid under the folder's own. */
  readonly template?: { readonly name: string; readonly version: string };
}

export interface ContextPlace {
  /** As the manifest has it; relative to `base`. */
  readonly context: string;
  /** Relative to the context, as a manifest has it. */
  readonly dockerfile: string;
  /** Folder that `context` is relative to: the manifest's own. */
  readonly base: string;
  /** Nothing outside this folder is read. */
  readonly root: string;
  readonly limits?: ContextLimits;
  /** Used where the folder has none of its own: text of a Dockerfile, text of a `.dockerignore`. */
  readonly fallback?: { readonly dockerfile: string; readonly ignore: string };
}

/** Lists a build context as Docker would send it. Throws BuildRefused; reads nothing outside `place.root`. */
export async function readBuildContext(place: ContextPlace, signal: AbortSignal): Promise<BuildContext> {
  const directory = await contextDirectory(place);
  const dockerfile = (await readDockerfile(place, directory)) ?? place.fallback?.dockerfile;
  if (dockerfile === undefined) throw missingDockerfile(place);
  const ignore = await ignoreFile(place, directory);
  const entries = await walkContext(directory, ignore.rules, place.limits ?? DEFAULT_CONTEXT_LIMITS, signal);
  return { directory, dockerfile, entries: entries.filter((entry) => entry.path !== ignore.without) };
}

async function readDockerfile(place: ContextPlace, directory: string): Promise<string | undefined> {
  const path = await confine('Dockerfile', place.dockerfile, directory, place.root);
  return path === undefined ? undefined : await readSmall(path, place.dockerfile, MAX_DOCKERFILE_BYTES);
}

/** The real path of the context: a folder under the root. Throws BuildRefused. */
async function contextDirectory(place: ContextPlace): Promise<string> {
  refuseNetworkContext(place.context);
  const directory = await confine('build context', place.context, place.base, place.root);
  if (directory === undefined || !(await stat(directory)).isDirectory()) {
    throw new BuildRefused('missing-context', place.context, `build context ${place.context} is not a folder`);
  }
  return directory;
}

/** The `.dockerignore` in force, which must itself lie inside the root. */
async function ignoreFile(place: ContextPlace, directory: string): Promise<IgnoreFile> {
  const own = await readIgnore(place, directory, `${place.dockerfile}.dockerignore`);
  if (own !== undefined) {
    // The general file has lost. It does not travel: an engine that knows only that name would obey it.
    return { rules: own, without: IGNORE_FILE };
  }
  const general = await readIgnore(place, directory, IGNORE_FILE);
  return { rules: general ?? readIgnoreFile(place.fallback?.ignore ?? '', IGNORE_FILE), without: undefined };
}

interface IgnoreFile {
  readonly rules: IgnoreRules;
  readonly without: string | undefined;
}

async function readIgnore(place: ContextPlace, directory: string, name: string): Promise<IgnoreRules | undefined> {
  const found = await confine('ignore file', name, directory, place.root);
  const text = found && (await readSmall(found, name, MAX_IGNORE_FILE_BYTES));
  return text === undefined ? undefined : readIgnoreFile(text, name);
}

/** Text of a regular file, at most `maxBytes`. Undefined when it is not there. Throws BuildRefused. */
export async function readSmall(path: string, shown: string, maxBytes: number): Promise<string | undefined> {
  const stats = await stat(path).catch((thrown: unknown) => absent<Stats>(shown, thrown));
  if (stats === undefined) return undefined;
  // Looked at before it is opened: opening a named pipe would wait for a writer.
  if (!stats.isFile()) throw new BuildRefused('not-a-file', shown, `${shown} is not a regular file`);
  if (stats.size > maxBytes) {
    throw new BuildRefused('too-large', shown, `${shown} is larger than ${Math.floor(maxBytes / 1024)} KiB`);
  }
  const handle = await open(path).catch((thrown: unknown) => absent<FileHandle>(shown, thrown));
  if (handle === undefined) return undefined;
  try {
    const buffer = Buffer.alloc(maxBytes + 1);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    return buffer.toString('utf8', 0, Math.min(bytesRead, maxBytes));
  } finally {
    await handle.close();
  }
}

function absent<Value>(shown: string, thrown: unknown): Value | undefined {
  const code = errorCode(thrown);
  if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
  throw new BuildRefused('unreadable', shown, `${shown} cannot be read (${code})`, { cause: thrown });
}

function missingDockerfile(place: ContextPlace): BuildRefused {
  const advice = 'name it with build.dockerfile, or use build.template';
  return new BuildRefused(
    'missing-dockerfile',
    place.dockerfile,
    `${place.context} has no ${place.dockerfile}: ${advice}`,
  );
}
