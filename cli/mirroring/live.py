"""Live: keeps a folder and a project the same until it is told to stop.

Owns the three that wake it: changes on disk, news from the server, and a look every 30 seconds in case either was
missed. A server that is away is asked again, less and less often; what happens on disk meanwhile waits there.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Coroutine, Iterator
from contextlib import aclosing, contextmanager, suppress
from pathlib import Path
from typing import Any

from watchfiles import Change, awatch

from cli.errors import Failed
from cli.mirroring.folder import is_unfinished
from cli.mirroring.paths import STATE_FOLDER
from cli.mirroring.plan import Everything
from cli.mirroring.port import Away
from cli.mirroring.remote import Remote
from cli.mirroring.report import Report
from cli.mirroring.sync import Sync

_LOOK_S = 30.0
_SOON_S = 1.0
"""When a file that could not be written, or may be in the middle of being saved, is looked at again."""
_GRACE_S = 1.0
"""A file that is missing, or empty, for this long was deleted, or emptied: an editor that saves takes less."""
_BACKOFF_S = (0.2, 5.0)
_DEBOUNCE_MS = 200
_TRIES_ONCE = 5


async def mirror_once(sync: Sync, remote: Remote, report: Report) -> None:
    """Make both sides the same. Raises Failed when the server is away."""
    with away_is_failure():
        await remote.walk()
        outcome = await sync.begin(Everything())
        for _ in range(_TRIES_ONCE):
            if not outcome.is_busy:
                return
            # Somebody writes a file just now.
            await asyncio.sleep(_SOON_S)
            outcome = await sync.settle(Everything())
    report.failed("some files", "are being written by others; run it again")


@contextmanager
def away_is_failure() -> Iterator[None]:
    """End the verb when the server is away, instead of waiting for it."""
    try:
        yield
    except Away as away:
        raise Failed(str(away)) from away


async def unless_stopped(work: Coroutine[Any, Any, None], stop: asyncio.Event) -> bool:
    """Run `work` to its end, or cancel it when `stop` is set: whatever it was about to do is remembered.

    Returns whether it came to its end.
    """
    async with asyncio.TaskGroup() as tasks:
        working = tasks.create_task(work)
        waiting = tasks.create_task(stop.wait())
        await asyncio.wait((working, waiting), return_when=asyncio.FIRST_COMPLETED)
        working.cancel()
        waiting.cancel()
    return not working.cancelled()


class Live:
    """One mirror that runs."""

    def __init__(self, path: Path, sync: Sync, remote: Remote, report: Report) -> None:
        self._path, self._sync, self._remote, self._report = path, sync, remote, report
        self._news = asyncio.Event()
        self._ready = asyncio.Event()
        self._unsettled: dict[str, float] = {}
        self._is_away = self._is_begun = False

    async def run(self) -> None:
        """Mirror until cancelled. Raises Failed."""
        async with asyncio.TaskGroup() as tasks:
            for work in (self._watch_disk(), self._watch_remote(), self._keep_same()):
                tasks.create_task(work)

    async def _watch_disk(self) -> None:
        root = os.path.realpath(self._path)
        own = os.path.join(root, STATE_FOLDER)

        def concerns(_: Change, path: str) -> bool:
            return not (path == own or path.startswith(own + os.sep) or is_unfinished(os.path.basename(path)))

        changes = awatch(
            root, watch_filter=concerns, debounce=_DEBOUNCE_MS, step=_DEBOUNCE_MS // 2, ignore_permission_denied=True
        )
        try:
            async with aclosing(changes):
                async for _ in changes:
                    self._news.set()
        except (FileNotFoundError, RuntimeError) as error:
            raise Failed(f"cannot watch {self._path}: {error}") from error

    async def _watch_remote(self) -> None:
        wait_s = _BACKOFF_S[0]
        while True:
            try:
                async with aclosing(self._remote.watch()) as news:
                    async for is_caught_up in news:
                        if is_caught_up:
                            wait_s = _BACKOFF_S[0]
                            self._say_back()
                        if self._remote.view.is_complete:
                            self._ready.set()
                            self._news.set()
            except Away as away:
                self._say_away(away)
            await self._remote.disconnect()
            # The jitter keeps many mirrors from coming back at one moment.
            await asyncio.sleep(wait_s * random.uniform(0.5, 1.0))  # noqa: S311 -- spreads load, guards nothing
            wait_s = min(2 * wait_s, _BACKOFF_S[1])

    async def _keep_same(self) -> None:
        await self._ready.wait()
        while True:
            self._news.clear()
            wait_s = await self._settle()
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._news.wait()

    async def _settle(self) -> float:
        """Bring both sides together; returns after how many seconds to look again, whatever happens."""
        now = time.monotonic()
        settled = {document for document, since in self._unsettled.items() if now - since >= _GRACE_S}
        try:
            outcome = await (self._sync.settle(settled) if self._is_begun else self._sync.begin(settled))
            self._is_begun = True
        except Away as away:
            self._say_away(away)
            return _SOON_S
        self._unsettled = {document: self._unsettled.get(document, now) for document in outcome.unsettled}
        return _SOON_S if outcome.is_busy or outcome.unsettled else _LOOK_S

    def _say_away(self, away: Away) -> None:
        if not self._is_away:
            self._is_away = True
            self._report.status(f"away: {away}; what changes here is sent when it is back")

    def _say_back(self) -> None:
        if self._is_away:
            self._is_away = False
            self._report.status("back: what changed meanwhile is sent and fetched now")
