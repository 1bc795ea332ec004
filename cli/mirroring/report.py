"""Report: what a mirror tells the person who started it.

Owns the lines: what was done goes to stdout, what is refused, once each, and the state of the connection to stderr.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cli.mirroring.model import Refused
from cli.mirroring.paths import shown


class Report:
    """Tells, and remembers what failed."""

    def __init__(self) -> None:
        self._told: set[Refused] = set()
        self.has_failures = False
        self._bar: Progress | None = None

    def done(self, path: str, what: str) -> None:
        """Tell of something done to a file or its document."""
        self._print(f"{shown(path)}: {what}", sys.stdout)

    def status(self, line: str) -> None:
        """Tell how things stand."""
        self._print(line, sys.stderr)

    def failed(self, path: str, why: str) -> None:
        """Tell of something that did not succeed and is not tried again as it is."""
        self.has_failures = True
        self._print(f"{shown(path)}: {why}", sys.stderr)

    def refused(self, refused: Iterable[Refused]) -> None:
        """Tell what is refused, each once for as long as it is."""
        now = set(refused)
        for each in sorted(now - self._told, key=lambda each: each.path):
            if each.is_note:
                self._print(f"{shown(each.path)}: {each.why}", sys.stderr)
            else:
                self.failed(each.path, f"refused: {each.why}")
        self._told = now

    @contextmanager
    def bar(self, total: int) -> Iterator[Progress]:
        """Show a bar on a terminal while there is much to do."""
        columns = (TextColumn("mirroring"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        console = Console(stderr=True)
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
            bar.add_task("mirroring", total=total)
            self._bar = bar
            try:
                yield bar
            finally:
                self._bar = None

    def _print(self, line: str, stream: object) -> None:
        if self._bar is not None and not self._bar.disable:
            self._bar.console.print(line, markup=False, highlight=False, soft_wrap=True)
        else:
            print(line, file=stream, flush=True)  # type: ignore[call-overload]  # one of the two standard streams
