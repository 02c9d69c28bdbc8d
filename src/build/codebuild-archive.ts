import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { setImmediate } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { Zip, ZipDeflate } from 'fflate';
import { createTarPacker, type TarHeader, type TarPackController } from 'modern-tar';
import { toError } from '../lib/errors.ts';
import type { BuildContext } from './build-context.ts';
import { BuildRefused } from './build-refused.ts';
import type { ContextEntry } from './context-entry.ts';
import { readListed } from './read-listed.ts';

/** All of it is held in memory, and signed and sent in one piece. */
export const MAX_ARCHIVE_BYTES = 64 * 1024 ** 2;
/** Raise it when what is in the archive is laid out in another way: the commands of a build expect this one. */
export const ARCHIVE_VERSION = 'v1';
/** The first moment a ZIP file can name. It names moments in the time of the place, so it is made of such. */
const ZIP_EPOCH = new Date(1980, 0, 1);

/**
 * The ZIP file that CodeBuild fetches: `Dockerfile`, and `context.tar.gz`, a tar archive because what CodeBuild makes of
 * modes, links and names in a ZIP file is not documented. The same context gives the same bytes. Throws ContextChanged,
 * and BuildRefused when it is larger than `maxBytes`.
 */
export async function packContext(context: BuildContext, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  const archive: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error !== null) throw error;
    archive.push(chunk);
  });
  const dockerfile = entryOf(zip, 'Dockerfile');
  dockerfile.push(Buffer.from(context.dockerfile), true);
  const packed = entryOf(zip, 'context.tar.gz');
  let bytes = 0;
  await packInto(context, signal, (chunk) => {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw tooLarge(context, maxBytes);
    packed.push(chunk);
  });
  packed.push(new Uint8Array(0), true);
  zip.end();
  return Buffer.concat(archive);
}

/** Not compressed once more. */
function entryOf(zip: Zip, name: string): ZipDeflate {
  const entry = new ZipDeflate(name, { level: 0 });
  entry.mtime = ZIP_EPOCH;
  zip.add(entry);
  return entry;
}

/** Hands the chunks of the compressed tar archive to `take`. */
async function packInto(context: BuildContext, signal: AbortSignal, take: (chunk: Uint8Array) => void): Promise<void> {
  const { readable, controller } = createTarPacker();
  const writing = writeEntries(controller, context, signal).catch((thrown: unknown) =>
    controller.error(toError(thrown)),
  );
  // The types of Node's web streams and of the DOM's differ, the streams do not.
  const source = Readable.fromWeb(readable as unknown as ReadableStream<Uint8Array>);
  const sink = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of chunks) take(chunk);
  };
  try {
    await pipeline(source, createGzip(), sink, { signal });
  } catch (thrown) {
    // The pipeline has an error of its own for it.
    signal.throwIfAborted();
    throw thrown;
  } finally {
    await writing;
  }
}

async function writeEntries(tar: TarPackController, context: BuildContext, signal: AbortSignal): Promise<void> {
  for (const entry of context.entries) {
    await setImmediate();
    signal.throwIfAborted();
    await writeEntry(tar, entry, signal);
  }
  tar.finalize();
}

async function writeEntry(tar: TarPackController, entry: ContextEntry, signal: AbortSignal): Promise<void> {
  const body = tar.add(headerOf(entry)).getWriter();
  if (entry.kind === 'file') {
    let written: Promise<void> | undefined;
    const whole = (content: Uint8Array): void => {
      written = body.write(new Uint8Array(content));
    };
    // Copied: the reader uses its buffer again.
    await readListed(entry, { whole, chunk: (content) => body.write(new Uint8Array(content)) }, signal);
    await written;
  }
  await body.close();
}

/** Times, owners and all of the modes but "executable" are left out, as they are of the hash. */
function headerOf(entry: ContextEntry): TarHeader {
  const common = { mtime: new Date(0), uid: 0, gid: 0, size: 0 };
  switch (entry.kind) {
    case 'directory':
      return { ...common, name: `${entry.path}/`, type: 'directory', mode: 0o755 };
    case 'link':
      return { ...common, name: entry.path, type: 'symlink', linkname: entry.target, mode: 0o777 };
    case 'file':
      return { ...common, name: entry.path, size: entry.sizeBytes, mode: entry.executable ? 0o755 : 0o644 };
  }
}

function tooLarge({ directory }: BuildContext, maxBytes: number): BuildRefused {
  const most = `${Math.floor(maxBytes / 1024 ** 2)} MiB`;
  const message =
    `the build context is larger than ${most} when it is packed, the most that is sent to CodeBuild: ` +
    'leave out what the image does not need, with a .dockerignore';
  return new BuildRefused('too-large', directory, message);
}
