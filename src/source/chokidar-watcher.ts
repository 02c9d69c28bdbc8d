import { basename } from 'node:path';
import { type FSWatcher, watch } from 'chokidar';
import { toError } from '../lib/errors.ts';
import { isHidden } from './file-names.ts';
import type { Root } from './root.ts';
import { WALK_LIMITS } from './walk.ts';
import type { WatchEvents, Watcher } from './watcher.ts';

/** Events of the operating system, by way of chokidar. */
export class ChokidarWatcher implements Watcher {
  async watch(root: Root, on: WatchEvents): Promise<AsyncDisposable> {
    const paths = root.link === undefined ? [root.resolved] : [root.resolved, root.link.path];
    const watcher = watch(paths, {
      ignoreInitial: true,
      // Links are watched as links: the swap of one is the event, and loops cannot happen.
      followSymlinks: false,
      ignorePermissionErrors: true,
      // Both would hold events back; when a file is at rest is for the reading to decide.
      atomic: false,
      awaitWriteFinish: false,
      depth: WALK_LIMITS.maxDepth,
      ignored: (path) => !paths.includes(path) && isHidden(basename(path)) && basename(path) !== '..data',
    });
    try {
      await ready(watcher, on);
    } catch (thrown) {
      await watcher.close();
      throw thrown;
    }
    return { [Symbol.asyncDispose]: () => watcher.close() };
  }
}

function ready(watcher: FSWatcher, on: WatchEvents): Promise<void> {
  return new Promise((resolve, reject) => {
    watcher.on('all', () => on.hint());
    watcher.on('ready', resolve);
    watcher.on('error', (thrown) => {
      const error = toError(thrown);
      // Until it is ready the promise tells; after that nobody listens to it any more.
      reject(error);
      on.fault(error);
    });
  });
}
