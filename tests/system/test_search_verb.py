"""`shoal search` against a running instance."""

from __future__ import annotations

import asyncio
import json
import time

from tests.system.people import insert, joined, make_project
from tests.system.shoal import ShoalProcess


def found(shoal: ShoalProcess, *arguments: str) -> list[str]:
    done = shoal.command("search", *arguments)
    assert done.returncode == 0, done.stderr
    return [json.loads(line)["document"]["name"] for line in done.stdout.splitlines()]


async def write(shoal: ShoalProcess, name: str, text: str) -> None:
    async with joined(shoal, name, "ada") as ada:
        await ada.type(insert(0, text))


def test_what_was_typed_is_found_by_project_and_filter(shoal: ShoalProcess) -> None:
    for n in (1, 2):
        make_project(shoal, f"p{n}")
        project = ("--project", f"projects/p{n}")
        made = shoal.command("create", "--title", f"Verb {n}", "--type", "plain_text", "--id", f"search-{n}", *project)
        assert made.returncode == 0, made.stderr
        asyncio.run(write(shoal, f"documents/search-{n}", "The heliotrope blooms."))
    both, deadline = ["documents/search-1", "documents/search-2"], time.monotonic() + 10
    while sorted(found(shoal, "heliotrope")) != both:
        assert time.monotonic() < deadline
    assert found(shoal, "heliotro", "--project", "p2") == ["documents/search-2"]
    first = ["--project", "projects/p1", "--filter", 'title : "verb"']
    assert found(shoal, "heliotrope", *first) == ["documents/search-1"]
    assert len(found(shoal, "heliotrope", "--limit", "1")) == 1
    [line] = shoal.command("search", "heliotrope", "--json", "--limit", "1").stdout.splitlines()
    assert {"text": "heliotrope", "match": True} in json.loads(line)["snippets"][0]


def test_a_query_for_nothing_is_told(shoal: ShoalProcess) -> None:
    done = shoal.command("search", " ")
    assert (done.returncode, done.stdout) == (1, "")
    assert "query: must not be empty" in done.stderr
    assert "filter:" in shoal.command("search", "x", "--filter", "nonsense").stderr
