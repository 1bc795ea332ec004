"""A plain `fetch` in a real Chromium, from a page of the edge: REST as anybody writes it, and streams as they come.

No client of ours is used: fetch, ReadableStream and EventSource are the browser's own, and so is the sign-in cookie.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Page

from tests.system.chromium import chromium
from tests.system.shoal import ShoalProcess

pytestmark = pytest.mark.slow

CALL = """async ([method, path, body]) => {
  const headers = body === null ? {} : { "Content-Type": "application/json" };
  const answer = await fetch(path, { method, headers, body: body === null ? undefined : JSON.stringify(body) });
  return { status: answer.status, type: answer.headers.get("Content-Type"), json: await answer.json() };
}"""
FOLLOW_LINES = """async ([path, make]) => {
  const stop = new AbortController();
  const answer = await fetch(path, { signal: stop.signal });
  const lines = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  const seen = [];
  let rest = "";
  let made = false;
  for (;;) {
    const { value, done } = await lines.read();
    if (done) throw new Error("the stream ended: " + JSON.stringify(seen));
    const parts = (rest + value).split("\\n");
    rest = parts.pop();
    seen.push(...parts.filter((line) => line).map((line) => JSON.parse(line)));
    if (!made && seen.some((each) => each.result?.caughtUp)) {
      made = true;
      await fetch("/v1/documents", { method: "POST", headers: { "Content-Type": "application/json" }, body: make });
    }
    if (seen.some((each) => each.result?.documents?.some((document) => document.title === "second"))) break;
  }
  stop.abort();
  return { status: answer.status, type: answer.headers.get("Content-Type"), seen };
}"""
FOLLOW_EVENTS = """([path, make]) => new Promise((resolve, reject) => {
  const seen = [];
  const source = new EventSource(path);
  source.onmessage = (event) => {
    const told = JSON.parse(event.data);
    seen.push(told);
    if (told.caughtUp) {
      fetch("/v1/documents", { method: "POST", headers: { "Content-Type": "application/json" }, body: make });
    }
    if (told.documents?.some((document) => document.title === "second")) {
      source.close();
      resolve({ seen });
    }
  };
  source.onerror = () => {
    source.close();
    reject(new Error("the events ended: " + JSON.stringify(seen)));
  };
})"""
EVENTS_REFUSED = """async (path) => {
  const answer = await fetch(path, { headers: { Accept: "text/event-stream" } });
  return { status: answer.status, json: await answer.json() };
}"""


@pytest.fixture
async def page(shoal: ShoalProcess) -> AsyncIterator[Page]:
    """A page of the edge, on which somebody is signed in."""
    async with chromium() as browser:
        page = await browser.new_page()
        await page.goto(shoal.url)
        await page.get_by_test_id("sign-in-name").fill("Fetcher")
        await page.get_by_test_id("sign-in-submit").click()
        await page.get_by_test_id("new-document").wait_for()
        yield page


async def call(page: Page, method: str, path: str, body: Any = None) -> Any:
    """Status, content type and JSON of an answer."""
    return await page.evaluate(CALL, [method, path, body])


async def test_a_page_makes_reads_lists_changes_and_deletes(page: Page) -> None:
    wanted = {"title": "Fetched", "labels": {"by": "fetch"}}
    source = {"format": "CONTENT_FORMAT_TEXT", "text": "Hi"}
    created = await call(page, "POST", "/v1/documents", {"document": wanted, "source": source})
    assert (created["status"], created["type"].split(";")[0]) == (200, "application/json")
    document = created["json"]["document"]
    path = f"/v1/{document['name']}"
    assert (document["title"], document["headRevision"]) == ("Fetched", "1")

    got = await call(page, "GET", path)
    assert (got["status"], got["json"]["document"]) == (200, document)

    listed = await call(page, "GET", '/v1/documents?pageSize=5&filter=labels.by%20%3D%20"fetch"')
    assert [each["name"] for each in listed["json"]["documents"]] == [document["name"]]

    changed = await call(page, "PATCH", f"{path}?updateMask=title", {"title": "Renamed", "etag": document["etag"]})
    assert (changed["status"], changed["json"]["document"]["title"]) == (200, "Renamed")
    assert changed["json"]["document"]["labels"] == {"by": "fetch"}
    late = await call(page, "PATCH", f"{path}?updateMask=title", {"title": "Late", "etag": document["etag"]})
    assert (late["status"], reason_of(late)) == (409, "ERROR_REASON_ETAG_MISMATCH")

    deleted = await call(page, "DELETE", path)
    assert deleted["status"] == 200
    assert deleted["json"]["document"]["deleteTime"]
    again = await call(page, "GET", '/v1/documents?filter=labels.by%20%3D%20"fetch"')
    assert again["json"]["documents"] == []


async def test_a_fetch_is_told_what_is_wrong(page: Page) -> None:
    missing = await call(page, "GET", "/v1/documents/none")
    assert (missing["status"], missing["json"]["code"]) == (404, 5)
    assert reason_of(missing) == "ERROR_REASON_DOCUMENT_NOT_FOUND"
    wrong = await call(page, "POST", "/v1/documents", {"document": {"title": "x" * 201}})
    assert (wrong["status"], reason_of(wrong)) == (400, "ERROR_REASON_INVALID_FIELD")
    (bad,) = [each for each in wrong["json"]["details"] if each["@type"].endswith("google.rpc.BadRequest")]
    assert [each["field"] for each in bad["fieldViolations"]] == ["document.title"]
    refused = await page.evaluate(EVENTS_REFUSED, "/v1/documents:watch?filter=nonsense")
    assert (refused["status"], reason_of(refused)) == (400, "ERROR_REASON_INVALID_FIELD")


async def test_a_page_follows_documents_line_by_line(page: Page) -> None:
    await call(page, "POST", "/v1/documents", making("lines", "first"))
    followed = await page.evaluate(FOLLOW_LINES, [watching("lines"), json.dumps(making("lines", "second"))])
    assert (followed["status"], followed["type"].split(";")[0]) == (200, "application/json")
    results = [each["result"] for each in followed["seen"]]
    assert titles(results) == ["first", "second"]


async def test_a_page_follows_documents_event_by_event(page: Page) -> None:
    await call(page, "POST", "/v1/documents", making("events", "first"))
    followed = await page.evaluate(FOLLOW_EVENTS, [watching("events"), json.dumps(making("events", "second"))])
    assert titles(followed["seen"]) == ["first", "second"]


def making(label: str, title: str) -> dict[str, Any]:
    return {"document": {"title": title, "labels": {"followed": label}}}


def watching(label: str) -> str:
    return f'/v1/documents:watch?filter=labels.followed%20%3D%20"{label}"'


def titles(results: list[dict[str, Any]]) -> list[str]:
    """The titles of the documents that were told of, each once, in order."""
    return list(dict.fromkeys(each["title"] for result in results for each in result.get("documents", [])))


def reason_of(answer: dict[str, Any]) -> str:
    infos = [each for each in answer["json"]["details"] if each["@type"].endswith("google.rpc.ErrorInfo")]
    assert infos[0]["domain"] == "shoal.dev"
    return str(infos[0]["reason"])
