"""The history of a replayed document, read and restored from a terminal while two people type into it."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from cli.client import Session, Via, connect
from mesh.wire import document_from_parts, operation_from_proto
from ot.document import Document
from shoal.type.v1 import operation_pb2
from tests.system.people import PATIENCE_S, insert, target_of
from tests.system.shoal import ShoalProcess


class Typist:
    """Types a letter, sees it saved, types the next; `document` is what stands on the screen, at `revision`."""

    def __init__(self, session: Session, site: str) -> None:
        self._session, self._site = session, site
        opened = session.opened
        self.document: Document = document_from_parts([operation_pb2.Content(components=opened.content)])
        self.revision, self.letters = opened.frame.revision, 0

    async def type_on(self, enough: asyncio.Event) -> None:
        while not enough.is_set():
            letter = self.letters + 1
            await self._session.submit(self.revision, letter, [insert(self.document.length, self._site[0])])
            while self.letters < letter:
                await self._receive()

    async def follow(self, revision: int) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while self.revision < revision:
                await self._receive()

    async def _receive(self) -> None:
        frame = await self._session.receive()
        assert not frame.HasField("refused"), frame.refused.fault
        for committed in frame.committed.operations:
            self.document.apply(operation_from_proto(committed.operation))
            self.revision = committed.revision
            if committed.site == self._site:
                self.letters = committed.site_sequence


@asynccontextmanager
async def typing(shoal: ShoalProcess, document: str, name: str, via: Via) -> AsyncIterator[Typist]:
    async with connect(target_of(shoal, name), via) as connection:
        yield Typist(await Session.open(connection, document, name), name)


async def command(shoal: ShoalProcess, *arguments: str) -> str:
    done: subprocess.CompletedProcess[str] = await asyncio.to_thread(shoal.command, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
async def test_a_replayed_trace_is_blamed_diffed_and_restored_while_two_type(shoal: ShoalProcess, traces: Path) -> None:
    replayed = json.loads(await command(shoal, "replay", str(traces / "sveltecomponent.json.gz")))
    document, head = replayed["document"], replayed["revisions"]
    middle = await command(shoal, "cat", document, "--revision", "9000")
    enough = asyncio.Event()
    async with typing(shoal, document, "ada", Via.EDGE) as ada, typing(shoal, document, "bob", Via.GRPC) as bob:
        typists = [asyncio.create_task(each.type_on(enough)) for each in (ada, bob)]
        try:
            runs = json.loads(await command(shoal, "blame", document, "--json", "--revision", str(head)))["runs"]
            changed = json.loads(await command(shoal, "diff", document, "9000", str(head), "--json"))
            restored = json.loads(await command(shoal, "restore", document, "--revision", "9000", "--json"))
            sessions = [json.loads(line) for line in (await command(shoal, "log", document, "--json")).splitlines()]
            assert all(each.letters > 0 and not task.done() for each, task in zip((ada, bob), typists, strict=True))
        finally:
            enough.set()
        await asyncio.gather(*typists)
        last = max(ada.revision, bob.revision)
        for each in (ada, bob):
            await each.follow(last)
        stored = await command(shoal, "cat", document)
        assert ada.document.text() == bob.document.text() == stored

    whole = await command(shoal, "cat", document, "--revision", str(head))
    assert sum(run["length"] for run in runs) == len(whole.encode("utf-16-le")) // 2
    assert {run["author"] for run in runs} == {sessions[-1]["contributions"][0]["author"]}
    assert changed["inserted"] > changed["deleted"] > 0
    assert restored["changed"]
    assert restored["restored_revision"] == 9000
    # What was typed while the restore was under way stays, after the text that was brought back.
    typed = (await command(shoal, "cat", document, "--revision", str(restored["revision"]))).removeprefix(middle)
    assert set(typed) <= {"a", "b"}
    assert stored.startswith(middle + typed)
    assert {each["author"] for each in sessions[0]["contributions"]} >= {"users/ada", "users/bob"}
