"""What comments of the contracts call required or output only, the rules say too: people and machines read the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from google.api import field_behavior_pb2
from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorSet

IMAGE = Path(__file__).parents[3] / "proto" / "baseline.binpb"
B = field_behavior_pb2.FieldBehavior
ANSWERED_ONE_BY_ONE = {"Open", "Submit", "RefreshToken"}
"""Frames of the live stream, which its servicer checks."""
BETWEEN_SERVICES = {"shoal/document/v1/operation_log.proto"}
"""The log is on the way of every keystroke; it checks its batches itself."""


def commented() -> Iterator[tuple[str, str, FieldDescriptorProto]]:
    """Every field of a request or of what a request holds: its full name, its comment, and itself."""
    for file in FileDescriptorSet.FromString(IMAGE.read_bytes()).file:
        if not file.package.startswith(("shoal.collab", "shoal.document", "shoal.project")):
            continue
        comments = {tuple(each.path): each.leading_comments.strip() for each in file.source_code_info.location}

        def fields(
            message: DescriptorProto, path: tuple[int, ...], name: str
        ) -> Iterator[tuple[str, str, FieldDescriptorProto]]:
            for at, field in enumerate(message.field):
                yield f"{name}.{field.name}", comments.get((*path, 2, at), ""), field  # noqa: B023
            for at, inner in enumerate(message.nested_type):
                yield from fields(inner, (*path, 3, at), f"{name}.{inner.name}")

        for at, message in enumerate(file.message_type):
            if message.name not in ANSWERED_ONE_BY_ONE and file.name not in BETWEEN_SERVICES:
                yield from fields(message, (4, at), message.name)


def has(field: FieldDescriptorProto, behaviour: int) -> bool:
    return behaviour in field.options.Extensions[field_behavior_pb2.field_behavior]


def test_what_is_called_required_is_demanded() -> None:
    called = [(name, field) for name, comment, field in commented() if comment.startswith("Required")]
    assert len(called) > 80
    assert [name for name, field in called if not has(field, B.REQUIRED) and not field.HasField("oneof_index")] == []


@pytest.mark.parametrize(
    "resource", ["Document", "Version", "Project", "Folder", "Organization", "Invitation", "ShareLink"]
)
def test_what_is_called_output_only_is_ignored_when_sent(resource: str) -> None:
    called = [(name, field) for name, comment, field in commented()
              if name.startswith(f"{resource}.") and comment.startswith("Output only")]  # fmt: skip
    assert called
    assert [name for name, field in called if not has(field, B.OUTPUT_ONLY)] == []
