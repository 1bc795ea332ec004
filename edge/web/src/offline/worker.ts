/* Worker: lets the app open while the server is away. Built to /sw.js.
 *
 * Owns one cache, that of its own build: it is whole, or there is none. Never touches /v1 and never keeps an answer that
 * it was not built with. What it decides is in `decisions.ts`.
 */
import { cacheOf, isAway, isOurs, outdated, PAGE, PATIENCE_MS, wayOf, type Shell } from "./decisions";

/** Put in by the build, which knows the names of its files. */
declare const __SHELL__: Shell;

/** What TypeScript's library of pages does not know of a worker. */
interface Lasting extends Event {
  waitUntil(done: Promise<unknown>): void;
}
interface Fetching extends Lasting {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
declare const self: {
  readonly location: Location;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (event: Lasting) => void): void;
  addEventListener(type: "fetch", listener: (event: Fetching) => void): void;
};

const shell = __SHELL__;

self.addEventListener("install", (event) => event.waitUntil(install().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(tidy().then(() => self.clients.claim())));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const way = wayOf(request, self.location.origin, shell);
  const path = way === "page" ? PAGE : new URL(request.url).pathname;
  if (way === "asset") event.respondWith(keptFirst(request, path));
  else if (way !== "pass") event.respondWith(serverFirst(request, path));
});

/** All of this build or nothing: where a server has another one by now it fails, and the worker before stays. */
async function install(): Promise<void> {
  const paths = [PAGE, ...shell.files];
  const answers = await Promise.all(paths.map(download));
  if (!isOurs((await answers[0]?.clone().text()) ?? "", shell)) throw new Error("the server has another build");
  const cache = await caches.open(cacheOf(shell));
  try {
    await Promise.all(answers.map((answer, at) => cache.put(paths[at] ?? PAGE, answer)));
  } catch (error) {
    await caches.delete(cacheOf(shell));
    throw error;
  }
}

async function download(path: string): Promise<Response> {
  // What has a hash in its name may come from the browser's own cache.
  const answer = await fetch(path, path.startsWith("/assets/") ? {} : { cache: "no-cache" });
  if (!answer.ok || answer.redirected) throw new Error(`${path}: ${answer.status}`);
  return answer;
}

async function tidy(): Promise<void> {
  await Promise.all(outdated(await caches.keys(), shell).map((name) => caches.delete(name)));
}

/** The server's answer; the kept one when the server is away, or takes too long. */
async function serverFirst(request: Request, path: string): Promise<Response> {
  const asked = fetch(request);
  const answer = await Promise.race([asked.catch(() => null), patience()]);
  if (answer && !isAway(answer.status)) return answer;
  return (await kept(path)) ?? answer ?? asked;
}

async function keptFirst(request: Request, path: string): Promise<Response> {
  return (await kept(path)) ?? fetch(request);
}

async function kept(path: string): Promise<Response | undefined> {
  return (await caches.open(cacheOf(shell))).match(path);
}

function patience(): Promise<null> {
  return new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, null));
}
