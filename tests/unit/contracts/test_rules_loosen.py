"""What a request may hold is only ever loosened, against the baseline; and tightening is noticed."""

from __future__ import annotations

from typing import Any

import pytest
from google.api import field_behavior_pb2
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

from shoal.options.v1 import options_pb2
from tests.unit.contracts.generated import baseline, current
from tests.unit.contracts.loosening import complaints, tightened

Rules = options_pb2.FieldRules
TIGHTER: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("min_length", {}, {"min_length": 1}),
    ("max_length", {"max_length": 200}, {"max_length": 199}),
    ("max_length", {}, {"max_length": 200}),
    ("max_bytes", {"max_bytes": 9}, {"max_bytes": 8}),
    ("pattern", {"pattern": "^a*$"}, {"pattern": "^b*$"}),
    ("format", {}, {"format": options_pb2.TEXT_FORMAT_UUID}),
    ("resource_names", {"resource_names": ["a/*", "b/*"]}, {"resource_names": ["a/*"]}),
    ("minimum", {"minimum": -1}, {"minimum": 0}),
    ("minimum", {}, {"minimum": 0}),
    ("maximum", {"maximum": 5}, {"maximum": 4}),
    ("defined", {}, {"defined": True}),
    ("in", {"in": [1, 2]}, {"in": [1]}),
    ("min_items", {"min_items": 1}, {"min_items": 2}),
    ("max_items", {"max_items": 3}, {"max_items": 2}),
    ("unique_items", {}, {"unique_items": True}),
    ("keys.max_length", {"keys": {"max_length": 63}}, {"keys": {"max_length": 62}}),
]


def test_nothing_that_the_baseline_takes_is_refused_now() -> None:
    assert complaints(baseline(), current()) == []


@pytest.mark.parametrize(("name", "before", "after"), TIGHTER, ids=[f"{name} {after}" for name, _, after in TIGHTER])
def test_a_tighter_rule_is_named_and_a_looser_one_is_not(
    name: str, before: dict[str, Any], after: dict[str, Any]
) -> None:
    old, new = Rules(**before), Rules(**after)
    assert tightened(old, new) == [name]
    assert tightened(new, new) == []
    assert tightened(new, Rules()) == []
    if name != "pattern":
        assert tightened(new, old) == []


def test_what_becomes_required_is_named() -> None:
    before = image_of()
    after = image_of()
    (message,) = after.file[0].message_type
    message.field[0].options.Extensions[field_behavior_pb2.field_behavior].append(field_behavior_pb2.REQUIRED)
    later = message.field.add(name="later", number=9)
    later.options.Extensions[field_behavior_pb2.field_behavior].append(field_behavior_pb2.REQUIRED)
    message.oneof_decl[0].options.Extensions[options_pb2.oneof_required] = True
    message.field[0].options.Extensions[options_pb2.rules].max_length = 5
    assert complaints(before, after) == [
        "shoal.x.v1.Ask.name: is required now",
        "shoal.x.v1.Ask.name: max_length is tighter",
        "shoal.x.v1.Ask.later: is required now",
        "shoal.x.v1.Ask.what: is required now",
    ]
    assert complaints(after, before) == []


def test_a_form_of_text_that_means_less_is_named() -> None:
    before, after = image_of(), image_of()
    for image, names in ((before, ["a/*", "b/*"]), (after, ["a/*"])):
        value = image.file[0].enum_type.add(name="TextFormat").value.add(name="TEXT_FORMAT_THING", number=1)
        value.options.Extensions[options_pb2.text_form].resource_names.extend(names)
    assert complaints(before, after) == ["TEXT_FORMAT_THING: means less"]
    assert complaints(after, before) == []


def image_of() -> FileDescriptorSet:
    file = FileDescriptorProto(name="shoal/x/v1/x.proto", package="shoal.x.v1")
    message = file.message_type.add(name="Ask")
    message.field.add(name="name", number=1)
    message.oneof_decl.add(name="what")
    return FileDescriptorSet(file=[file])
