import { classify } from './classify.ts';
import { AwsFault } from './errors.ts';
import type { OperationName } from './operations.ts';

/** A paged call may answer with this many pages before it is held to be endless. */
const MAX_PAGES = 2000;

/**
 * Asks page after page until one carries no token.
 * Throws `AwsError` when a token comes twice or the pages do not end: half a list must never pass for the whole.
 */
export async function* pagesOf<Page>(
  operation: OperationName,
  ask: (token: string | undefined) => Promise<Page>,
  tokenOf: (page: Page) => string | undefined,
): AsyncGenerator<Page> {
  const seen = new Set<string>();
  let token: string | undefined;
  do {
    const page = await ask(token);
    yield page;
    token = tokenOf(page) || undefined;
    if (token === undefined) return;
    if (seen.has(token) || seen.size >= MAX_PAGES) {
      throw classify(operation, new AwsFault('EndlessPages', `the list did not end after ${seen.size + 1} pages`));
    }
    seen.add(token);
  } while (true);
}

/**
 * The items of an answer. Throws `AwsError` when the list is not there at all: an answer without its list (an empty
 * body, somebody else's 200) says nothing, and above all not "there are none". Empty places are left out.
 */
export function itemsOf<Item>(
  operation: OperationName,
  items: readonly Item[] | undefined,
): readonly NonNullable<Item>[] {
  if (!Array.isArray(items)) throw malformed(operation, 'the answer carries no list');
  return items.filter((item): item is NonNullable<Item> => item !== null && item !== undefined);
}

/** The member an answer must have. Throws `AwsError` (for a write: ambiguous) when it has not. */
export function memberOf<Member>(operation: OperationName, member: Member | undefined, name: string): Member {
  if (member === undefined || member === null) throw malformed(operation, `the answer carries no ${name}`);
  return member;
}

export function malformed(operation: OperationName, message: string): Error {
  return classify(operation, new AwsFault('MalformedAnswer', message));
}
