"""Lines: a document as its lines, and the builder that puts one together again.

Owns what ends a line: a newline, whose attributes are the line's, or a block embed, which stands alone. Both readers
and writers of formats work on lines; none of them looks at components.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from ot.document import Document
from ot.operation import Attributes, Embed, Insert, JsonValue, Operation

from .model import BLOCK_EMBEDS, Block, block_of


@dataclass(slots=True)
class Line:
    """Runs of text (without newlines) and embeds; `alone` is a block embed that is the line and has no newline."""

    runs: list[Insert]
    block: Block
    alone: Embed | None = None


def lines_of(document: Document) -> Iterator[Line]:
    """The lines of `document`, in order. What no format can hold, NUL and carriage return, is U+FFFD and a space.

    A block embed after other content of its line ends that line. A last line without newline counts as one.
    """
    runs: list[Insert] = []
    for run in document.runs():
        content = run.content
        if isinstance(content, str):
            first, *others = _clean(content).split("\n")
            if first:
                runs.append(Insert(first, run.attributes))
            for text in others:
                yield Line(runs, block_of(run.attributes))
                runs = [Insert(text, run.attributes)] if text else []
        elif content.type in BLOCK_EMBEDS:
            if runs:
                yield Line(runs, block_of(None))
                runs = []
            yield Line([run], block_of(None), alone=content)
        else:
            runs.append(run)
    if runs:
        yield Line(runs, block_of(None))


def _clean(text: str) -> str:
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    return text.replace("\r", " ") if "\r" in text else text


class _State(Enum):
    EMPTY = auto()
    CONTENT = auto()
    ALONE = auto()


class LineBuilder:
    """Takes text, embeds and ends of lines, and yields the document. What it yields always ends in a newline."""

    def __init__(self) -> None:
        self._inserts: list[Insert] = []
        self._state = _State.EMPTY
        self._ended = False
        self.last_ended: Attributes | None = None
        """The attributes of the line that ended last; None at the beginning and after a block embed."""

    @property
    def is_empty(self) -> bool:
        """Whether the line that is being built holds nothing yet."""
        return self._state is not _State.CONTENT

    def text(self, text: str, attributes: Attributes) -> None:
        """Add text without newlines to the line."""
        if text:
            self._inserts.append(Insert(text, attributes))
            self._state = _State.CONTENT
            self._ended = False

    def embed(self, kind: str, value: JsonValue, attributes: Attributes) -> None:
        """Add an embed to the line; a block embed ends the line before it and is one by itself."""
        alone = kind in BLOCK_EMBEDS
        if alone and self._state is _State.CONTENT:
            self.end({})
        self._inserts.append(Insert(Embed(kind, value), attributes))
        self._state = _State.ALONE if alone else _State.CONTENT
        self._ended = False
        if alone:
            self.last_ended = None

    def end(self, attributes: Attributes) -> None:
        """End the line, empty or not."""
        self._inserts.append(Insert("\n", attributes))
        self._state = _State.EMPTY
        self._ended = True
        self.last_ended = attributes

    def finish(self, attributes: Attributes) -> None:
        """End the line, unless it was nothing but a block embed, which has ended already."""
        if self._state is _State.ALONE:
            self._state = _State.EMPTY
        else:
            self.end(attributes)

    def document(self) -> Document:
        """The document of all lines so far."""
        if not self._ended:
            self.end({})
        return Document.from_operation(Operation(self._inserts))
