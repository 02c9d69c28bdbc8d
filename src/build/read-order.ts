import { type BuildContext, readBuildContext } from './build-context.ts';
import { hashContext } from './context-hash.ts';
import type { HashCache } from './hash-cache.ts';
import type { BuildOrder } from './image-builds.ts';
import { readTemplateContext, STRANDS_AGENT } from './template.ts';

/** What an order's folder holds now. */
export interface OrderedContent {
  readonly context: BuildContext;
  /** Equal for equal content and equal ways to build it. */
  readonly tag: string;
}

/** Looks into the folder of an order. Throws BuildRefused, ContextChanged. */
export type ReadOrder = (order: BuildOrder, signal: AbortSignal) => Promise<OrderedContent>;

export interface OrderReaderOptions {
  readonly cache: HashCache;
  /** Holds the files of the templates, a folder each. */
  readonly templatesFolder: string;
  /** Nothing outside is read; absent: nothing outside the order's own root. */
  readonly allowedRoot?: string;
}

/** Reads folders of this machine; an unchanged file costs a `stat`. */
export function orderReader({ cache, templatesFolder, allowedRoot }: OrderReaderOptions): ReadOrder {
  return async (order, signal) => {
    const root = allowedRoot ?? order.root;
    const place = { context: order.context, dockerfile: order.dockerfile, base: order.root, root };
    const context =
      order.template === undefined
        ? await readBuildContext(place, signal)
        : await readTemplateContext(place, STRANDS_AGENT, `${templatesFolder}/${order.template}`, signal);
    const { args, platform, target } = order;
    const input = { context, args, platform, ...(target === undefined ? {} : { target }) };
    const { hash } = await hashContext(input, cache, signal);
    return { context, tag: hash };
  };
}
