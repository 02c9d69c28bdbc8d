import type { BuildContext } from '../../../src/build/build-context.ts';
import { sha256 } from '../../../src/lib/hash.ts';

/** What lies in the folders that images are made of: one text stands for all files of a folder. */
export class Folders {
  readonly #contents = new Map<string, string>();

  /** Somebody saves the folder with this in it. */
  write(folder: string, content: string): void {
    this.#contents.set(folder, content);
  }

  /** The folder as the builds see it, and the name of its content. */
  read(folder: string): { readonly context: BuildContext; readonly tag: string } {
    const content = this.#contents.get(folder) ?? '';
    const context = { directory: folder, dockerfile: content, entries: [] };
    return { context, tag: tagOf(content) };
  }

  /** The name of what the folder holds now. */
  tagOf(folder: string): string {
    return this.read(folder).tag;
  }
}

function tagOf(content: string): string {
  return sha256(`content ${content}`);
}
