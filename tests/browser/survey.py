"""A survey of tide pools: a project of four people with documents in it, for pictures of the page.

Owns the words. Nothing in it is about Shoal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cli.client import Session, Via, connect
from cli.instance import DataDirectory
from cli.target import Target
from tests.system.people import Person, delete, insert
from tests.system.shoal import ShoalProcess

NOTES = """\
# Tide-pool survey, north shore

Low water is at **06:42** on Saturday. We meet at the slipway at six and walk out together; nobody goes past the third \
ledge alone.

## What we count

Each pool is counted twice, by two people who do not talk to each other until both have written their number down.

1. Limpets, on the square metre that is marked with paint
2. Beadlet anemones, open and closed
3. Shore crabs, then every one goes back where it was

> The pool decides what is rare. Write down what you see, not what you expected.

## Before Saturday

- [x] Ask the harbour office about the gate
- [x] Charge the two lamps
- [ ] Print the count sheets on the paper that may get wet
- [ ] Bring last year's map of the [paint marks](https://example.org/marks)

## Last year's numbers

Pool 4 had 212 limpets and 31 anemones. Pool 7 was under sand and was not counted.
"""
OTHERS = (
    ("Count sheet, pool 4", "| limpets | anemones |\n| --- | --- |\n| 208 | 34 |\n", "counts"),
    ("Count sheet, pool 7", "Still under sand at the seaward end. 96 limpets on the part that is free.\n", "counts"),
    ("Who drives, who brings soup", "- Ada: the van, four seats\n- Bob: soup, enough for eight\n- Chidi: lamps\n", ""),
    (
        "Letter to the harbour office",
        "Dear harbour office,\n\nmay we have the key of the lower gate on Saturday?\n",
        "",
    ),
    ("What lives in pool 4", "A strawberry anemone, and the blenny that looks at everybody.\n", "counts"),
)


@dataclass(frozen=True)
class Survey:
    """`notes` is the document that everybody wrote in."""

    project: str
    notes: str


async def make_survey(shoal: ShoalProcess) -> Survey:
    """Make it, as Ada; Bob and Chidi write in her notes, and Dana may read."""
    project = _said(shoal, "project", "create", "Tide pools", "--as", "Ada", "--id", "tide-pools")
    for name, role in (("Bob", "editor"), ("Chidi", "editor"), ("Dana", "viewer")):
        # Whoever was here once is known by name.
        _said(shoal, "list", "--as", name)
        _said(shoal, "member", "add", project, f"users/{name.lower()}", "--role", role, "--as", "Ada")
    folder = _said(shoal, "folder", "create", project, "Counts", "--as", "Ada", "--id", "counts")
    for title, text, where in OTHERS:
        place = ("--project", project, *(("--folder", folder) if where else ()))
        _create(shoal, title, text, place, "Bob" if "soup" in title else "Ada")
    notes = _create(shoal, "Tide-pool survey, north shore", NOTES, ("--project", project), "Ada")
    await _write(shoal, notes, "Bob", "to each other until", 13, " or look at each other's sheets")
    await _write(shoal, notes, "Chidi", "closed", 6, ", and the snakelocks beside them")
    await _write(shoal, notes, "Bob", "was not counted.", 16, " The mark there has to be painted anew.")
    await _write(shoal, notes, "Chidi", "two lamps", 9, " and the spare one")
    await _write(shoal, notes, "Ada", "that may get wet", 16, ", thirty of them")
    return Survey(project, notes)


def _create(shoal: ShoalProcess, title: str, text: str, place: tuple[str, ...], who: str) -> str:
    file = shoal.data.parent / "source.md"
    file.write_text(text)
    return _said(shoal, "create", "--title", title, "--from", str(file), *place, "--as", who)


def _said(shoal: ShoalProcess, *arguments: str) -> str:
    done = shoal.command(*arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


async def _write(shoal: ShoalProcess, document: str, who: str, place: str, offset: int, text: str) -> None:
    """Somebody writes a text, a word at a time, `offset` characters after where `place` begins; a slip is mended."""
    token = DataDirectory(shoal.data).signer().sign(f"users/{who.lower()}", name=who, lifetime_s=3600)
    async with connect(Target(shoal.url, shoal.grpc, token), Via.GRPC) as connection:
        person = Person(await Session.open(connection, document, who), connection, who)
        content = "".join(each.insert for each in person.session.opened.content)
        at = content.index(place) + offset
        for word in re.findall(r"\s*\S+|\s+", text):
            await person.type(insert(at, word))
            at += len(word)
        await person.type(insert(at, "x"))
        await person.type(delete(at, 1))
