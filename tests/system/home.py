"""Windows of people at home: they sign in, make projects and documents, and see what others do."""

from __future__ import annotations

import json
from contextlib import AsyncExitStack
from typing import Any

from playwright.async_api import Browser, Locator, Page

from tests.system.shoal import ROOT

AXE = ROOT / "edge/web/node_modules/axe-core/axe.min.js"
EDITOR = ".ql-editor"
_CALL = """
async ([method, path, body]) => {
  const answer = await fetch(path, {
    method, headers: {"Content-Type": "application/json"}, body: body === null ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return JSON.parse(text);
}
"""
_SERIOUS = """
async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  return serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
}
"""


class Window:
    """One person's window."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    async def sign_in(self, name: str, path: str = "/") -> None:
        """Sign in and be at home, or at `path`."""
        await self.page.goto(self.url + path)
        await self.page.get_by_test_id("sign-in-name").fill(name)
        await self.page.get_by_test_id("sign-in-submit").click()
        await self.page.get_by_test_id("bell").wait_for()

    async def visit(self, path: str) -> None:
        """Open a page that stands beside the editor."""
        await self.page.goto(self.url + path)
        await self.page.get_by_test_id("bell").wait_for()

    async def call(self, method: str, path: str, body: object = None) -> Any:
        """Do as this person what the page could do, over REST."""
        return await self.page.evaluate(_CALL, [method, path, body])

    async def make_document(self, title: str, text: str = "", **facts: object) -> str:
        """Make a document without leaving the page; returns its name."""
        body = {"document": {"title": title, **facts}, "source": {"format": "CONTENT_FORMAT_TEXT", "text": text}}
        return str((await self.call("POST", "/v1/documents", body))["document"]["name"])

    async def make_project(self, title: str, **people: str) -> str:
        """Make a project in which these people have these roles; returns its name."""
        name = str((await self.call("POST", "/v1/projects", {"project": {"title": title}}))["project"]["name"])
        for person, role in people.items():
            await self.share(name, person, role)
        return name

    async def share(self, resource: str, person: str, role: str) -> None:
        """Give a role to somebody who signs in by a plain name."""
        grant = {"resource": resource, "principal": {"user": f"users/{person}"}, "role": f"ROLE_{role}"}
        await self.call("POST", "/v1/grants:set", grant)

    def row(self, title: str) -> Locator:
        """The line of a document in the list."""
        return self.page.get_by_test_id("document-list").get_by_test_id("document-row").filter(has_text=title)

    async def choose(self, row: Locator, item: str) -> None:
        """Choose from the menu of a line."""
        await row.get_by_role("button").first.click()
        await self.page.get_by_test_id(item).locator("visible=true").click()

    async def serious_issues(self) -> list[str]:
        """What axe-core finds that keeps somebody from using the page."""
        await self.page.evaluate(AXE.read_text())
        found: list[str] = json.loads(json.dumps(await self.page.evaluate(_SERIOUS)))
        return found


async def window(browser: Browser, url: str, stack: AsyncExitStack, **context: Any) -> Window:
    """A window of somebody of their own."""
    opened = await browser.new_context(**context)
    stack.push_async_callback(opened.close)
    return Window(await opened.new_page(), url)
