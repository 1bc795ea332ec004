/* The worker's decisions: what is its own, and what it must never touch. */
import { describe, expect, it } from "vitest";
import { cacheOf, isAway, isOurs, outdated, wayOf, type Shell } from "../src/offline/decisions";

const HERE = "https://shoal.test";
const shell: Shell = { version: "b2", entry: "/assets/index-new.js", files: ["/assets/index-new.js", "/assets/quill-1.js", "/logo.svg"] };
const way = (path: string, mode = "navigate", method = "GET", origin = HERE) => wayOf({ method, url: origin + path, mode }, HERE, shell);

describe("the worker", () => {
  it.each(["/", "/?show=mine", "/d/notes", "/p/x", "/sign-in?to=%2F", "/search", "/somewhere"])("opens %s with the kept page while the server is away", (path) => {
    expect(way(path)).toBe("page");
  });

  it.each(["/v1/session", "/v1/session/callback?code=x", "/v1", "/api", "/api/openapi.json", "/health/live", "/assets/index-new.js", "/logo.svg", "/sw.js"])(
    "leaves it to the browser to go to %s",
    (path) => expect(way(path)).toBe("pass"),
  );

  it.each(["/v1/documents", "/v1/ws", "/v1/session", "/", "/d/notes", "/sw.js", "/api/openapi.json"])("never answers what a page asks of %s", (path) => {
    expect(way(path, "cors")).toBe("pass");
  });

  it("takes its build's assets from what is kept, and files without a hash only while the server is away", () => {
    expect(way("/assets/quill-1.js", "no-cors")).toBe("asset");
    expect(way("/logo.svg", "no-cors")).toBe("file");
  });

  it("lets assets of other builds and the API's viewer through", () => {
    expect(way("/assets/index-old.js", "cors")).toBe("pass");
    expect(way("/assets/api-1.js", "cors")).toBe("pass");
  });

  it("touches no other origin and nothing that is sent", () => {
    expect(way("/", "navigate", "GET", "https://elsewhere.test")).toBe("pass");
    expect(way("/", "navigate", "POST")).toBe("pass");
    expect(way("/assets/quill-1.js", "cors", "HEAD")).toBe("pass");
  });

  it("knows the page of its own build from another's", () => {
    expect(isOurs('<script type="module" src="/assets/index-new.js"></script>', shell)).toBe(true);
    expect(isOurs('<script type="module" src="/assets/index-old.js"></script>', shell)).toBe(false);
  });

  it("takes a proxy's word for a server that is away, and a server's own for an answer", () => {
    expect([200, 304, 404, 500, 501, 502, 503, 504].filter(isAway)).toEqual([502, 503, 504]);
  });

  it("deletes the caches of other builds, and nobody else's", () => {
    expect(outdated(["shoal-shell-a1", cacheOf(shell), "somebody-else", "shoal-shell-c3"], shell)).toEqual(["shoal-shell-a1", "shoal-shell-c3"]);
  });
});
