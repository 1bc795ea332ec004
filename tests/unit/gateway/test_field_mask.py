"""Field masks: which fields the JSON body of a PATCH speaks of."""

from __future__ import annotations

import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.json_format import MessageToDict, ParseDict
from hypothesis import given
from hypothesis import strategies as st

from edge.gateway.errors import MalformedBody
from edge.gateway.field_mask import paths_of, the_mask_field
from tests.unit.gateway.messages import Document, Everything, Request, TwoMasks


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({}, []),
        (None, []),
        ([], []),
        ("text", []),
        ({"name": "x"}, ["name"]),
        ({"name": None}, ["name"]),
        ({"name": ""}, ["name"]),
        ({"u64": "1", "name": "x", "flag": False}, ["flag", "name", "u64"]),
        ({"odd-name": "x"}, ["spelled_oddly"]),
        ({"spelled_oddly": "x"}, ["spelled_oddly"]),
        ({"inner": {}}, ["inner"]),
        ({"inner": None}, ["inner"]),
        ({"inner": {"name": "x"}}, ["inner.name"]),
        ({"inner": {"madeAt": "x", "count": 1}}, ["inner.count", "inner.made_at"]),
        ({"inner": {"inner": {"inner": {"name": "x"}, "count": 2}}}, ["inner.inner.count", "inner.inner.inner.name"]),
        ({"inner": {"inner": {}}, "name": "x"}, ["inner.inner", "name"]),
        ({"tags": ["a"], "inners": [{"name": "x"}]}, ["inners", "tags"]),
        ({"labels": {"a": "x"}, "by_key": {"a": {"name": "x"}}}, ["by_key", "labels"]),
        ({"inner": {"labels": {"a": "x"}, "inners": []}}, ["inner.inners", "inner.labels"]),
        ({"at": "2020-01-01T00:00:00Z", "pause": "1s", "mask": "a,b"}, ["at", "mask", "pause"]),
        ({"int32_box": 1, "bytes_box": "YQ=="}, ["bytes_box", "int32_box"]),
        ({"object": {}}, ["object"]),
        ({"object": {"a": 1, "b_c": {"dE": [1], "f": {}}}}, ["object.a", "object.b_c.dE", "object.b_c.f"]),
        ({"value": {"a": {"b": None}}}, ["value.a.b"]),
        ({"value": 1}, ["value"]),
        ({"value": [{"a": 1}]}, ["value"]),
        ({"values": [{"a": 1}]}, ["values"]),
        ({"any": {"@type": "x", "name": 1}}, ["any"]),
        ({"inner": {"any": {"@type": "x"}}}, ["inner.any"]),
        ({"nested": {"name": "x"}, "nickname": "x"}, ["nested.name", "nickname"]),
    ],
)
def test_a_mask_names_what_the_body_says(body, paths) -> None:
    assert paths_of(body, Everything.DESCRIPTOR) == paths


@pytest.mark.parametrize(
    "body",
    [
        {"unknown": 1},
        {"inner": {"unknown": 1}},
        {"inner": {"inner": {"\udcff": 1}}},
        {"name": {"a": 1}},
        {"inner": {"count": {"a": 1}}},
        {"at": {"nonsense": 1}},
        {"any": {}},
        {"any": {"name": 1}},
        {"any": None},
        {"inner": {"any": "x"}},
    ],
)
def test_a_body_that_is_no_such_message_has_no_mask(body) -> None:
    with pytest.raises(MalformedBody) as refused:
        paths_of(body, Everything.DESCRIPTOR)
    assert refused.value.message.isascii()


def test_a_body_may_be_nested_as_deep_as_it_was_read() -> None:
    message: dict = {"name": "x"}
    free: dict = {"a": 1}
    for _ in range(5000):
        message, free = {"inner": message}, {"a": free}
    assert paths_of({"inner": message}, Everything.DESCRIPTOR) == ["inner." * 5001 + "name"]
    assert paths_of({"object": free}, Everything.DESCRIPTOR) == ["object" + ".a" * 5001]


def test_the_mask_field_is_the_only_one() -> None:
    field = the_mask_field(Request.DESCRIPTOR)
    assert field is not None
    assert field.name == "update_mask"
    assert the_mask_field(TwoMasks.DESCRIPTOR) is None
    assert the_mask_field(Document.DESCRIPTOR) is None


documents = st.deferred(
    lambda: st.fixed_dictionaries(
        {},
        optional={
            "name": st.text(max_size=3),
            "title": st.text(max_size=3),
            "tags": st.lists(st.text(max_size=3), min_size=1, max_size=2),
            "revision": st.integers(1, 9).map(str),
            "owner": st.text(max_size=3),
            "parent": documents,
        },
    )
)


@given(documents)
def test_what_the_mask_copies_is_what_the_body_said(body) -> None:
    said = ParseDict(body, Document())
    copied = Document()
    FieldMask(paths=paths_of(body, Document.DESCRIPTOR)).MergeMessage(said, copied)
    assert MessageToDict(copied) == MessageToDict(said)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["inner", "name", "object", "any", "@type", "labels", "x"]), inner, max_size=3
        )
    ),
)


@given(json_values)
def test_any_json_has_a_mask_or_is_refused(body) -> None:
    try:
        paths = paths_of(body, Everything.DESCRIPTOR)
    except MalformedBody:
        return
    assert paths == sorted(paths)
    assert all(path and ".." not in path for path in paths)
