"""A request's fields as flags: which there are, and how what is written becomes a value."""

import base64
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor
from hypothesis import given
from hypothesis import strategies as st

from cli.request_fields import Flag, UnfitValue, flags_of, put
from cli.rpcs import public_rpcs
from shoal.collab.v1 import collab_pb2
from shoal.document.v1 import document_pb2, history_pb2

CREATE = document_pb2.CreateDocumentRequest
UPDATE = document_pb2.UpdateDocumentRequest


def flag(message: Descriptor, name: str) -> Flag:
    return next(each for each in flags_of(message) if each.name == name)


def filled(kind: Any, **written: Any) -> Any:
    """A request with these flags; `__` stands for the dot."""
    request = kind()
    for name, value in written.items():
        put(request, flag(kind.DESCRIPTOR, name.replace("__", ".")), value)
    return request


def test_each_field_of_each_public_rpc_is_a_flag_of_its_own() -> None:
    for rpc in public_rpcs().values():
        names = [each.name for each in flags_of(rpc.method.input_type)]
        assert len(names) == len(set(names)) < 100
        assert {each.name for each in rpc.method.input_type.fields} <= set(names)
        assert all(each.metavar for each in flags_of(rpc.method.input_type))


def test_fields_inside_are_set_by_dots_and_make_what_they_are_in() -> None:
    request = filled(CREATE, document__title="Hi", document__type="plain-text", document__labels=["a=b", "c=d=e"])
    assert request.document.title == "Hi"
    assert request.document.type == document_pb2.DOCUMENT_TYPE_PLAIN_TEXT
    assert dict(request.document.labels) == {"a": "b", "c": "d=e"}
    assert filled(CREATE, document__title="").HasField("document")


@pytest.mark.parametrize("word", ["rich_text", "RICH-TEXT", "Rich_Text", "DOCUMENT_TYPE_RICH_TEXT"])
def test_an_enum_is_written_short_or_whole(word: str) -> None:
    assert filled(CREATE, document__type=word).document.type == document_pb2.DOCUMENT_TYPE_RICH_TEXT


@pytest.mark.parametrize("text", ["2026-03-01T14:30:00.123456789Z", "2026-03-01T15:30:00.123456789+01:00"])
def test_a_time_is_kept_to_the_nanosecond(text: str) -> None:
    stamp = filled(CREATE, document__create_time=text).document.create_time
    assert stamp.ToJsonString() == "2026-03-01T14:30:00.123456789Z"


@pytest.mark.parametrize("text", ["title,labels", "document_id,title", "documentId,title"])
def test_a_mask_has_commas_and_names_of_the_contract_or_of_json(text: str) -> None:
    paths = list(filled(UPDATE, update_mask=text).update_mask.paths)
    assert paths == [each.replace("documentId", "document_id") for each in text.split(",")]


def test_bytes_come_from_a_file_or_as_base64(tmp_path: Path) -> None:
    (tmp_path / "part").write_bytes(b"\x00\xff")
    for written in (f"@{tmp_path / 'part'}", base64.b64encode(b"\x00\xff").decode()):
        assert filled(history_pb2.ImportHistoryRequest, chunk=written).chunk == b"\x00\xff"


def test_a_message_may_be_written_as_json_and_a_flag_replaces_all_that_a_field_held() -> None:
    request = filled(collab_pb2.SubmitOperationRequest, operation='{"components": [{"insert": "a"}, {"retain": 1}]}')
    assert len(request.operation.components) == 2
    components = flag(request.DESCRIPTOR, "operation.components")
    put(request, components, ['{"insert": "b"}'])
    assert [each.insert for each in request.operation.components] == ["b"]


@pytest.mark.parametrize(
    ("kind", "name", "written", "said"),
    [
        (CREATE, "document.type", "paper", "none of rich_text, plain_text"),
        (CREATE, "document.labels", ["a"], "KEY=VALUE"),
        (CREATE, "document.create_time", "soon", "not a time"),
        (CREATE, "copy", "{", "JSON"),
        (CREATE, "copy.revision", "many", "whole number"),
        (CREATE, "copy.revision", str(2**63), "range"),
        (history_pb2.ImportHistoryRequest, "chunk", "@/nowhere/at all", "cannot read"),
        (history_pb2.ImportHistoryRequest, "chunk", "no base64!", "base64"),
        (CREATE, "document.title", "\udcff", "surrogates"),
    ],
)
def test_what_is_no_value_of_a_field_is_told(kind: Any, name: str, written: Any, said: str) -> None:
    with pytest.raises(UnfitValue, match=said):
        put(kind(), flag(kind.DESCRIPTOR, name), written)


@given(st.text(st.characters(exclude_categories=("Cs",))), st.integers(-(2**63), 2**63 - 1))
def test_flags_and_json_say_the_same(title: str, revision: int) -> None:
    by_flags = filled(CREATE, document__title=title, copy__revision=str(revision))
    by_json = json_format.ParseDict({"document": {"title": title}, "copy": {"revision": str(revision)}}, CREATE())
    assert by_flags == by_json
