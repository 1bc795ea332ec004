"""Document: a rich text that operations are applied to in place, in far less than its length.

Owns the content, as blocks of runs (see `blocks`), its canonical JSON and its hash. Applying is atomic: an operation
that does not fit leaves the document as it was. Not thread-safe; copies share what they have in common.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from hashlib import sha256
from itertools import chain

from . import blocks as packing
from . import values
from .attributes import Attributes, same
from .attributes import compose as compose_attributes
from .blocks import MAX_RUNS, MAX_UNITS, MIN_RUNS, MIN_UNITS, Block, LengthIndex, split_run
from .errors import InvalidComponent, LengthMismatch, SurrogateSplit
from .operation import Delete, Insert, JsonValue, Operation, Retain, from_canonical, merged, new_insert
from .text import cut

__all__ = ["Document", "apply"]

# Past this many components for each block touched, one pass over all runs is cheaper than an edit at a time.
_PASS_COMPONENTS = 32
_PLACEHOLDER = "\ufffc"


class Document:
    """Content of some length in UTF-16 units. Equal documents have equal canonical content."""

    __slots__ = ("_astral", "_blocks", "_index", "_lengths", "length")

    length: int

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._lengths: list[int] = []
        self._index: LengthIndex | None = None
        # Units past the number of code points; while it is 0 no operation can split a surrogate pair.
        self._astral = 0
        self.length = 0

    @classmethod
    def from_operation(cls, operation: Operation) -> Document:
        """The document that `operation`, of inserts only, makes out of nothing. Raises InvalidComponent otherwise."""
        document = cls()
        document._load(_inserts_of(operation))
        return document

    @classmethod
    def from_delta(cls, delta: Sequence[Mapping[str, object]]) -> Document:
        """The document that Delta JSON of inserts only describes. Raises InvalidComponent, InvalidText."""
        return cls.from_operation(Operation.from_delta(delta))

    @classmethod
    def from_text(cls, text: str) -> Document:
        """A document of plain text. Raises InvalidText."""
        return cls.from_operation(Operation((Insert(text),)))

    @property
    def has_pairs(self) -> bool:
        """Whether there are surrogate pairs; while there are none, no operation can split one."""
        return self._astral > 0

    def copy(self) -> Document:
        """A document of its own, at once: both share all blocks until one of them changes them."""
        twin = Document()
        twin._blocks = self._blocks.copy()
        twin._lengths = self._lengths.copy()
        twin._index = None if self._index is None else self._index.copy()
        twin._astral = self._astral
        twin.length = self.length
        return twin

    def to_operation(self) -> Operation:
        """The content as canonical inserts. O(length)."""
        return from_canonical(tuple(self.runs()))

    def to_delta(self) -> list[dict[str, JsonValue]]:
        """The content as Delta JSON."""
        return self.to_operation().to_delta()

    def text(self) -> str:
        """The text alone, each embed as U+FFFC, so that its UTF-16 positions are those of the document."""
        contents = [run.content for run in chain.from_iterable(self._blocks)]
        return "".join([content if isinstance(content, str) else _PLACEHOLDER for content in contents])

    def runs(self) -> list[Insert]:
        """The content as inserts, each as long as its formatting lasts: the canonical components."""
        return merged(list(chain.from_iterable(self._blocks)))

    def slice(self, position: int, length: int) -> list[Insert]:
        """The runs of `length` units from `position` on. Raises LengthMismatch, SurrogateSplit."""
        if position + length > self.length:
            raise LengthMismatch(self.length, position + length)
        if not length:
            return []
        return merged(self._cut(position, length)[3])

    def canonical_json(self) -> bytes:
        """UTF-8 of the content's Delta JSON as in RFC 8785: no spaces, keys sorted, numbers as JavaScript's."""
        return ("[" + ",".join([_run_json(run) for run in self.runs()]) + "]").encode()

    def hash(self) -> bytes:
        """SHA-256 of `canonical_json`, 32 bytes: equal on every replica that has the same content."""
        return sha256(self.canonical_json()).digest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Document) and self.length == other.length and self.runs() == other.runs()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<Document of {self.length} units>"

    def check(self, operation: Operation) -> None:
        """Raises what `apply` would raise, LengthMismatch or SurrogateSplit, and changes nothing."""
        if operation.base_span > self.length:
            raise LengthMismatch(self.length, operation.base_span)
        if not self._astral:
            return
        position = 0
        for component in operation.components:
            if not self._is_boundary(position):
                raise SurrogateSplit(position)
            if not isinstance(component, Insert):
                position += component.length
        if not self._is_boundary(position):
            raise SurrogateSplit(position)

    def apply(self, operation: Operation) -> None:
        """Change this document as `operation` says.

        Raises LengthMismatch if it is longer than the document and SurrogateSplit if it cuts a character; the
        document is then unchanged. Cost O(log length) for each component and O(1) for each unit it touches.
        """
        if self._astral or operation.base_span > self.length:
            self.check(operation)
        components = operation.components
        if len(components) > _PASS_COMPONENTS and len(components) * 4 > len(self._blocks):
            self._pass(operation)
            return
        position = 0
        for component in components:
            length = component.length
            if isinstance(component, Insert):
                self._insert(position, component)
                position += length
            elif isinstance(component, Delete):
                self._replace(position, length, _nothing)
            else:
                attributes = component.attributes
                if attributes is not None:
                    self._replace(position, length, partial(_formatted, attributes=attributes))
                position += length

    def _is_boundary(self, position: int) -> bool:
        if not 0 < position < self.length:
            return True
        index, offset = self._find(position)
        return packing.boundary_in(self._blocks[index], offset)

    def _find(self, position: int) -> tuple[int, int]:
        index = self._index
        if index is None:
            index = self._index = LengthIndex(self._lengths)
        return index.find(position)

    def _load(self, runs: Iterable[Insert]) -> None:
        runs = packing.join(runs)
        packed = packing.pack(runs)
        self._blocks = [block for block, _ in packed]
        self._lengths = [length for _, length in packed]
        self._index = None
        self.length = sum(self._lengths)
        self._astral = _astral_of(runs)

    def _insert(self, position: int, insert: Insert) -> None:
        """Put `insert` at `position`. Text inside a run formatted like it, the common case, replaces that run."""
        if not self._blocks:
            self._load((insert,))
            return
        length = insert.length
        index = self._index
        if index is None:
            index = self._index = LengthIndex(self._lengths)
        # At the very start there is no unit to the left: find the first block by its first unit.
        place, offset = index.find_and_grow(position or 1, length)
        block = self._blocks[place]
        grown = self._lengths[place] + length
        at, rest = 0, offset if position else 0
        run = block[0]
        while rest > run.length:
            rest -= run.length
            at += 1
            run = block[at]
        self.length += length
        if isinstance(insert.content, str):
            self._astral += length - len(insert.content)
            if grown <= MAX_UNITS:
                target, longer = at, _extended(run, rest, insert)
                if longer is None and rest == run.length and at + 1 < len(block):
                    target, longer = at + 1, _extended(block[at + 1], 0, insert)
                if longer is not None:
                    blocks = self._blocks
                    blocks[place] = (longer,) if len(block) == 1 else (*block[:target], longer, *block[target + 1 :])
                    self._lengths[place] = grown
                    return
        if not rest:
            runs: Block = (insert, *block)
        elif rest == run.length:
            runs = (*block[: at + 1], insert, *block[at + 1 :])
        else:
            left, right = split_run(run, rest)
            runs = (*block[:at], left, insert, right, *block[at + 1 :])
        if grown <= MAX_UNITS and len(runs) <= MAX_RUNS:
            self._blocks[place] = runs
            self._lengths[place] = grown
        else:
            index.grow(place, -length)
            self._put(place, place + 1, runs)

    def _cut(self, position: int, length: int) -> tuple[int, int, list[Insert], list[Insert], list[Insert]]:
        """The blocks [first, last) that hold the range, and their runs before, in and after it."""
        first, offset = self._find(position + 1)
        last, end = first, offset - 1 + length
        while end > self._lengths[last]:
            end -= self._lengths[last]
            last += 1
        head, inside = _cut_runs(self._blocks[first], offset - 1)
        if first == last:
            middle, tail = _cut_runs(inside, length)
        else:
            in_last, tail = _cut_runs(self._blocks[last], end)
            middle = [*inside, *chain.from_iterable(self._blocks[first + 1 : last]), *in_last]
        return first, last + 1, head, middle, tail

    def _replace(self, position: int, length: int, change: Callable[[list[Insert]], list[Insert]]) -> None:
        """Put what `change` makes of the runs in a range in their place."""
        first, last, head, middle, tail = self._cut(position, length)
        changed = change(middle)
        if not changed:
            self.length -= length
            if self._astral:
                self._astral -= _astral_of(middle)
        self._put(first, last, (*head, *changed, *tail))

    def _put(self, first: int, last: int, runs: Iterable[Insert]) -> None:
        """Let blocks [first, last) hold `runs` instead. Takes a neighbour in where that would leave a small block."""
        joined = packing.join(runs)
        length = sum([run.length for run in joined])
        if length < MIN_UNITS and len(joined) < MIN_RUNS and len(self._blocks) > last - first:
            if last < len(self._blocks):
                joined = packing.join([*joined, *self._blocks[last]])
                last += 1
            else:
                first -= 1
                joined = packing.join([*self._blocks[first], *joined])
            length = sum([run.length for run in joined])
        if last - first == 1 and joined and length <= MAX_UNITS and len(joined) <= MAX_RUNS:
            self._blocks[first] = tuple(joined)
            if self._index is not None:
                self._index.grow(first, length - self._lengths[first])
            self._lengths[first] = length
            return
        packed = packing.pack(joined)
        self._blocks[first:last] = [block for block, _ in packed]
        self._lengths[first:last] = [length for _, length in packed]
        self._index = None

    def _pass(self, operation: Operation) -> None:
        """Apply `operation` in one pass over all runs."""
        rest = list(chain.from_iterable(self._blocks))
        rest.reverse()
        out: list[Insert] = []
        for component in operation.components:
            if isinstance(component, Insert):
                out.append(component)
                continue
            left = component.length
            taken: list[Insert] = []
            while left:
                run = rest.pop()
                if run.length > left:
                    run, remainder = split_run(run, left)
                    rest.append(remainder)
                left -= run.length
                taken.append(run)
            if isinstance(component, Retain):
                attributes = component.attributes
                out.extend(taken if attributes is None else _formatted(taken, attributes))
        rest.reverse()
        self._load(chain(out, rest))


def apply(document: Document, operation: Operation) -> Document:
    """A new document: `document` after `operation`. Raises LengthMismatch, SurrogateSplit."""
    changed = document.copy()
    changed.apply(operation)
    return changed


def _extended(run: Insert, at: int, insert: Insert) -> Insert | None:
    """`run` with `insert` put in at unit `at`, if both are texts of equal attributes."""
    content, added = run.content, insert.content
    if not isinstance(content, str) or not isinstance(added, str) or not same(run.attributes, insert.attributes):
        return None
    if run.length == len(content):
        text = content[:at] + added + content[at:]
    else:
        head, tail = cut(content, run.length, at)
        text = head + added + tail
    return new_insert(text, run.length + insert.length, run.attributes)


def _nothing(runs: list[Insert]) -> list[Insert]:
    return []


def _formatted(runs: list[Insert], attributes: Attributes) -> list[Insert]:
    return [
        new_insert(run.content, run.length, compose_attributes(run.attributes, attributes, keep_null=False))
        for run in runs
    ]


def _cut_runs(runs: Sequence[Insert], offset: int) -> tuple[list[Insert], list[Insert]]:
    """`runs` in two at unit `offset`."""
    for place, run in enumerate(runs):
        if offset < run.length:
            if not offset:
                return list(runs[:place]), list(runs[place:])
            left, right = split_run(run, offset)
            return [*runs[:place], left], [right, *runs[place + 1 :]]
        offset -= run.length
    return list(runs), []


def _astral_of(runs: Iterable[Insert]) -> int:
    return sum([run.length - len(run.content) for run in runs if isinstance(run.content, str)])


def _inserts_of(operation: Operation) -> list[Insert]:
    inserts = [component for component in operation.components if isinstance(component, Insert)]
    if len(inserts) != len(operation.components):
        raise InvalidComponent("a document consists of inserts only")
    return inserts


def _run_json(run: Insert) -> str:
    content = run.content
    text = values.canonical(content if isinstance(content, str) else {content.type: content.value})
    if run.attributes is None:
        return '{"insert":' + text + "}"
    return '{"attributes":' + values.canonical(run.attributes) + ',"insert":' + text + "}"
