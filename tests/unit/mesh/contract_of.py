"""A contract written in a test, and what it compiles to."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import google.api
import grpc_tools
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from grpc_tools import protoc

PROTO = Path(__file__).parents[3] / "proto"
GOOGLE = Path(next(iter(google.api.__path__))).parent.parent
BUILTIN = Path(grpc_tools.__file__).parent / "_proto"
HEAD = """
syntax = "proto3";
package test;
import "google/api/field_behavior.proto";
import "google/protobuf/field_mask.proto";
import "google/protobuf/timestamp.proto";
import "shoal/options/v1/options.proto";
"""


def messages_of(text: str) -> dict[str, Any]:
    """The message classes of a contract, by name; it may import all that HEAD does."""
    with tempfile.TemporaryDirectory() as folder:
        source, image = Path(folder, "test.proto"), Path(folder, "image.binpb")
        source.write_text(HEAD + text.replace("[rules", "[(shoal.options.v1.rules)").replace(
            "[required", "[(google.api.field_behavior) = REQUIRED"))  # fmt: skip
        paths = [f"--proto_path={each}" for each in (folder, PROTO, GOOGLE, BUILTIN)]
        assert protoc.main(["protoc", *paths, f"--descriptor_set_out={image}", "--include_imports", str(source)]) == 0
        files = descriptor_pb2.FileDescriptorSet.FromString(image.read_bytes()).file
    pool = descriptor_pool.DescriptorPool()
    for file in files:
        pool.Add(file)
    found = pool.FindFileByName("test.proto").message_types_by_name
    return {name: message_factory.GetMessageClass(each) for name, each in found.items()}
