"""Laws of the mirror, on random stories: whatever both sides do, whenever the mirror runs, fails or is killed.

Everybody only adds lines, each a character that is once in the world, so that no two are alike in part. In the end no
line is lost, none is in a document twice, folder and project are the same, and another sync does nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli.mirroring.model import Kind
from cli.mirroring.port import Away
from tests.unit.cli.mirror_world import AWAY, Crash, World

PATHS = ("a.md", "b.txt", "in/c.md")


class Story:
    """A world in which lines are added."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder)
        self._numbers = itertools.count()
        self.lines: list[str] = []
        self.thrown_away: set[str] = set()

    def line(self) -> str:
        self.lines.append(chr(0x4E00 + next(self._numbers)))
        return self.lines[-1]

    def added(self, text: str, at: int) -> str:
        lines = text.splitlines()
        lines.insert(at % (len(lines) + 1), self.line())
        return "\n".join(lines) + "\n"

    # On disk

    def edit_file(self, path: str, at: int) -> None:
        there = self.world.read(path) if (self.world.path / path).exists() else ""
        self.world.write(path, self.added(there, at))

    def append_in_place(self, path: str, at: int) -> None:
        if (self.world.path / path).exists():
            with (self.world.path / path).open("a") as file:
                file.write(self.line() + "\n")

    def rename_file(self, path: str, at: int) -> None:
        to = self.world.path / PATHS[at % len(PATHS)]
        if (self.world.path / path).exists() and not to.exists():
            to.parent.mkdir(exist_ok=True)
            (self.world.path / path).rename(to)

    def delete_file(self, path: str, at: int) -> None:
        # A person may throw away only what they saw sent: what was never sent is lost with the file, by their own hand.
        document = self.world.server.by_path(path)
        file = self.world.path / path
        if file.exists() and document and set(file.read_text()) <= set(document.text):
            self.thrown_away |= set(file.read_text())
            file.unlink()

    # On the server

    def edit_document(self, path: str, at: int) -> None:
        if document := self.world.server.by_path(path):
            document.write(self.added(document.text, at))

    def edited(self, path: str, at: int) -> None:
        """Both sides edit one document before the mirror looks again."""
        self.edit_document(path, at)
        self.edit_file(path, at + 1)

    def add_document(self, path: str, at: int) -> None:
        if not self.world.server.by_path(path):
            kind = Kind.RICH if path.endswith("md") else Kind.PLAIN
            name = f"d{next(self._numbers)}"
            self.world.server.add(name, self.added("", at), label=path if at % 2 else "", title="a", kind=kind)

    def rename_document(self, path: str, at: int) -> None:
        to = PATHS[at % len(PATHS)]
        document = self.world.server.by_path(path)
        if document and not self.world.server.by_path(to):
            document.told = replace(document.told, label=to)

    def delete_document(self, path: str, at: int) -> None:
        if document := self.world.server.by_path(path):
            document.told = replace(document.told, is_deleted=True)

    def undelete_document(self, path: str, at: int) -> None:
        deleted = [each for each in self.world.server.stored.values() if each.told.is_deleted]
        for document in deleted[at % 3 : at % 3 + 1]:
            if not self.world.server.by_path(document.told.label):
                document.told = replace(document.told, is_deleted=False)

    async def sync(self, fail: list[object]) -> None:
        self.world.server.fail = list(fail)  # type: ignore[arg-type]
        with contextlib.suppress(Crash, Away):
            await self.world.sync()
        self.world.server.fail = []

    def check(self) -> None:
        server, files = self.world.server, self.world.files()
        living = [(each.told.label, each.text) for each in server.stored.values() if not each.told.is_deleted]
        mirrored = {path: text for path, text in files.items() if ".conflict-" not in path}
        labels = [label for label, _ in living]
        # Two documents may get one path at one moment: one of them is refused until a person gives it another.
        own = {label: text for label, text in living if labels.count(label) == 1}
        assert {path: text for path, text in mirrored.items() if path in own} == own
        assert {text for path, text in mirrored.items() if path not in own} <= {text for _, text in living}
        for document in server.stored.values():
            lines = document.text.replace("\n", "")
            assert len(set(lines)) == len(lines), f"applied twice: {lines}"
        kept = [*files.values(), *self.world.trash(), *(each.text for each in server.stored.values())]
        assert set(self.lines) - self.thrown_away <= set("".join(kept))
        # A file that was deleted and written anew is one edit; what it had is in the history.
        past = [each.at(revision).text() for each in server.stored.values() for revision in range(each.told.head)]
        assert set(self.lines) <= set("".join([*kept, *past]))


DEEDS = [name for name in vars(Story) if name.endswith(("_file", "_document", "in_place"))]
EDITS = ["edit_file", "append_in_place", "edit_document"]
deeds = st.sampled_from([*DEEDS, *EDITS * 4])
paths, places, moments = st.sampled_from(PATHS), st.integers(0, 9), st.integers(0, 11)
meanwhile = st.tuples(moments, deeds | st.sampled_from(["away", "crash"]), paths, places)
edited = st.tuples(st.just("edited"), paths, places)
synced = st.tuples(st.just("sync"), st.lists(meanwhile, max_size=3))
step = st.one_of(st.tuples(deeds, paths, places), edited, synced, synced)


def failures(story: Story, meanwhile: list[tuple[int, str, str, int]]) -> list[object]:
    """What happens at which moment of a sync."""
    fail: list[object] = [None] * 12
    for at, what, path, number in meanwhile:
        if what == "away":
            fail[at] = AWAY
        elif what == "crash":
            fail[at] = Crash()
        else:
            fail[at] = partial(getattr(story, what), path, number)
    return fail


async def play(steps: list[tuple[object, ...]], folder: Path) -> None:
    story = Story(folder)
    for path in PATHS[:2]:
        story.add_document(path, 1)
    await story.sync([])
    for name, *rest in steps:
        if name == "sync":
            await story.sync(failures(story, *rest))  # type: ignore[arg-type]
        else:
            getattr(story, str(name))(*rest)
    for _ in range(3):
        await story.sync([])
    story.check()
    story.world.server.calls.clear()
    before = story.world.files()
    await story.sync([])
    assert (story.world.server.calls, story.world.files()) == ([], before)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(step, min_size=3, max_size=14))
def test_nothing_is_lost_or_doubled_and_both_sides_become_the_same(steps: list[tuple[object, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(steps, Path(folder)))
