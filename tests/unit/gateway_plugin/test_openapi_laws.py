"""What the document says is so: messages as the gateway writes them fit their schemas, references lead somewhere."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import a2a.compat.v0_3
import pytest
from google.api import annotations_pb2
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from edge.gateway.marshal import JsonMarshaler
from edge.plugins.schema import Schema
from tests.unit.gateway_plugin.messages import messages
from tests.unit.gateway_plugin.protoc import PROTOS, descriptors, request
from tests.unit.gateway_plugin.test_openapi import LIBRARY, OPTIONS, document

ROOT = Path(__file__).resolve().parents[3]
AMPLE = ("ample/v1/ample.proto", "ample/v1/shared-things.proto", "ample/v1/two.proto")
TYPES = ("ample.v1.Ample", "ample.v1.Scalars", "ample.v1.Tree", "ample.two.Old")


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """Every object of a document, the inner ones too."""
    if isinstance(value, dict):
        yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        yield from parts(each)


def resolve(found: dict[str, Any], reference: str) -> Any:
    value: Any = found
    for step in reference.removeprefix("#/").split("/"):
        value = value[step]
    return value


def operations(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in found["paths"].values() for operation in path.values()]


def bound_methods(image: FileDescriptorSet, package: str = "") -> set[str]:
    return {
        f"{file.package}.{service.name}/{method.name}"
        for file in image.file
        if file.package.startswith(package)
        for service in file.service
        for method in service.method
        if method.options.HasExtension(annotations_pb2.http)
    }


def check_whole(found: dict[str, Any], methods: set[str]) -> None:
    """Valid, complete, and without a reference that leads nowhere."""
    OpenAPIV31SpecValidator(found).validate()
    for each in parts(found):
        if isinstance(each.get("$ref"), str):
            assert resolve(found, each["$ref"]) is not None
    assert {operation["x-grpc-method"] for operation in operations(found)} == methods
    names = [operation["operationId"] for operation in operations(found)]
    assert len(names) == len(set(names))


def test_the_document_of_shoal_is_valid_and_has_every_public_rpc() -> None:
    image = FileDescriptorSet.FromString((ROOT / "gen/shoal/contracts.binpb").read_bytes())
    check_whole(json.loads((ROOT / "gen/openapi/shoal.json").read_text()), bound_methods(image, "shoal."))


def test_what_shoal_refuses_is_in_the_document() -> None:
    found = json.loads((ROOT / "gen/openapi/shoal.json").read_text())
    create = found["paths"]["/v1/documents"]["post"]
    assert "ERROR_REASON_DOCUMENT_ALREADY_EXISTS" in create["responses"]["409"]["description"]
    assert create["x-permission"] == "PERMISSION_DOCUMENT_CREATE"
    assert found["components"]["schemas"]["shoal.document.v1.Document"]["properties"]["title"]["maxLength"] == 200
    for operation in operations(found):
        assert {"400", "401", "403", "404", "429", "500", "503", "504", "default"} < set(operation["responses"])


def test_the_a2a_protocol_gets_a_document(tmp_path: Path) -> None:
    folder = Path(next(iter(a2a.compat.v0_3.__path__)))
    image = descriptors(folder, tmp_path, "a2a_v0_3.proto")
    found = document(folder, tmp_path, "a2a_v0_3.proto")
    check_whole(found, bound_methods(image, "a2a."))
    assert "/v1/tasks/{task}:cancel" in found["paths"]


def test_the_library_gets_a_document_without_loose_ends(tmp_path: Path) -> None:
    check_whole(
        document(PROTOS, tmp_path, LIBRARY, parameter=OPTIONS), bound_methods(descriptors(PROTOS, tmp_path, LIBRARY))
    )


@pytest.mark.parametrize("contract", ["shoal", "library"])
def test_an_example_of_a_body_fits_its_schema(tmp_path: Path, contract: str) -> None:
    found = (
        json.loads((ROOT / "gen/openapi/shoal.json").read_text())
        if contract == "shoal"
        else document(PROTOS, tmp_path, LIBRARY, parameter=OPTIONS)
    )
    bodies = [operation["requestBody"]["content"] for operation in operations(found) if "requestBody" in operation]
    assert bodies
    for body in bodies:
        schema = {**body["application/json"]["schema"], "components": found["components"]}
        Draft202012Validator(schema).validate(body["application/json"]["example"])


@pytest.fixture(scope="module")
def ample() -> tuple[Schema, dict[str, Any]]:
    with tempfile.TemporaryDirectory() as scratch:
        contracts = Schema(request(descriptors(PROTOS, Path(scratch), *AMPLE), *AMPLE))
        return contracts, document(PROTOS, Path(scratch), *AMPLE)


def lenient(schema: Any) -> Any:
    """The same, with what it leaves out on purpose: numbers of enum values without a name, and floats without one."""
    if isinstance(schema, list):
        return [lenient(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "enum" in schema:
        return {"anyOf": [schema, {"type": "integer"}]}
    if "number" in schema.get("type", ()):
        return {"anyOf": [schema, {"enum": ["NaN", "Infinity", "-Infinity"]}]}
    return {key: lenient(value) for key, value in schema.items()}


@pytest.mark.parametrize("name", TYPES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_message_as_it_is_written_fits_its_schema(
    ample: tuple[Schema, dict[str, Any]], name: str, data: st.DataObject
) -> None:
    contracts, found = ample
    kind = GetMessageClass(contracts.pool.FindMessageTypeByName(name))
    message: Message = data.draw(messages(kind))
    schema = {
        "$ref": f"#/components/schemas/{name}",
        "components": {"schemas": lenient(found["components"]["schemas"])},
    }
    Draft202012Validator(schema).validate(json.loads(JsonMarshaler().dump(message)))
