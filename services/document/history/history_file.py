"""The history file: a document with every operation of its history, as lines of JSON. Described in docs/history.md.

Owns the format: how lines are written, and what a file must fulfil to be believed. Pure. A reader takes one line after
the other and refuses at the first one that is wrong; what it says of it has no text of the file in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson

from mesh.faults import Fault
from mesh.names import parse_site
from mesh.wire import operation_from_proto, operation_to_proto
from ot.document import Document
from ot.errors import OperationError
from ot.operation import Embed, Insert, Operation
from services.document.documents import metadata
from services.document.documents.metadata import Metadata
from services.document.errors import InvalidHistory
from services.document.history.line_fields import Fields
from services.document.history.versions import check_description, check_title
from shoal.type.v1 import operation_pb2

FORMAT, VERSION = "shoal-history", 1
TYPES = {1: "RICH_TEXT", 2: "PLAIN_TEXT"}
"""By shoal.document.v1.DocumentType."""
_KINDS = {name: kind for kind, name in TYPES.items()}


@dataclass(frozen=True, slots=True)
class Header:
    """What the first line says: the document, where and whose it was, and how many operations follow."""

    name: str
    creator: str
    type: int
    metadata: Metadata
    create_time: datetime
    head_revision: int


class OperationLine(NamedTuple):
    """An operation as a file has it; `payload` is it as a message of the log, encoded."""

    line: int
    revision: int
    site: str
    site_sequence: int
    author: str
    agent: str | None
    base_revision: int
    commit_time: datetime
    operation: Operation
    payload: bytes


class VersionLine(NamedTuple):
    """A named version."""

    revision: int
    title: str
    description: str
    creator: str
    create_time: datetime


class SiteProgress(NamedTuple):
    """How far a site got, and whose it is."""

    author: str
    last_sequence: int
    last_revision: int


class Writer:
    """Writes the lines, each with its line feed. Knows what the last line must say of those before it."""

    def __init__(self) -> None:
        self._checksum = hashlib.sha256()
        self._operations = self._versions = 0

    def header(self, header: Header) -> bytes:
        """The first line."""
        described = header.metadata
        document = {
            "name": header.name,
            "creator": header.creator,
            "create_time": _time(header.create_time),
            "type": TYPES[header.type],
            "title": described.title,
            "language": described.language,
            "template": described.template,
            "labels": dict(sorted(described.labels.items())),
        }
        return self._line(
            _json({"format": FORMAT, "version": VERSION, "document": document, "head_revision": header.head_revision})
        )

    def operation(self, line: OperationLine) -> bytes:
        """The next operation."""
        self._operations += 1
        fields: dict[str, Any] = {
            "revision": line.revision, "site": line.site, "site_sequence": line.site_sequence, "author": line.author,
        }  # fmt: skip
        if line.agent is not None:
            fields["agent"] = line.agent
        fields |= {"base_revision": line.base_revision, "commit_time": _time(line.commit_time)}
        # Only here keys come in no order of ours: attributes are a map on the wire.
        delta = orjson.dumps(line.operation.to_delta(), option=orjson.OPT_SORT_KEYS)
        return self._line(b'%b,"delta":%b}' % (_json(fields)[:-1], delta))

    def version(self, line: VersionLine) -> bytes:
        """The next version, after all operations."""
        self._versions += 1
        return self._line(_json({"named_version": {**line._asdict(), "create_time": _time(line.create_time)}}))

    def footer(self, content_hash: bytes) -> bytes:
        """The last line."""
        fields = {
            "operations": self._operations,
            "versions": self._versions,
            "content_hash": content_hash.hex(),
            "checksum": self._checksum.hexdigest(),
        }
        return _json(fields) + b"\n"

    def _line(self, encoded: bytes) -> bytes:
        line = encoded + b"\n"
        self._checksum.update(line)
        return line


class Lines:
    """Cuts chunks into lines, which keep their line feed. None may be longer than `max_bytes`."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes, self._count = max_bytes, 0
        self._held: list[bytes] = []
        self._held_bytes = 0

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield the lines that this chunk completes. Raises InvalidHistory for one that is too long."""
        start = 0
        while (end := chunk.find(b"\n", start) + 1) > 0:
            yield self._complete(chunk[start:end])
            start = end
        if start < len(chunk):
            self._hold(chunk[start:])

    def end(self) -> None:
        """Say that nothing comes any more. Raises InvalidHistory when a line has begun."""
        if self._held:
            raise InvalidHistory(self._count + 1, "the file ends inside a line")

    def _complete(self, rest: bytes) -> bytes:
        self._hold(rest)
        line = self._held[0] if len(self._held) == 1 else b"".join(self._held)
        self._held, self._held_bytes, self._count = [], 0, self._count + 1
        return line

    def _hold(self, part: bytes) -> None:
        self._held_bytes += len(part)
        if self._held_bytes > self._max_bytes:
            raise InvalidHistory(self._count + 1, f"is longer than {self._max_bytes} bytes")
        self._held.append(part)


class Reader:
    """Reads a whole file, line by line, and makes its document on the way.

    All methods raise InvalidHistory. Not checked here are the sites' sequences, since a file may have as many sites as
    operations: `follow` does it, for a batch and what was known before it.
    """

    def __init__(self, *, latest: datetime, max_operation_bytes: int) -> None:
        self._latest, self._max_operation_bytes = latest, max_operation_bytes
        self._checksum = hashlib.sha256()
        self._line = self._versions = 0
        self._header: Header | None = None
        self._ended = False
        self.document, self.revision = Document(), 0

    def take(self, line: bytes) -> Header | OperationLine | VersionLine | None:
        """Return what the next line says; None for the last one."""
        self._line += 1
        if self._ended:
            raise self._wrong("the file goes on after its last line")
        fields = self._fields(line)
        taken = self._taken(fields)
        self._checksum.update(line)
        return taken

    def end(self) -> None:
        """Say that nothing comes any more."""
        if not self._ended:
            self._line += 1
            raise self._wrong("the file ends before its last line")

    def _taken(self, fields: Fields) -> Header | OperationLine | VersionLine | None:
        if self._header is None:
            self._header = self._read_header(fields)
            return self._header
        if "checksum" in fields:
            self._read_footer(fields, self._header)
            self._ended = True
            return None
        if "named_version" in fields:
            self._versions += 1
            return self._read_version(fields)
        return self._read_operation(fields, self._header)

    def _read_header(self, fields: Fields) -> Header:
        if fields.get("format") != FORMAT:
            raise self._wrong("is not the first line of a history file")
        if fields.integer("version") != VERSION:
            raise self._wrong(f"is of a version that is not known here; {VERSION} is")
        document = fields.fields("document")
        kind = _KINDS.get(document.text("type"))
        if kind is None:
            raise self._wrong("the document's type is not one of " + ", ".join(_KINDS))
        header = Header(
            document.name("name"), document.name("creator"), kind, self._read_metadata(document),
            self._past(document, "create_time"), fields.integer("head_revision"),
        )  # fmt: skip
        document.done()
        fields.done()
        return header

    def _read_metadata(self, document: Fields) -> Metadata:
        labels, template = document.take("labels"), document.take("template")
        if not isinstance(labels, dict) or not all(isinstance(value, str) for value in labels.values()):
            raise self._wrong("labels must be an object of texts")
        if not isinstance(template, bool):
            raise self._wrong("template must be true or false")
        described = Metadata(
            document.text("title"), labels=labels, language=document.text("language"), template=template
        )
        try:
            return metadata.check(described)
        except Fault as fault:
            raise self._wrong(fault.message) from None

    def _read_operation(self, fields: Fields, header: Header) -> OperationLine:
        if self._versions:
            raise self._wrong("an operation after the versions")
        if fields.integer("revision") != self.revision + 1:
            raise self._wrong(f"revision {self.revision + 1} was to come here")
        base_revision = fields.integer("base_revision")
        if base_revision > self.revision:
            raise self._wrong("base_revision must be below the revision")
        operation, payload = self._read_delta(fields, plain_text=header.type == _KINDS["PLAIN_TEXT"])
        line = OperationLine(
            self._line, self.revision + 1, fields.text("site"), fields.integer("site_sequence"), fields.name("author"),
            fields.name("agent") if "agent" in fields else None, base_revision, self._past(fields, "commit_time"),
            operation, payload,
        )  # fmt: skip
        fields.done()
        try:
            parse_site(line.site)
            self.document.apply(operation)
        except (Fault, OperationError) as error:
            raise self._wrong(str(error)) from None
        self.revision += 1
        return line

    def _read_delta(self, fields: Fields, *, plain_text: bool) -> tuple[Operation, bytes]:
        """Return the operation, and what the log is to hold: that reads back as just this operation."""
        try:
            operation = Operation.from_delta(fields.take("delta"))
            message = operation_to_proto(operation)
            payload = message.SerializeToString()
            if _has_format(operation):
                if plain_text:
                    raise self._wrong("a plain text document holds no attributes and no embeds")
                operation_from_proto(operation_pb2.Operation.FromString(payload))
        except (OperationError, OverflowError, ValueError) as error:
            raise self._wrong(f"delta: {error}" if isinstance(error, OperationError) else "delta") from None
        except Fault as fault:
            raise fault if isinstance(fault, InvalidHistory) else self._wrong(f"delta: {fault.message}") from None
        if len(payload) > self._max_operation_bytes:
            raise self._wrong(f"the operation is longer than {self._max_operation_bytes} bytes")
        return operation, payload

    def _read_version(self, fields: Fields) -> VersionLine:
        version = fields.fields("named_version")
        line = VersionLine(
            version.integer("revision"), version.text("title"), version.text("description"), version.name("creator"),
            self._past(version, "create_time"),
        )  # fmt: skip
        version.done()
        fields.done()
        if line.revision > self.revision:
            raise self._wrong("a version of a revision that the file does not have")
        try:
            check_title(line.title, "title")
            check_description(line.description, "description")
        except Fault as fault:
            raise self._wrong(fault.message) from None
        return line

    def _read_footer(self, fields: Fields, header: Header) -> None:
        said = (fields.integer("operations"), fields.integer("versions"))
        content_hash, checksum = fields.text("content_hash"), fields.text("checksum")
        fields.done()
        if said != (self.revision, self._versions) or header.head_revision != self.revision:
            raise self._wrong("the number of operations or versions is not what the file says")
        if checksum != self._checksum.hexdigest():
            raise self._wrong("the checksum does not agree: the file was changed")
        if content_hash != self.document.hash().hex():
            raise self._wrong("the content that the operations make is not the one that was exported")

    def _past(self, fields: Fields, key: str) -> datetime:
        text = fields.text(key)
        try:
            time = datetime.fromisoformat(text)
            if time.tzinfo is None or time > self._latest:
                raise ValueError(key)
            return time.astimezone(UTC)
        except (ValueError, OverflowError):
            raise self._wrong(f"{key} must be an RFC 3339 time, and not in the future") from None

    def _fields(self, line: bytes) -> Fields:
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError:
            raise self._wrong("is not JSON") from None
        if not isinstance(value, dict):
            raise self._wrong("is not a JSON object")
        return Fields(value, self._line)

    def _wrong(self, wrong: str) -> InvalidHistory:
        return InvalidHistory(self._line, wrong)


def follow(sites: dict[str, SiteProgress], line: OperationLine) -> None:
    """Take an operation into what is known of the sites. Raises InvalidHistory for a gap, or another author."""
    known = sites.get(line.site) or SiteProgress(line.author, 0, 0)
    if line.site_sequence != known.last_sequence + 1:
        raise InvalidHistory(line.line, f"site_sequence {known.last_sequence + 1} was to come from this site")
    if line.author != known.author:
        raise InvalidHistory(line.line, "this site wrote before, as another author")
    sites[line.site] = SiteProgress(line.author, line.site_sequence, line.revision)


def _has_format(operation: Operation) -> bool:
    return any(
        getattr(component, "attributes", None) or (type(component) is Insert and isinstance(component.content, Embed))
        for component in operation.components
    )


def _json(value: Mapping[str, Any]) -> bytes:
    return orjson.dumps(value)


def _time(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
