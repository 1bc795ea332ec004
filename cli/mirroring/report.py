"""Report: what a mirror tells the person who started it.

Owns the lines: what was done goes to stdout, what is refused, once each, and the state of the connection to stderr.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cli.mirroring import plan
from cli.mirroring.model import Mirrored, Refused
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
    def bar(self, total: int) -> Iterator[Callable[[], None]]:
        """Show a bar on a terminal while there is much to do; yields what moves it on."""
        columns = (TextColumn("mirroring"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        console = Console(stderr=True)
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task("", total=total)
            self._bar = bar
            try:
                yield lambda: bar.advance(task)
            finally:
                self._bar = None

    def _print(self, line: str, stream: object) -> None:
        if self._bar is not None and not self._bar.disable:
            self._bar.console.print(line, markup=False, highlight=False, soft_wrap=True)
        else:
            print(line, file=stream, flush=True)  # type: ignore[call-overload]  # one of the two standard streams


_COUNTED: Mapping[type[plan.Action], str] = {
    plan.Create: "to create",
    plan.Push: "to send",
    plan.Resend: "to send",
    plan.Adopt: "to write",
    plan.Pull: "to write",
    plan.Move: "to move",
    plan.Label: "to give a path",
    plan.Compare: "to compare",
    plan.Delete: "to delete there",
    plan.TrashFile: "to move to the trash here",
    plan.Forget: "to forget",
    plan.Undelete: "to undelete",
    plan.SetAside: "to set aside",
}


def summary(actions: Sequence[plan.Action]) -> str:
    """Return how many there are of what is to be done, in words."""
    counts: dict[str, int] = {}
    for action in actions:
        if words := _COUNTED.get(type(action)):
            counts[words] = counts.get(words, 0) + 1
    return ", ".join(f"{count} {words}" for words, count in counts.items()) or "nothing to do"


def describe(action: plan.Action, entries: Mapping[str, Mirrored]) -> str:
    """Return an action as a line, empty for one that shows nowhere."""
    words = _COUNTED.get(type(action))
    document: str = getattr(action, "document", "")
    path: str = getattr(action, "path", entries[document].path if document in entries else "")
    to = f" to {shown(action.to)}" if isinstance(action, plan.Move) else ""
    return f"{shown(path)}: {words}{to}{f' ({document})' if document else ''}" if words else ""
