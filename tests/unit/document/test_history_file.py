"""A history file is read back as it was written, and believed only whole."""

from __future__ import annotations

import hashlib
import itertools
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.wire import operation_to_proto
from ot.document import Document
from ot.operation import Embed, Insert, Operation, Retain, insert_at
from services.document.documents.metadata import Metadata
from services.document.errors import InvalidHistory
from services.document.history.history_file import (
    Header,
    Lines,
    OperationLine,
    Reader,
    SiteProgress,
    VersionLine,
    Writer,
    follow,
)
from tests.unit.ot.strategies import edits

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RICH, PLAIN = 1, 2


def line_of(revision: int, operation: Operation, **more: object) -> OperationLine:
    values: dict[str, object] = {
        "line": revision + 1, "revision": revision, "site": "site-ada", "site_sequence": revision,
        "author": "users/ada", "agent": None, "base_revision": revision - 1,
        "commit_time": NOW - timedelta(hours=1) + timedelta(microseconds=revision), "operation": operation,
        "payload": operation_to_proto(operation).SerializeToString(),
    }  # fmt: skip
    return OperationLine(**{**values, **more})  # type: ignore[arg-type]


def written(operations: list[Operation], kind: int = RICH, versions: tuple[VersionLine, ...] = ()) -> list[bytes]:
    writer, content = Writer(), Document()
    metadata = Metadata("Notes", labels={"b": "2", "a": "1"}, language="de-CH", template=True)
    lines = [
        writer.header(Header("documents/a", "users/eve", kind, metadata, NOW - timedelta(days=1), len(operations)))
    ]
    for revision, operation in enumerate(operations, 1):
        lines.append(writer.operation(line_of(revision, operation)))
        content.apply(operation)
    lines += [writer.version(version) for version in versions]
    return [*lines, writer.footer(content.hash())]


def read(lines: list[bytes], **more: int) -> tuple[Reader, list[Header | OperationLine | VersionLine | None]]:
    reader = Reader(latest=NOW, max_operation_bytes=more.get("max_operation_bytes", 1000))
    items = [reader.take(line) for line in lines]
    reader.end()
    return reader, items


VERSION = VersionLine(1, "First light", "of many", "users/bob", NOW - timedelta(minutes=3))
THREE = [insert_at(0, "one\n"), Operation([Retain(3), Insert(" two")]), Operation([Retain(3, {"bold": True})])]


@given(edits(concurrent=0, sequential=6))
def test_what_was_written_is_read_back(history: tuple[Document, list[Operation]]) -> None:
    before, operations = history
    everything = [before.to_operation(), *operations]
    reader, items = read(written(everything, versions=(VERSION,)))
    assert [item.operation for item in items if isinstance(item, OperationLine)] == everything
    assert [item for item in items if isinstance(item, VersionLine)] == [VERSION]
    for operation in operations:
        before.apply(operation)
    assert reader.document == before
    assert items[-1] is None


def test_a_header_says_what_the_document_is() -> None:
    _, (header, *_) = read(written(THREE))
    assert isinstance(header, Header)
    assert header.metadata == Metadata("Notes", labels={"a": "1", "b": "2"}, language="de-CH", template=True)
    assert (header.type, header.create_time, header.head_revision) == (RICH, NOW - timedelta(days=1), 3)


def test_writing_what_was_read_gives_the_same_bytes() -> None:
    lines = written(
        [*THREE, insert_at(0, Embed("formula", {"x": 1e300, "a": [0.5, -0.0, 2**60]}))], versions=(VERSION,)
    )
    reader, items = read(lines)
    writer = Writer()
    again = [
        writer.header(item) if isinstance(item, Header)
        else writer.operation(item) if isinstance(item, OperationLine)
        else writer.version(item) if isinstance(item, VersionLine)
        else writer.footer(reader.document.hash())
        for item in items
    ]  # fmt: skip
    assert again == lines


@pytest.mark.parametrize("damaged", range(6))
def test_one_byte_changed_in_any_line_is_noticed(damaged: int) -> None:
    lines = written(THREE, versions=(VERSION,))
    assert len(lines) == 6
    for place in range(len(lines[damaged]) - 1):
        line = bytearray(lines[damaged])
        line[place] ^= 1
        with pytest.raises(InvalidHistory):
            read([*lines[:damaged], bytes(line), *lines[damaged + 1 :]])


@pytest.mark.parametrize("left_out", range(6))
def test_a_line_that_is_missing_is_noticed(left_out: int) -> None:
    lines = written(THREE, versions=(VERSION,))
    with pytest.raises(InvalidHistory):
        read(lines[:left_out] + lines[left_out + 1 :])


@given(st.permutations(range(6)).filter(lambda order: order != list(range(6))))
def test_lines_in_another_order_are_noticed(order: list[int]) -> None:
    lines = written(THREE, versions=(VERSION,))
    with pytest.raises(InvalidHistory):
        read([lines[place] for place in order])


def test_nothing_may_follow_the_last_line() -> None:
    with pytest.raises(InvalidHistory, match="line 6: the file goes on"):
        read([*written(THREE), b"\n"])


def reworded(lines: list[bytes], place: int, **changes: object) -> list[bytes]:
    """The file with other values in one line, and a last line that agrees: as whoever knows the format can make it."""
    fields = orjson.loads(lines[place])
    fields |= {key: value for key, value in changes.items() if value is not ...}
    fields = {key: value for key, value in fields.items() if changes.get(key) is not ...}
    changed = [*lines[:place], orjson.dumps(fields) + b"\n", *lines[place + 1 :]]
    footer = orjson.loads(changed[-1])
    footer["checksum"] = hashlib.sha256(b"".join(changed[:-1])).hexdigest()
    return [*changed[:-1], orjson.dumps(footer) + b"\n"]


@pytest.mark.parametrize(
    ("place", "changes", "wrong"),
    [
        (0, {"format": "other"}, "line 1: is not the first line"),
        (0, {"version": 2}, "line 1: .*version"),
        (0, {"head_revision": 4}, "line 5: the number"),
        (0, {"extra": 1}, "line 1: has a field"),
        (1, {"revision": 2}, "line 2: revision 1 was to come"),
        (1, {"revision": True}, "line 2: revision must be a whole number"),
        (1, {"revision": ...}, "line 2: revision is missing"),
        (1, {"site": "no site"}, "line 2: .*site"),
        (1, {"author": ""}, "line 2: author"),
        (1, {"agent": "x" * 256}, "line 2: agent"),
        (2, {"base_revision": 2}, "line 3: base_revision"),
        (2, {"base_revision": -1}, "line 3: base_revision"),
        (2, {"base_revision": 1.0}, "line 3: base_revision"),
        (2, {"commit_time": "2026-03-01T12:00:01Z"}, "line 3: commit_time"),
        (2, {"commit_time": "2026-03-01T11:00:01"}, "line 3: commit_time"),
        (2, {"delta": [{"delete": 99}]}, "line 3: operation spans 99"),
        (2, {"delta": [{"retain": -1}]}, "line 3: delta"),
        (2, {"delta": {"insert": "x"}}, "line 3: delta"),
        (2, {"delta": [{"retain": 2**40, "attributes": {"a": 1}}]}, "line 3: delta"),
        (2, {"delta": [{"insert": "x" * 2000}]}, "line 3: .*1000 bytes"),
        (2, {"delta": [{"insert": "another"}]}, "line 5: .*content"),
        (2, {"more": 1}, "line 3: has a field"),
    ],
)
def test_each_thing_that_is_wrong_is_said_with_its_line(place: int, changes: dict[str, object], wrong: str) -> None:
    lines = written(THREE)
    read(reworded(lines, place))
    with pytest.raises(InvalidHistory, match=wrong) as refused:
        read(reworded(lines, place, **changes))
    assert refused.value.facts["line"].isdigit()


def test_a_value_nested_deeper_than_readers_follow_is_refused() -> None:
    nested: object = 1
    for _ in range(20):
        nested = [nested]
    with pytest.raises(InvalidHistory, match=r"line 2: delta: .*16 levels"):
        read(reworded(written(THREE), 1, delta=[{"insert": "one\n", "attributes": {"deep": nested}}]))


def test_a_plain_text_history_has_no_formats() -> None:
    read(written(THREE[:2], PLAIN))
    with pytest.raises(InvalidHistory, match="line 4: a plain text document"):
        read(written(THREE, PLAIN))


def test_a_surrogate_alone_is_not_text() -> None:
    with pytest.raises(InvalidHistory, match="line 2"):
        read([written(THREE)[0], written(THREE)[1].replace(b"one", b"\\ud83d")])


@pytest.mark.parametrize("line", [b"", b"\xff\n", b"[]\n", b"null\n", b"{\n", b'{"a":' * 2000 + b"\n"])
def test_what_is_not_a_json_object_is_refused(line: bytes) -> None:
    with pytest.raises(InvalidHistory, match="line 1"):
        read([line])


@pytest.mark.parametrize(
    "version",
    [
        VERSION._replace(title=" "), VERSION._replace(title="x" * 201), VERSION._replace(title="a\tb"),
        VERSION._replace(description="x" * 2001), VERSION._replace(revision=4), VERSION._replace(creator=""),
        VERSION._replace(create_time=NOW + timedelta(hours=1)),
    ],
)  # fmt: skip
def test_a_version_must_be_one_that_could_have_been_made(version: VersionLine) -> None:
    with pytest.raises(InvalidHistory, match="line 5"):
        read(written(THREE, versions=(version,)))


def test_sites_go_on_without_gaps_and_stay_their_authors_own() -> None:
    sites = {"site-ada": SiteProgress("users/ada", 1, 1)}
    follow(sites, line_of(2, THREE[1]))
    assert sites == {"site-ada": SiteProgress("users/ada", 2, 2)}
    with pytest.raises(InvalidHistory, match="line 5: site_sequence 3"):
        follow(sites, line_of(4, THREE[1]))
    with pytest.raises(InvalidHistory, match=r"line 4: .*another author"):
        follow(sites, line_of(3, THREE[1], author="users/bob"))
    with pytest.raises(InvalidHistory, match="line 4: site_sequence 1"):
        follow(sites, line_of(3, THREE[1], site="new"))


@given(st.binary(max_size=60), st.lists(st.integers(0, 60)))
def test_lines_are_the_same_however_the_file_is_cut(data: bytes, cuts: list[int]) -> None:
    lines, got = Lines(100), []
    places = sorted({0, len(data), *[cut for cut in cuts if cut < len(data)]})
    for start, end in itertools.pairwise(places):
        got += lines.feed(data[start:end])
    whole = data.split(b"\n")
    assert got == [each + b"\n" for each in whole[:-1]]
    if whole[-1]:
        with pytest.raises(InvalidHistory, match=f"line {len(whole)}"):
            lines.end()
    else:
        lines.end()


def test_a_line_without_an_end_does_not_fill_the_memory() -> None:
    lines = Lines(1000)
    assert list(lines.feed(b"short\n")) == [b"short\n"]
    for _ in range(10):
        assert not list(lines.feed(b"x" * 100))
    with pytest.raises(InvalidHistory, match="line 2: is longer than 1000"):
        list(lines.feed(b"x"))
