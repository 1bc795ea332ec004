"""Rows: the names that tell the rows of tables apart.

In a document the cells of a row are lines with one row name. Owns the names that rows get which come without, and
which row is which after an edit in a format that has no names.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from ot.diff import diff
from ot.document import Document, apply
from ot.operation import Delete, Insert, Operation, Retain

from .lines import lines_of
from .model import Kind


class RowNames:
    """Hands out `row-1`, `row-2` …, none that was met before."""

    def __init__(self) -> None:
        self._count = 0
        self._met: set[str] = set()

    def fresh(self) -> str:
        """A name that no row has."""
        while True:
            self._count += 1
            name = f"row-{self._count}"
            if name not in self._met:
                self._met.add(name)
                return name

    def meet(self, name: str) -> None:
        """Remember a name that a row brought with it."""
        self._met.add(name)


@dataclass(slots=True)
class _Cell:
    """A cell: where its newline is, in UTF-16 units, and which row of the document it belongs to, from 0."""

    position: int
    row: int


def with_rows_of(base: Document, shown: Document, new: Document) -> tuple[Document, Document]:
    """`shown`, which went through a format without row names, and `new`, its edit, with the rows named as in `base`.

    A row of `new` is the row of `shown` from which a cell of it stayed, whatever else was typed around it; a row
    without such a cell gets a name that no row has.
    """
    names, _ = _rows_of(base)
    shown_names, shown_cells = _rows_of(shown)
    new_names, new_cells = _rows_of(new)
    if len(names) != len(shown_names):
        return shown, new
    origins = _Origins(shown, new, shown_cells)
    kept: dict[int, int] = {}  # row of `new` -> row of `shown`
    taken: set[int] = set()
    for cell in new_cells:
        row = origins.row_of(cell.position)
        if row is not None and cell.row not in kept and row not in taken:
            kept[cell.row] = row
            taken.add(row)
    fresh = RowNames()
    for name in names:
        fresh.meet(name)
    given = [names[kept[row]] if row in kept else fresh.fresh() for row in range(len(new_names))]
    return _renamed(shown, shown_cells, names), _renamed(new, new_cells, given)


def _rows_of(document: Document) -> tuple[list[str], list[_Cell]]:
    names: list[str] = []
    cells: list[_Cell] = []
    position = 0
    row: str | None = None
    for line in lines_of(document):
        position += sum([run.length for run in line.runs])
        here = str(line.block.detail) if line.alone is None and line.block.kind is Kind.TABLE else None
        if here is not None:
            if here != row:
                names.append(here)
            cells.append(_Cell(position, len(names) - 1))
        row = here
        position += line.alone is None
    return names, cells


class _Origins:
    """Which row of `shown` a newline of `new` comes from."""

    def __init__(self, shown: Document, new: Document, cells: list[_Cell]) -> None:
        self._rows = {cell.position: cell.row for cell in cells}
        self._starts: list[int] = []  # of the stretches of `new` that stayed
        self._stretches: list[tuple[int, int]] = []  # where each was in `shown`, and its length
        at_shown = at_new = 0
        for component in diff(Document.from_text(shown.text()), Document.from_text(new.text())).components:
            if isinstance(component, Insert):
                at_new += component.length
            elif isinstance(component, Delete):
                at_shown += component.length
            else:
                self._keep(at_new, at_shown, component.length)
                at_new += component.length
                at_shown += component.length
        self._keep(at_new, at_shown, new.length - at_new)

    def _keep(self, at_new: int, at_shown: int, length: int) -> None:
        self._starts.append(at_new)
        self._stretches.append((at_shown, length))

    def row_of(self, position: int) -> int | None:
        """The row of `shown` whose newline stands at `position` of `new`; None if it is a new one."""
        index = bisect_right(self._starts, position) - 1
        if index < 0:
            return None
        at_shown, length = self._stretches[index]
        offset = position - self._starts[index]
        return self._rows.get(at_shown + offset) if offset < length else None


def _renamed(document: Document, cells: list[_Cell], names: list[str]) -> Document:
    components: list[Retain] = []
    position = 0
    for cell in cells:
        components += (Retain(cell.position - position), Retain(1, {"table": names[cell.row]}))
        position = cell.position + 1
    return apply(document, Operation(components))
