"""Trace files: what is read from them, and which are refused with a sentence."""

import gzip
import json
from pathlib import Path

import pytest

from cli.errors import Failed
from cli.replay_sequential import Flights, encode
from cli.trace import one_operation, read_trace
from mesh.wire import operation_to_proto
from shoal.collab.v1 import collab_pb2


def written(path: Path, *patches: list[list[object]], **more: object) -> Path:
    story = {"startContent": "", "endContent": "", "txns": [{"patches": each} for each in patches], **more}
    path.write_bytes(gzip.compress(json.dumps(story).encode()))
    return path


def test_patches_of_one_transaction_are_one_operation(tmp_path: Path) -> None:
    trace = read_trace(written(tmp_path / "t.json.gz", [[0, 0, "hello"]], [[0, 1, "J"], [5, 0, "!"]]))
    assert trace.operation(1).to_delta() == [{"insert": "J"}, {"delete": 1}, {"retain": 4}, {"insert": "!"}]
    assert not trace.is_concurrent
    assert trace.title == "t"


@pytest.mark.parametrize("patch", [(0, 0, "a"), (3, 2, ""), (3, 2, "xyz"), (0, 4, "é"), (7, 0, "")])
def test_the_fast_encoding_equals_the_algebras(patch: tuple[int, int, str]) -> None:
    assert encode([patch]) == operation_to_proto(one_operation([patch]))


def test_a_site_is_the_same_however_the_file_is_compressed(tmp_path: Path) -> None:
    packed = written(tmp_path / "a.json.gz", [[0, 0, "a"]])
    plain = tmp_path / "b.json"
    plain.write_bytes(gzip.decompress(packed.read_bytes()))
    assert read_trace(packed).site(0) == read_trace(plain).site(0) != read_trace(packed).site(1)


def test_flights_stay_within_the_servers_limits(tmp_path: Path) -> None:
    trace = read_trace(written(tmp_path / "t.json.gz", *[[[i, 0, "x" * 30]] for i in range(100)]))
    limits = collab_pb2.Limits(max_flight_bytes=1000, max_flight_operations=40)
    flights = Flights(trace, limits, 10)
    taken = [flights.take(1)]
    while sum(len(flight.operations) for flight in taken) < 90:
        taken.append(flights.take(1000))
    assert [flight.first_site_sequence for flight in taken][:2] == [11, 12]
    assert all(flight.ByteSize() <= 1000 and len(flight.operations) <= 40 for flight in taken)
    assert [operation for flight in taken for operation in flight.operations] == [
        encode(each) for each in trace.patches[10:]
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not a trace"),
        (b"\x1f\x8bbroken", "not a trace"),
        (b"[]", "not a trace"),
        (b'{"txns": [{"patches": [[0, 0]]}], "endContent": ""}', "not a trace"),
        (b'{"txns": [{"patches": [[-1, 0, "a"]]}], "endContent": ""}', "negative"),
        (b'{"txns": [], "endContent": "a", "startContent": "a"}', "starts from a text"),
        ('{"txns": [{"patches": [[0, 0, "\U0001f41f"]]}], "endContent": ""}'.encode(), "U\\+FFFF"),
    ],
)
def test_what_is_no_trace_is_refused_with_a_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "t.json.gz"
    path.write_bytes(content)
    with pytest.raises(Failed, match=said):
        read_trace(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Failed, match=r"missing\.json"):
        read_trace(tmp_path / "missing.json")
