import type { AwsFault } from '../aws/errors.ts';

export interface PageRequest {
  readonly token: string | undefined;
  readonly size: number | undefined;
  readonly defaultSize: number;
  readonly maxSize: number;
  /** Where a list without a promised order begins, so that no two listings need be alike; 0 keeps the order. */
  readonly rotation: number;
  /** What to throw for a size that is none. */
  readonly refuse: (message: string) => AwsFault;
  /** What to throw for a token that is none; the same where nothing else is said. */
  readonly refuseToken?: (message: string) => AwsFault;
}
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | undefined;
}

/** One page. The token carries the rotation, so that the pages of one listing fit together. */
export function paginate<Item>(all: readonly Item[], request: PageRequest): Page<Item> {
  const size = request.size ?? request.defaultSize;
  if (!Number.isInteger(size) || size < 1 || size > request.maxSize) {
    throw request.refuse(`Page size must be between 1 and ${request.maxSize}.`);
  }
  const { offset, rotation } = parseToken(request);
  const turned = rotate(all, rotation);
  const end = offset + size;
  const next = end < turned.length ? Buffer.from(`${end}:${rotation}`).toString('base64') : undefined;
  return { items: turned.slice(offset, end), next };
}

/** The same items, beginning elsewhere. */
export function rotate<Item>(items: readonly Item[], by: number): readonly Item[] {
  const at = items.length === 0 ? 0 : by % items.length;
  return at === 0 ? items : [...items.slice(at), ...items.slice(0, at)];
}

function parseToken(request: PageRequest): { offset: number; rotation: number } {
  if (request.token === undefined) return { offset: 0, rotation: request.rotation };
  const match = /^(\d+):(\d+)$/.exec(Buffer.from(request.token, 'base64').toString('utf8'));
  if (match === null) throw (request.refuseToken ?? request.refuse)('Invalid token.');
  return { offset: Number(match[1]), rotation: Number(match[2]) };
}
