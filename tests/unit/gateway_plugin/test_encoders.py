"""Generated encoders say what json_format says, and null for what is not set and stands in no oneof."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import orjson
import pytest
from google.protobuf import json_format
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import shoal
from edge.gateway import encoders
from edge.plugins.python_names import encoder_names, messages_of
from tests.unit.gateway_plugin import protoc
from tests.unit.gateway_plugin.messages import messages

FILES = ("ample/v1/ample.proto", "ample/v1/shared-things.proto", "ample/v1/two.proto")
EDITION = """
edition = "2023";
package editions;
import "google/api/annotations.proto";
service News { rpc Get(New) returns (New) { option (google.api.http) = {get: "/v1/new"}; } }
message New {
  string kept = 1;
  int64 plain = 2 [features.field_presence = IMPLICIT];
  New inner = 3 [features.message_encoding = DELIMITED];
}
"""
GEN = Path(next(iter(shoal.__path__))).parent
SHOAL = sorted(".".join(path.relative_to(GEN).with_suffix("").parts) for path in GEN.rglob("*_gateway.py"))


def oracle(message: Message) -> Any:
    printed = json_format.MessageToDict(message, always_print_fields_with_no_presence=True)
    return with_nulls(message, printed)


def with_nulls(message: Any, printed: Any) -> Any:
    """Add what json_format never prints: null for unset fields with presence outside of oneofs."""
    if message.DESCRIPTOR.full_name == "google.protobuf.Any":
        return with_nulls_in_any(message, printed)
    if message.DESCRIPTOR.full_name.startswith("google.protobuf."):
        return printed
    for field in message.DESCRIPTOR.fields:
        value = getattr(message, field.name)
        if field.has_presence and not message.HasField(field.name):
            if field.containing_oneof is None:
                printed[field.json_name] = None
        elif field.message_type is None:
            continue
        elif field.message_type.GetOptions().map_entry:
            if field.message_type.fields_by_name["value"].message_type is not None:
                for key, each in value.items():
                    name = str(key).lower() if isinstance(key, bool) else str(key)
                    printed[field.json_name][name] = with_nulls(each, printed[field.json_name][name])
        elif field.is_repeated:
            printed[field.json_name] = [
                with_nulls(each, made) for each, made in zip(value, printed[field.json_name], strict=True)
            ]
        else:
            printed[field.json_name] = with_nulls(value, printed[field.json_name])
    return printed


def with_nulls_in_any(message: Any, printed: dict[str, Any]) -> Any:
    if message.TypeName() == "ample.v1.Tree":
        inner = GetMessageClass(message.DESCRIPTOR.file.pool.FindMessageTypeByName("ample.v1.Tree"))()
        message.Unpack(inner)
        with_nulls(inner, printed)
    return printed


@pytest.fixture(scope="module")
def ample(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    out = tmp_path_factory.mktemp("ample")
    protoc.write_package(out, protoc.PROTOS, *FILES)
    return protoc.load(out, "ample.v1.ample_gateway")


def encoder_of(module: ModuleType, message: Any) -> Any:
    names = encoder_names(message.DESCRIPTOR.file)
    return getattr(module, names[message.DESCRIPTOR.full_name])


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_every_kind_of_field_is_written_as_json_format_writes_it(ample: ModuleType, data: st.DataObject) -> None:
    message = data.draw(messages(ample.ample_pb2.Ample))
    written = ample.encode_ample(message)
    assert written == oracle(message)
    assert written == encoders.message(message)
    orjson.dumps(written)


def test_an_empty_message_has_nulls_zeros_and_no_members_of_oneofs(ample: ModuleType) -> None:
    written = ample.encode_ample(ample.ample_pb2.Ample())
    assert written["scalars"] is None
    assert written["kinds"] == []
    assert written["byWord"] == {}
    assert written["kind"] == "KIND_UNSPECIFIED"
    assert {"count", "word", "chosen", "perhaps", "text", "raw", "inner"}.isdisjoint(written)
    assert written == oracle(ample.ample_pb2.Ample())


def test_a_number_that_no_name_stands_for_is_written_as_the_number(ample: ModuleType) -> None:
    assert ample.encode_ample(ample.ample_pb2.Ample(kind=99, kinds=[1, 98]))["kinds"] == ["KIND_A", 98]


def test_a_message_of_a_file_that_is_not_generated_is_written_by_reflection(ample: ModuleType) -> None:
    message = ample.ample_pb2.Ample()
    message.status.details.add().Pack(ample.ample_pb2.Tree(**{"from": "root"}))
    assert ample.encode_ample(message)["status"] == encoders.message(message.status)


def test_extensions_are_not_lost(ample: ModuleType) -> None:
    old = ample.two_pb2.Old(name="n")
    old.extended.Extensions[ample.two_pb2.added] = 5
    assert ample.two_gateway.encode_old(old)["extended"]["[ample.two.added]"] == "5"


def test_an_editions_file_has_null_for_what_has_presence(tmp_path: Path) -> None:
    (tmp_path / "edition.proto").write_text(EDITION)
    protoc.write_package(tmp_path, tmp_path, "edition.proto")
    module = protoc.load(tmp_path, "edition_gateway")
    message = module.edition_pb2.New()
    assert module.encode_new(message) == {"kept": None, "plain": "0", "inner": None} == oracle(message)
    message.inner.SetInParent()
    message.kept = ""
    assert module.encode_new(message)["kept"] == ""
    assert module.encode_new(message) == oracle(message)


def test_what_a_response_body_names_has_an_encoder_of_its_own(ample: ModuleType) -> None:
    whole, trees, kind, count = (each for each in ample.AMPLE_SERVICE if each.method.path.endswith("Get"))
    message = ample.ample_pb2.Ample(kind=1, count=3, trees=[ample.ample_pb2.Tree(odd="x")])
    assert whole.encode is None
    assert trees.encode(message.trees) == oracle(message)["trees"]
    assert kind.encode(message.kind) == "KIND_A"
    assert count.encode(message.count) == "3"


@pytest.mark.parametrize("name", SHOAL)
def test_every_encoder_of_the_contracts_agrees_with_json_format(name: str) -> None:
    module = import_module(name)
    described = import_module(name.removesuffix("_gateway") + "_pb2")
    names = encoder_names(described.DESCRIPTOR)
    encoded = [each for each in messages_of(described.DESCRIPTOR) if hasattr(module, names[each.full_name])]
    assert encoded

    @settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
    @given(data=st.data())
    def agrees(data: st.DataObject) -> None:
        descriptor = data.draw(st.sampled_from(encoded))
        message = data.draw(messages(descriptor._concrete_class))
        assert getattr(module, names[descriptor.full_name])(message) == oracle(message)

    agrees()
