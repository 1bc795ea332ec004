"""The plugin's options carry grpc-gateway's names and do what they do there."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.compiler import plugin_pb2

from edge.gateway.binding import Binding
from edge.gateway.marshal import Marshalers, MarshalOptions
from edge.gateway.rule import Rule
from edge.plugins import http_rules
from edge.plugins.schema import Schema
from tests.unit.gateway_plugin.protoc import (
    HEAD,
    descriptors,
    load,
    modules,
    refusal,
    request,
    respond_to,
    write_package,
)

IMPORT = 'import "google/api/annotations.proto";'
SOURCE = f"""{HEAD}
message M {{ string name = 1; repeated string words = 2; }}
service Things {{
  rpc Change(M) returns (M) {{ option (google.api.http) = {{patch: "/v1/{{words}}" body: "name"}}; }}
  rpc Plain(M) returns (M);
}}
"""
CONTRACT = {"t/v1/t.proto": SOURCE}
CONFIGURED = {
    "type": "google.api.Service",
    "http": {"rules": [{"selector": "t.v1.Things.Plain", "post": "/v1/plain", "body": "*"}]},
}


def only(tmp_path: Path, parameter: str, sources: dict[str, str] = CONTRACT) -> str:
    return modules(tmp_path, sources, parameter).popitem()[1]


def test_an_rpc_without_a_rule_is_bound_when_asked(tmp_path: Path) -> None:
    assert "Plain" not in only(tmp_path, "")
    bound = only(tmp_path, "generate_unbound_methods=true")
    assert 'Binding("POST", "/t.v1.Things/Plain", _plain, body="*")' in bound


def test_an_rpc_without_a_rule_is_warned_of_on_standard_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    only(tmp_path, "warn_on_unbound_methods=true")
    assert capsys.readouterr() == ("", "t.v1.Things.Plain has no HTTP rule\n")


def test_delete_has_a_body_when_allowed(tmp_path: Path) -> None:
    source = {"t/v1/t.proto": SOURCE.replace("patch:", "delete:")}
    assert 'Binding("DELETE", "/v1/{words}", _change, body="name")' in only(tmp_path, "allow_delete_body=true", source)


def test_patch_fills_its_mask_unless_told_otherwise(tmp_path: Path) -> None:
    assert "fills_mask" not in only(tmp_path, "")
    assert 'body="name", fills_mask=False)' in only(tmp_path, "allow_patch_feature=false")


@pytest.mark.parametrize(("name", "between"), [("pipes", '"|"'), ("ssv", '" "'), ("tsv", '"\\t"')])
def test_values_of_a_repeated_path_parameter_are_parted_as_said(name: str, between: str, tmp_path: Path) -> None:
    assert f"separator={between}" in only(tmp_path, f"repeated_path_param_separator={name}")


def test_csv_is_the_separator_that_need_not_be_said(tmp_path: Path) -> None:
    assert only(tmp_path, "repeated_path_param_separator=csv") == only(tmp_path, "")


def test_messages_are_imported_from_where_they_are_said_to_be(tmp_path: Path) -> None:
    module = only(tmp_path, "python_modules=t/v1/t.proto:else.where.things;a.proto:b")
    assert 'things = importlib.import_module("else.where.things")' in module
    assert "from some.where import things" in only(tmp_path, "python_modules=t/v1/t.proto:some.where.things")


def test_what_the_options_say_is_what_requests_become(tmp_path: Path) -> None:
    fields = "repeated string words = 2; M whole = 3; google.protobuf.FieldMask mask = 4;"
    source = SOURCE.replace("t.v1", "opted").replace('"name"', '"whole"').replace("repeated string words = 2;", fields)
    source = source.replace(IMPORT, f'{IMPORT}\nimport "google/protobuf/field_mask.proto";')
    (tmp_path / "opted.proto").write_text(source)
    parameter = "allow_patch_feature=false,repeated_path_param_separator=pipes"
    write_package(tmp_path, tmp_path, "opted.proto", parameter=parameter)
    (binding,) = load(tmp_path, "opted_gateway").THINGS
    marshaler = Marshalers(MarshalOptions(), {}).default

    def made(by: Binding) -> tuple[list[str], list[str]]:
        message: Any = Rule(by).request(b'{"name":"n"}', marshaler, "", [(("words",), "a,b|c")], ())
        return list(message.words), list(message.mask.paths)

    assert made(binding) == (["a,b", "c"], [])
    assert made(replace(binding, separator=",", fills_mask=True)) == (["a", "b|c"], ["name"])


@pytest.mark.parametrize(
    "parameter", ["logtostderr=true", "paths=source_relative", "standalone", "Ma.proto=b.c", "v=3", ""]
)
def test_what_means_nothing_here_is_passed_over(parameter: str, tmp_path: Path) -> None:
    assert only(tmp_path, f"{parameter},,standalone=true") == only(tmp_path, "")


@pytest.mark.parametrize(
    ("parameter", "told"),
    [
        ("allow_delete_bodies=true", "there is no option allow_delete_bodies"),
        ("allow_delete_body=perhaps", "option allow_delete_body is true or false, not 'perhaps'"),
        ("python_modules=t/v1/t.proto", "python_modules is proto:module;proto:module, as a/b.proto:some.where.b_pb2"),
        ("repeated_path_param_separator=semicolon", "repeated_path_param_separator is one of csv, pipes, ssv, tsv"),
    ],
)
def test_an_option_that_is_none_is_refused(parameter: str, told: str, tmp_path: Path) -> None:
    assert refusal(tmp_path, CONTRACT, parameter) == told


@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_rules_come_from_an_api_configuration_too(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"api.{suffix}"
    path.write_text(json.dumps(CONFIGURED))  # which is YAML as well
    assert 'Binding("POST", "/v1/plain", _plain, body="*")' in only(tmp_path, f"grpc_api_configuration={path}")


def test_a_configured_rule_stands_beside_the_annotated_one_and_before_it(tmp_path: Path) -> None:
    path = tmp_path / "api.yaml"
    path.write_text("http:\n  rules:\n  - {selector: t.v1.Things.Change, get: /v1/also}\n")
    module = only(tmp_path, f"grpc_api_configuration={path}")
    assert module.index('"/v1/also"') < module.index('"/v1/{words}"')


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"http": {"rules": [{"selector": "t.v1.None", "get": "/a"}]}}', "no method has the selector t.v1.None"),
        ('{"http": {"rules": [{"selectors": "t.v1.Things.Plain"}]}}', "selectors"),
        ("[1", ""),
        ("[]", ""),
    ],
)
@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_a_configuration_that_is_none_is_refused_by_its_path(suffix: str, text: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / f"api.{suffix}"
    path.write_text(text)
    message = refusal(tmp_path, CONTRACT, f"grpc_api_configuration={path}")
    assert str(path) in message
    assert told in message


def test_a_configuration_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "nowhere.yaml" in refusal(tmp_path, CONTRACT, "grpc_api_configuration=nowhere.yaml")


def test_without_pyyaml_the_configuration_may_be_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    (tmp_path / "api.yaml").write_text("http: {}")
    assert "install it, or write JSON" in refusal(tmp_path, CONTRACT, f"grpc_api_configuration={tmp_path / 'api.yaml'}")


def test_the_features_of_protoc_are_claimed(tmp_path: Path) -> None:
    response = respond_to(tmp_path, CONTRACT)
    assert response.supported_features == 3
    assert (response.minimum_edition, response.maximum_edition) == (998, 1001)


def test_a_program_that_protoc_did_not_start_says_so_and_ends_well() -> None:
    done = subprocess.run([sys.executable, "-m", "edge.plugins.aiohttp_gateway"], input=b"\xff", capture_output=True)
    assert done.returncode == 0
    assert "protoc starts this program" in plugin_pb2.CodeGeneratorResponse.FromString(done.stdout).error


def test_comments_and_options_are_read_with_their_declarations(tmp_path: Path) -> None:
    source = f"""// Of the file.
    {HEAD.strip()}
    import "google/api/field_behavior.proto";
    import "google/protobuf/descriptor.proto";
    extend google.protobuf.MethodOptions {{ string why = 50001; repeated int32 sizes = 50002; }}
    // Of the message.
    //
    //   Indented.
    message M {{
      // Of the field.
      string name = 1 [(google.api.field_behavior) = REQUIRED, (google.api.field_behavior) = IMMUTABLE];
      oneof choice {{ int32 a = 2; }}  // Behind the oneof.
      enum E {{ E_UNSPECIFIED = 0; }} // Behind the enum.
    }}
    service S {{
      // Of the rpc.
      rpc Call(M) returns (M) {{ option (why) = "so"; option (sizes) = 3; option (sizes) = 4; }}
      rpc Other(M) returns (M);
    }}
    """
    (tmp_path / "t.proto").write_text(source)
    schema = Schema(request(descriptors(tmp_path, tmp_path, "t.proto"), "t.proto"))
    (file,) = schema.files
    message, service = file.message_types_by_name["M"], file.services_by_name["S"]
    call, other = service.methods
    assert schema.comments(file).text == "Of the file."
    assert schema.comments(message).leading == "Of the message.\n\n  Indented."
    assert schema.comments(message.fields[0]).text == "Of the field."
    assert schema.comments(service).text == ""
    assert schema.comments(call).text == "Of the rpc."
    assert schema.field_behavior(message.fields[0]) == ("REQUIRED", "IMMUTABLE")
    assert schema.field_behavior(message.fields[1]) == ()
    assert schema.option(call, "t.v1.why") == "so"
    assert schema.option(call, "t.v1.sizes") == [3, 4]
    assert schema.option(other, "t.v1.why") is None
    assert schema.option(call, "t.v1.nothing") is None
    assert http_rules.HttpRules(schema, http_rules.RuleOptions()).of(service) == ()
