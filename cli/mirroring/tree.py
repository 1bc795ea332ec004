"""Tree: what `shoal export` and `shoal import` share: a document's place in a tree, and how a long run is shown.

Owns the rule which extension stands for which format. Reads and writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cli.documents import Format
from cli.mirroring.model import Kind
from cli.mirroring.paths import shown
from services.document.formats import format_of_path

T = TypeVar("T")

_EXTENSIONS = {Format.TEXT: ".txt", Format.MARKDOWN: ".md", Format.HTML: ".html", Format.DELTA: ".json"}


def format_of(path: str) -> Format | None:
    """Return the format that a file's name says, None for a name that says none."""
    form = format_of_path(path)
    return Format(form.value) if form else None


def exported_path(path: str, kind: Kind, form: Format) -> str:
    """Return the path of a document's file in `form`. Plain text is its own Markdown, and keeps its name."""
    if kind is Kind.PLAIN and form in (Format.TEXT, Format.MARKDOWN):
        return path
    return path if format_of(path) is form else with_extension(path, _EXTENSIONS[form])


def imported_path(path: str, form: Format) -> str:
    """Return the label `path` of a document made from a file: of HTML and Delta, that of a Markdown file."""
    return with_extension(path, ".md") if form in (Format.HTML, Format.DELTA) else path


def kind_of(form: Format) -> Kind:
    """Return what a document made from a file holds."""
    return Kind.PLAIN if form is Format.TEXT else Kind.RICH


def with_extension(path: str, extension: str) -> str:
    """Return a path with the extension of another format; one that stands for no format stays before it."""
    return str(PurePosixPath(path).with_suffix(extension)) if format_of(path) else path + extension


class Failures:
    """What went wrong in a long run, told at its end."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def add(self, path: str, why: str) -> None:
        """Remember that something failed."""
        self._lines.append(f"{shown(path)}: {why}")

    def end(self, done: str) -> None:
        """Say what was done and what failed. Raises typer.Exit when anything did."""
        for line in self._lines:
            typer.echo(line, err=True)
        typer.echo(f"{done}, {len(self._lines)} failed" if self._lines else done, err=True)
        if self._lines:
            raise typer.Exit(1)


def advancing(what: str, elements: Sequence[T]) -> Iterator[T]:
    """Yield the elements, and show on stderr how far it is, on a terminal."""
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=len(elements))
        for element in elements:
            yield element
            progress.advance(task)
