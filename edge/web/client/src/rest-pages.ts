/* Pages: all pages of a list, one after the other, each asked for when it is wanted. */
import type { CallOptions, Caller } from "@gen/rest/caller";

/** Any of the calls whose request has a `pageToken` and whose answer the next one. */
export type List<Request, Page> = (rest: Caller, request: Request, options?: CallOptions) => Promise<Page>;

/**
 * Yields page after page, from `request.pageToken` on.
 *
 *     for await (const { documents } of pages(rest, listDocuments, { filter })) show(documents);
 */
export async function* pages<Request extends { readonly pageToken?: string | undefined } | undefined, Page extends { readonly nextPageToken: string }>(
  rest: Caller,
  list: List<Request, Page>,
  request: NoInfer<NonNullable<Request>>,
  options?: CallOptions,
): AsyncGenerator<Page, void> {
  let page: Page | undefined;
  do {
    page = await list(rest, page ? { ...request, pageToken: page.nextPageToken } : request, options);
    yield page;
  } while (page.nextPageToken);
}
