/* The REST client over a fake network: what it asks, what it makes of answers, when it tries again. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  compareOperations, createDocument, createFolder, deleteDocument, getDocument, importHistory, listDocuments, listVersions, pages, Rest,
  RestError, undeleteDocument, updateDocument, watchDocument, type Code, type Document, type RestOptions,
} from "../src/rest";
import { because, detail, FakeFetch } from "./fake-fetch";

const URL_ = "https://shoal.example";
const DOCUMENT = { document: { name: "documents/x", title: "X", headRevision: "9007199254740993" } };
const server = () => new FakeFetch();
const client = (fake: FakeFetch, options: RestOptions = {}) => new Rest({ url: URL_, token: async () => "jwt", fetch: fake.fetch, ...options });
const failure = async (call: Promise<unknown>): Promise<RestError> => {
  const error = await call.then(() => expect.fail("the call succeeded"), (thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RestError);
  return error as RestError;
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a request", () => {
  it("has its resource name in the path and the rest in the query", async () => {
    const fake = server().json(DOCUMENT).json({ causality: "CAUSALITY_BEFORE" });
    const rest = client(fake);
    const { document } = await getDocument(rest, { name: "documents/x" });
    expect(document.headRevision).toBe("9007199254740993");
    expect(fake.last.url.href).toBe(`${URL_}/v1/documents/x`);
    expect(fake.last.body).toBeUndefined();
    await compareOperations(rest, { document: "documents/x", revision: "1", otherRevision: "2", includeClocks: true });
    expect(fake.last.url.href).toBe(`${URL_}/v1/documents/x:compareOperations?revision=1&otherRevision=2&includeClocks=true`);
  });

  it("has a body without what the path has", async () => {
    const fake = server().json(DOCUMENT).json(DOCUMENT);
    await updateDocument(client(fake), { document: { name: "documents/x", title: "New", folder: undefined }, updateMask: "title" });
    expect([fake.last.method, fake.last.url.pathname, fake.last.url.search]).toEqual(["PATCH", "/v1/documents/x", "?updateMask=title"]);
    expect(fake.last.body).toEqual({ title: "New" });
    await undeleteDocument(client(fake), { name: "documents/x" });
    expect([fake.last.url.pathname, fake.last.body]).toEqual(["/v1/documents/x:undelete", {}]);
  });

  it("says lists by repeating the name, and text as it is", async () => {
    const fake = server().json({ versions: [] }).json({ documents: [], nextPageToken: "" });
    await listVersions(client(fake), { document: "documents/x", kinds: ["VERSION_KIND_NAMED", "VERSION_KIND_AUTOMATIC"] });
    expect(fake.last.url.searchParams.getAll("kinds")).toEqual(["VERSION_KIND_NAMED", "VERSION_KIND_AUTOMATIC"]);
    await listDocuments(client(fake), { filter: 'title : "a&b = ü"' });
    expect(fake.last.url.searchParams.get("filter")).toBe('title : "a&b = ü"');
  });

  it("takes the path that its resource fits", async () => {
    const fake = server().json({ folder: {} }).json({ folder: {} });
    await createFolder(client(fake), { parent: "projects/p", folder: { title: "F" } });
    expect(fake.last.url.pathname).toBe("/v1/projects/p/folders");
    await createFolder(client(fake), { parent: "projects/p/folders/f", folder: { title: "F" } });
    expect(fake.last.url.pathname).toBe("/v1/projects/p/folders/f/folders");
    expect(fake.last.body).toEqual({ folder: { title: "F" } });
  });

  it("encodes what a path cannot hold", async () => {
    const fake = server().json(DOCUMENT);
    await getDocument(client(fake), { name: "documents/a?b#c:purge" });
    expect(fake.last.url.href).toBe(`${URL_}/v1/documents/a%3Fb%23c%3Apurge`);
  });

  it.each(["documents/..", "documents/.", "documents/", "documents/a/b", "x", ""])("to %j is refused before it is sent", async (name) => {
    const error = await failure(deleteDocument(client(server()), { name }));
    expect([error.code, error.reason, error.violations[0]?.field]).toEqual(["INVALID_ARGUMENT", "ERROR_REASON_INVALID_FIELD", "name"]);
  });

  it("has an id that its error tells", async () => {
    const fake = server().refuse(404, 5, "no such document", [because("ERROR_REASON_DOCUMENT_NOT_FOUND")]);
    const error = await failure(getDocument(client(fake), { name: "documents/x" }));
    expect(error.requestId).toMatch(/^[0-9a-f]{32}$/);
    expect(error.requestId).toBe(fake.last.headers.get("X-Request-Id"));
  });

  it("of many messages is one body of lines", async () => {
    const fake = server().json(DOCUMENT);
    const { document } = await importHistory(client(fake), [{ documentId: "x" }, { chunk: "e30K" }]);
    expect(document.name).toBe("documents/x");
    expect(fake.last.body).toEqual([{ documentId: "x" }, { chunk: "e30K" }]);
  });
});

describe("who calls", () => {
  it("is the token's user, and no cookie goes along", async () => {
    const fake = server().json(DOCUMENT);
    await getDocument(client(fake), { name: "documents/x" });
    expect(fake.last.headers.get("Authorization")).toBe("Bearer jwt");
    expect(fake.last.credentials).toBe("omit");
  });

  it("is who signed in, where no token is given", async () => {
    const fake = server().json(DOCUMENT);
    await getDocument(new Rest({ url: URL_, fetch: fake.fetch }), { name: "documents/x" });
    expect(fake.last.headers.has("Authorization")).toBe(false);
    expect(fake.last.credentials).toBe("same-origin");
  });

  it("is asked again once when a token is refused, and the call is made again whatever it is", async () => {
    const fake = server().refuse(401, 16, "expired").json(DOCUMENT).json(DOCUMENT);
    const asked: boolean[] = [];
    const rest = client(fake, { token: async (renew) => (asked.push(renew), renew ? "new" : "old") });
    await createDocument(rest, { document: { title: "X" } });
    await getDocument(rest, { name: "documents/x" });
    expect(asked).toEqual([false, true]);
    expect(fake.asked.map(({ headers }) => headers.get("Authorization"))).toEqual(["Bearer old", "Bearer new", "Bearer new"]);
  });

  it("is told when the new token is refused too", async () => {
    const fake = server().refuse(401, 16, "expired").refuse(401, 16, "expired", [because("ERROR_REASON_TOKEN_EXPIRED")]);
    const error = await failure(getDocument(client(fake), { name: "documents/x" }));
    expect([error.code, error.status, error.reason]).toEqual(["UNAUTHENTICATED", 401, "ERROR_REASON_TOKEN_EXPIRED"]);
  });

  it("is asked once for all calls that were refused at once", async () => {
    const fake = server();
    for (const _ of [1, 2, 3]) fake.refuse(401, 16, "expired");
    for (const _ of [1, 2, 3]) fake.json(DOCUMENT);
    let renewed = 0;
    const rest = client(fake, { token: async (renew) => (renew ? `new ${(renewed += 1)}` : "old") });
    await Promise.all([1, 2, 3].map(() => getDocument(rest, { name: "documents/x" })));
    expect(renewed).toBe(1);
  });

  it("may be nobody for now: the callback's own error comes through, and it is asked again", async () => {
    const fake = server().json(DOCUMENT);
    let times = 0;
    const rest = client(fake, { token: async () => { if ((times += 1) === 1) throw new Error("signed out"); return "jwt"; } });
    await expect(getDocument(rest, { name: "documents/x" })).rejects.toThrow("signed out");
    await getDocument(rest, { name: "documents/x" });
    expect(fake.asked).toHaveLength(1);
  });
});

describe("a refusal", () => {
  it("tells its code, its reason, its facts and every violation", async () => {
    const fake = server().refuse(400, 3, "document.title: too long (and 1 more)", [
      because("ERROR_REASON_INVALID_FIELD", { field: "document.title" }),
      detail("BadRequest", { fieldViolations: [
        { field: "document.title", description: "too long", reason: "", localizedMessage: null },
        { field: "document_id", description: "is no id" },
      ] }),
      detail("RequestInfo", { requestId: "r-1", servingData: "" }),
    ]);
    const error = await failure(createDocument(client(fake), { document: { title: "t" } }));
    expect(error.violations).toEqual([
      { field: "document.title", description: "too long" },
      { field: "document_id", description: "is no id" },
    ]);
    expect(error).toMatchObject({ name: "RestError", code: "INVALID_ARGUMENT", status: 400, reason: "ERROR_REASON_INVALID_FIELD", requestId: "r-1" });
    expect(error.metadata).toEqual({ field: "document.title" });
    expect(error.message).toBe("document.title: too long (and 1 more)");
  });

  it.each([[502, "UNAVAILABLE"], [504, "DEADLINE_EXCEEDED"], [413, "RESOURCE_EXHAUSTED"], [418, "UNKNOWN"]])("of %i by a proxy is %s", async (status, code) => {
    const fake = server().with(() => new Response("<html>", { status }));
    const error = await failure(getDocument(client(fake, { retries: 0 }), { name: "documents/x" }));
    expect([error.code, error.status, error.reason]).toEqual([code, status, ""]);
  });

  it("is what an answer is that lacks what it is about, or is no JSON", async () => {
    const fake = server().json({ document: null }).with(() => new Response("<html>welcome to the hotel"));
    expect((await failure(getDocument(client(fake), { name: "documents/x" }))).message).toBe("the answer has no document");
    expect((await failure(getDocument(client(fake), { name: "documents/x" }))).code).toBe("INTERNAL");
  });
});

describe("a call that may be repeated", () => {
  /** Lets timers run until the promise is settled, and tells how long that took. */
  const timed = async (call: Promise<unknown>): Promise<number> => {
    const begun = Date.now();
    const settled = vi.fn();
    call.then(settled, settled);
    while (!settled.mock.calls.length) await vi.advanceTimersToNextTimerAsync();
    return Date.now() - begun;
  };

  it("waits as long as it was told, to the millisecond, and a little longer", async () => {
    const busy = [because("ERROR_REASON_TOO_MANY_CALLS"), detail("RetryInfo", { retryDelay: "2.500s" })];
    const fake = server().refuse(429, 8, "too many", busy, { "Retry-After": "3" }).json(DOCUMENT);
    const call = getDocument(client(fake), { name: "documents/x" });
    const took = await timed(call);
    await call;
    expect(took).toBeGreaterThanOrEqual(2500);
    expect(took).toBeLessThanOrEqual(2750);
  });

  it("is made again when the server is away, a few times", async () => {
    const fake = server().unplugged().unplugged().unplugged().unplugged();
    const call = failure(getDocument(client(fake), { name: "documents/x" }));
    await timed(call);
    const error = await call;
    expect(fake.asked).toHaveLength(4);
    expect([error.code, error.status, (error.cause as Error).message]).toEqual(["UNAVAILABLE", 0, "Failed to fetch"]);
    expect(new Set(fake.asked.map(({ headers }) => headers.get("X-Request-Id"))).size).toBe(1);
  });

  it("is not, when it would be told the same again, or much later", async () => {
    const later = detail("RetryInfo", { retryDelay: "60s" });
    const fake = server().refuse(404, 5, "no").refuse(429, 8, "too large").refuse(429, 8, "later", [later]);
    for (const code of ["NOT_FOUND", "RESOURCE_EXHAUSTED", "RESOURCE_EXHAUSTED"]) {
      expect((await failure(getDocument(client(fake), { name: "documents/x" }))).code).toBe(code);
    }
    expect(fake.asked).toHaveLength(3);
  });

  it("is not one that creates: nobody knows what became of it", async () => {
    const fake = server().unplugged();
    expect((await failure(createDocument(client(fake), { document: { title: "X" } }))).code).toBe("UNAVAILABLE");
    expect(fake.asked).toHaveLength(1);
  });

  it("is one that deletes", async () => {
    const fake = server().unplugged().json(DOCUMENT);
    const call = deleteDocument(client(fake), { name: "documents/x" });
    await timed(call);
    expect((await call).document.name).toBe("documents/x");
  });
});

describe("a call's end", () => {
  it("is its time", async () => {
    vi.useRealTimers();
    const error = await failure(getDocument(client(server().silent()), { name: "documents/x" }, { timeoutMs: 5 }));
    expect([error.code, error.status]).toEqual(["DEADLINE_EXCEEDED", 0]);
  });

  it("is its time, also while the token is awaited", async () => {
    vi.useRealTimers();
    const rest = client(server(), { token: () => new Promise(() => undefined), timeoutMs: 5 });
    expect((await failure(getDocument(rest, { name: "documents/x" }))).code).toBe("DEADLINE_EXCEEDED");
  });

  it("is the caller's signal, with the caller's reason, also between two attempts", async () => {
    for (const fake of [server().silent(), server().refuse(503, 14, "away", [detail("RetryInfo", { retryDelay: "5s" })])]) {
      const [stop, reason] = [new AbortController(), new Error("left the page")];
      const call = getDocument(client(fake), { name: "documents/x" }, { signal: stop.signal });
      const told = expect(call).rejects.toBe(reason);
      await vi.advanceTimersByTimeAsync(1000);
      stop.abort(reason);
      await told;
    }
  });
});

describe("a stream", () => {
  const line = (revision: number) => `${JSON.stringify({ result: { operations: [{ revision: String(revision) }] } })}\n`;
  const revisions = async (fake: FakeFetch): Promise<string[]> => {
    const found: string[] = [];
    for await (const { operations } of watchDocument(client(fake), { name: "documents/x", afterRevision: "0" })) found.push(...operations.map((each) => each.revision));
    return found;
  };

  it("is read as it comes, wherever the network cuts it", async () => {
    const bytes = new TextEncoder().encode(`${line(1)}${line(2)}{"result":{"operations":[{"revision":"ü€😀"}]}}`);
    for (const size of [1, 2, 3, 7, 64, bytes.length]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.slice(index * size, (index + 1) * size));
      expect(await revisions(server().pieces(pieces))).toEqual(["1", "2", "ü€😀"]);
    }
  });

  it("asks with its request, and ends when it ends", async () => {
    const fake = server().pieces([]);
    expect(await revisions(fake)).toEqual([]);
    expect(fake.last.url.href).toBe(`${URL_}/v1/documents/x:watch?afterRevision=0`);
  });

  it("that fails midway throws what the last line says, after what came before", async () => {
    const fake = server().pieces([line(1), `{"error":{"code":7,"message":"no more","details":[${JSON.stringify(because("ERROR_REASON_PERMISSION_DENIED"))}]}}\n`]);
    const stream = watchDocument(client(fake), { name: "documents/x" });
    expect((await stream.next()).value?.operations).toHaveLength(1);
    const error = await failure(stream.next());
    expect([error.code, error.reason, error.status]).toEqual(["PERMISSION_DENIED", "ERROR_REASON_PERMISSION_DENIED", 0]);
  });

  it("that breaks off is told from one that ended", async () => {
    for (const fake of [server().pieces([line(1)], { cut: true }), server().pieces([line(1), '{"result":{"oper'])]) {
      expect((await failure(revisions(fake))).code).toBe("UNAVAILABLE");
    }
  });

  it("that is refused at the door throws with its status", async () => {
    const status = { code: 5, message: "no such document", details: [because("ERROR_REASON_DOCUMENT_NOT_FOUND")] };
    const fake = server().with(() => new Response(`${JSON.stringify({ error: status })}\n`, { status: 404 }));
    const error = await failure(revisions(fake));
    expect([error.code, error.status, error.reason]).toEqual(["NOT_FOUND", 404, "ERROR_REASON_DOCUMENT_NOT_FOUND"]);
  });

  it("that nobody reads any more is let go", async () => {
    const left = vi.fn();
    for await (const _ of watchDocument(client(server().pieces([line(1), line(2)], { left })), { name: "documents/x" })) break;
    expect(left).toHaveBeenCalledOnce();
  });

  it("ends with the caller's signal", async () => {
    const [stop, reason] = [new AbortController(), new Error("left the page")];
    const stream = watchDocument(client(server().silent()), { name: "documents/x" }, { signal: stop.signal });
    const told = expect(stream.next()).rejects.toBe(reason);
    await vi.advanceTimersByTimeAsync(0);
    stop.abort(reason);
    await told;
  });
});

describe("pages", () => {
  it("come one after the other, each when it is wanted", async () => {
    const page = (name: string, nextPageToken: string) => ({ documents: [{ name }], nextPageToken });
    const fake = server().json(page("documents/a", "t1")).json(page("documents/b", "t2")).json(page("documents/c", ""));
    const names: string[] = [];
    for await (const { documents } of pages(client(fake), listDocuments, { filter: "f", pageSize: 1 })) {
      names.push(...documents.map(({ name }) => name));
      expect(fake.asked).toHaveLength(names.length);
    }
    expect(names).toEqual(["documents/a", "documents/b", "documents/c"]);
    expect(fake.asked.map(({ url }) => url.searchParams.get("pageToken"))).toEqual([null, "t1", "t2"]);
    expect(fake.asked.every(({ url }) => url.searchParams.get("filter") === "f")).toBe(true);
  });
});

/** Nothing of this runs: the compiler is the test. */
export async function types(rest: Rest): Promise<Code> {
  const { document }: { document: Document } = await getDocument(rest, { name: "documents/x" });
  // @ts-expect-error -- there is no such field
  void document.nothing;
  // @ts-expect-error -- a time may be missing
  void document.deleteTime.length;
  // @ts-expect-error -- a name is needed
  void getDocument(rest, {});
  // @ts-expect-error -- the server alone sets it
  void updateDocument(rest, { document: { name: "documents/x", headRevision: "1" } });
  // @ts-expect-error -- 64 bits do not fit a number
  void watchDocument(rest, { name: "documents/x", afterRevision: 1 });
  // @ts-expect-error -- an enum is one of its names
  void createDocument(rest, { document: { type: "PLAIN" } });
  // @ts-expect-error -- it is no list
  void pages(rest, getDocument, { name: "documents/x" });
  for await (const { operations } of watchDocument(rest, { name: document.name })) void operations[0]?.operation?.components[0]?.insert;
  return new RestError({ code: "ABORTED", message: "" }).code;
}
