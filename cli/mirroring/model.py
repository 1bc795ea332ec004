"""What is known of a folder and of a project: files as seen, documents as told, and what was mirrored last.

Values only. Digests are SHA-256 as hex; paths are relative, with `/`.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase

from cli.mirroring.paths import extension_of

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
"""The digest of nothing."""
_SKETCH = 16


class Kind(StrEnum):
    """What a document holds."""

    RICH = "rich_text"
    PLAIN = "plain_text"


class Form(StrEnum):
    """How rich text stands in a file."""

    MARKDOWN = "markdown"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Rules:
    """Which files are mirrored, and as what."""

    form: Form = Form.MARKDOWN
    include: tuple[str, ...] = ("*.md", "*.markdown", "*.txt")

    def includes(self, path: str) -> bool:
        """Return whether a file of this name is to be mirrored; a pattern with `/` is for the whole path."""
        return any(
            fnmatchcase(path.lower() if "/" in pattern else path.rpartition("/")[2].lower(), pattern.lower())
            for pattern in self.include
        )

    def kind_of(self, path: str) -> Kind:
        """Return what a new file becomes."""
        is_markdown = extension_of(path) in (".md", ".markdown")
        return Kind.RICH if is_markdown and self.form is Form.MARKDOWN else Kind.PLAIN

    def extension(self, kind: Kind) -> str:
        """Return the extension of a document that has no path."""
        return ".md" if kind is Kind.RICH and self.form is Form.MARKDOWN else ".txt"


@dataclass(frozen=True, slots=True)
class FileSeen:
    """A file on disk. `sketch` is alike for texts that are: the smallest checksums of its lines."""

    digest: str
    inode: int
    sketch: tuple[int, ...] = ()


def sketch_of(text: str) -> tuple[int, ...]:
    """Return a text's sketch."""
    lines = {zlib.crc32(stripped.encode()) for line in text.splitlines() if (stripped := line.strip())}
    return tuple(sorted(lines)[:_SKETCH])


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that is not mirrored, and why. A note is told and does not count as a failure.

    What is final stays refused until its file or its document changes; the rest may succeed at any moment.
    """

    path: str
    why: str
    is_note: bool = False
    is_final: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """A folder as it was at one look. What is below a refused path is not known to be missing."""

    files: Mapping[str, FileSeen] = field(default_factory=dict)
    refused: tuple[Refused, ...] = ()

    def hides(self, path: str) -> bool:
        """Return whether something refused stands at `path` or above it."""
        return any(path == each.path or path.startswith(f"{each.path}/") for each in self.refused)


@dataclass(frozen=True, slots=True)
class RemoteDocument:
    """A document as the server told of it. `label` is its path there, perhaps empty, perhaps nonsense."""

    name: str
    kind: Kind
    head: int
    title: str = ""
    label: str = ""
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class Sending:
    """A change that was, or was about to be, sent: `source` is the digest of the text, `disk` of the file it came from.

    `has_others` says that `source` is not the file's own text: what others wrote was merged into it.
    """

    request_id: str
    source: str
    disk: str
    has_others: bool


@dataclass(frozen=True, slots=True)
class Writing:
    """A file that was about to be put in its place: the text of `revision`, with the digest `disk`."""

    unfinished: str
    revision: int
    disk: str


@dataclass(frozen=True, slots=True)
class Mirrored:
    """What is agreed about one document and its file.

    `disk` is the digest of the file whose text stands for `revision`; `rendered` that of the server's own text of it,
    empty = not known. With `lags`, the file's edits are all in `revision`, which has more that the file does not.
    `label` is the document's path when last agreed. `revision` is below 0 while it is not known to be created.
    `is_trashed`: deleted on both sides, kept to be known again.
    """

    document: str
    kind: Kind
    path: str
    label: str = ""
    revision: int = -1
    disk: str = ""
    rendered: str = ""
    lags: bool = False
    is_trashed: bool = False
    inode: int = 0
    sketch: tuple[int, ...] = ()
    sending: Sending | None = None
    writing: Writing | None = None

    @property
    def is_created(self) -> bool:
        """Whether the document is known to exist."""
        return self.revision >= 0

    def is_clean(self, file: FileSeen) -> bool:
        """Return whether a file holds nothing that the document has not got."""
        return file.digest in (self.disk, self.rendered)
