"""The OpenAPI document of a small contract, word by word, and what the plugin refuses to write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from edge.plugins import openapi
from edge.plugins.schema import respond
from tests.unit.gateway_plugin.protoc import HEAD, PROTOS, descriptors, request

GOLDEN = Path(__file__).parent / "golden" / "library.openapi.json"
LIBRARY = "library/library.proto"
OPTIONS = (
    "title=Library,version=2,description=Books.,server=https://library.example,bearer=true,cookie=reader,"
    "rules=library.rules,error_reasons=library.Reason,"
    "extensions=x-permission=library.permission;x-deadline-ms=library.deadline_ms"
)


def ask(source: Path, scratch: Path, *files: str, parameter: str = "") -> Any:
    asked = request(descriptors(source, scratch, *files), *files, parameter=parameter)
    return respond(asked.SerializeToString(), openapi.generate)


def document(source: Path, scratch: Path, *files: str, parameter: str = "") -> dict[str, Any]:
    response = ask(source, scratch, *files, parameter=parameter)
    assert not response.error
    (file,) = response.file
    found: dict[str, Any] = json.loads(file.content)
    OpenAPIV31SpecValidator(found).validate()
    return found


def of_text(folder: Path, text: str, parameter: str = "") -> dict[str, Any]:
    (folder / "t.proto").write_text(HEAD + text, encoding="utf-8")
    return document(folder, folder, "t.proto", parameter=parameter)


def refusal(folder: Path, parameter: str, text: str = "") -> str:
    (folder / "t.proto").write_text(HEAD + text, encoding="utf-8")
    response = ask(folder, folder, "t.proto", parameter=parameter)
    assert not response.file
    return str(response.error)


def test_the_document_of_a_small_contract_reads_like_this(tmp_path: Path) -> None:
    (file,) = ask(PROTOS, tmp_path, LIBRARY, parameter=OPTIONS).file
    assert file.name == "openapi.json"
    assert file.content == GOLDEN.read_text()
    OpenAPIV31SpecValidator(json.loads(file.content)).validate()


def test_the_same_contract_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (ask(PROTOS, tmp_path, LIBRARY, parameter=OPTIONS).SerializeToString() for _ in range(2))
    assert first == second


def test_a_contract_without_rules_for_http_gives_no_document(tmp_path: Path) -> None:
    assert list(ask(PROTOS, tmp_path, "library/rules.proto").file) == []


ECHO = """
message Echo {
  string some_text = 1;
  repeated Echo inner = 2;
}
service EchoService {
  rpc Say(Echo) returns (Echo) { option (google.api.http) = {post: "%s", body: "*"}; }
}
"""


def test_fields_are_called_as_asked(tmp_path: Path) -> None:
    in_json = of_text(tmp_path, ECHO % "/say")["components"]["schemas"]["t.v1.Echo"]
    in_proto = of_text(tmp_path, ECHO % "/say", "naming=proto")["components"]["schemas"]["t.v1.Echo"]
    assert list(in_json["properties"]) == ["someText", "inner"]
    assert list(in_proto["properties"]) == ["some_text", "inner"]


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ("/v1/{some_text}", "/v1/{some_text}"),
        ("/v1/{some_text=things/*}", "/v1/things/{thing}"),
        ("/v1/{some_text=policies/*/boxes/*/glass/*}:look", "/v1/policies/{policy}/boxes/{box}/glass/{glass}:look"),
        ("/v1/{some_text=a/*/a/*}", "/v1/a/{a}/a/{a_1}"),
        ("/v1/{some_text=files/**}", "/v1/files/{file}"),
        ("/v1/{some_text=*/*}", "/v1/{some_text}/{some_text_1}"),
        ("/v1/*/x", "/v1/{segment}/x"),
    ],
)
def test_templates_become_readable_paths(tmp_path: Path, template: str, path: str) -> None:
    paths = of_text(tmp_path, ECHO % template)["paths"]
    assert list(paths) == [path]
    names = [parameter["name"] for parameter in paths[path]["post"]["parameters"]]
    assert [f"{{{name}}}" for name in names] == [part for part in path.replace(":", "/").split("/") if "{" in part]


def test_paths_that_openapi_takes_for_one_are_one(tmp_path: Path) -> None:
    paths = of_text(
        tmp_path,
        """
message Ask { string name = 1; string id = 2; }
service S {
  rpc Get(Ask) returns (Ask) { option (google.api.http) = {get: "/v1/{name=things/*}"}; }
  rpc Delete(Ask) returns (Ask) { option (google.api.http) = {delete: "/v1/things/{id}"}; }
}
""",
    )["paths"]
    assert {path: list(operations) for path, operations in paths.items()} == {"/v1/things/{thing}": ["get", "delete"]}


def test_services_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for package in "ab":
        text = HEAD.replace("t.v1", package) + (ECHO % f"/{package}").replace("EchoService", "S")
        (tmp_path / f"{package}.proto").write_text(text)
    found = document(tmp_path, tmp_path, "a.proto", "b.proto")
    operations = [operation for path in found["paths"].values() for operation in path.values()]
    assert [operation["operationId"] for operation in operations] == ["S_Say", "b_S_Say"]
    assert [operation["tags"] for operation in operations] == [["a.S"], ["b.S"]]


def test_a_rule_for_any_method_is_documented_by_its_body(tmp_path: Path) -> None:
    paths = of_text(
        tmp_path,
        """
message M { string text = 1; }
service S {
  rpc A(M) returns (M) { option (google.api.http) = {custom: {kind: "*", path: "/a"}, body: "*"}; }
  rpc B(M) returns (M) { option (google.api.http) = {custom: {kind: "*", path: "/b"}}; }
  rpc C(M) returns (M) { option (google.api.http) = {custom: {kind: "LOCK", path: "/c"}}; }
}
""",
    )["paths"]
    assert {path: list(operations) for path, operations in paths.items()} == {"/a": ["post"], "/b": ["get"]}


def test_what_is_wrong_with_the_options_is_said(tmp_path: Path) -> None:
    assert "naming is json or proto" in refusal(tmp_path, "naming=camel")
    assert "there is no option colour" in refusal(tmp_path, "colour=red")
    bound = ECHO % "/say"
    assert "x-key=full.name" in refusal(tmp_path, "extensions=permission", bound)
    assert "no option a.b" in refusal(tmp_path, "extensions=x-a=a.b", bound)
    assert "no enum a.Reason" in refusal(tmp_path, "error_reasons=a.Reason", bound)
    reasons = "enum Reason { NONE = 0; LATE = 1; }"
    assert "LATE does not begin with a gRPC code" in refusal(tmp_path, "error_reasons=t.v1.Reason", bound + reasons)
