"""What an HTTP rule may say of its rpc, and what the plugin tells where it says anything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.gateway_plugin.protoc import HEAD, modules, refusal

MESSAGES = """
import "google/protobuf/timestamp.proto";
import "google/protobuf/struct.proto";
import "google/protobuf/wrappers.proto";
message Inner { string name = 1; Inner deeper = 2; }
message In {
  string name = 1;
  Inner inner = 2;
  repeated Inner inners = 3;
  optional string perhaps = 4;
  repeated string words = 5;
  google.protobuf.Timestamp time = 6;
  google.protobuf.Struct struct = 7;
  map<string, string> labels = 8;
  repeated google.protobuf.StringValue wrapped = 9;
  oneof choice { string one = 10; string two = 11; }
}
message Out { string name = 1; repeated Inner inners = 2; }
"""


def contract(*rules: str, streams: str = "") -> dict[str, str]:
    rpcs = "\n".join(
        f"rpc Call{at}({streams} In) returns (Out) {{ option (google.api.http) = {{{rule}}}; }}"
        for at, rule in enumerate(rules)
    )
    return {"t/v1/t.proto": f"{HEAD}{MESSAGES}service Things {{ {rpcs} }}"}


REFUSED = {
    "GET has no body": ('get: "/v1/a" body: "*"', "GET has no body"),
    "DELETE has no body": ('delete: "/v1/a" body: "*"', "allow_delete_body"),
    "a template begins with a slash": ('get: "v1/a"', "begins with a slash"),
    "an empty template is none": ('get: ""', "begins with a slash"),
    "** stands once": ('get: "/v1/**/a/**"', "** stands more than once"),
    "variables do not nest": ('get: "/v1/{name={inner.name}}"', "nest"),
    "a path field is one of the request": (
        'get: "/v1/{nothing}"',
        "path parameter nothing: t.v1.In has no field nothing",
    ),
    "a nested path field is one of its message": ('get: "/v1/{inner.nothing}"', "t.v1.Inner has no field nothing"),
    "a path goes through messages": ('get: "/v1/{name.first}"', "path parameter name.first: name is no message"),
    "a path does not go through lists": ('get: "/v1/{inners.name}"', "repeated field inners"),
    "an optional field does not stand in a path": ('get: "/v1/{perhaps}"', "perhaps is optional"),
    "a message does not stand in a path": ('get: "/v1/{inner}"', "t.v1.Inner"),
    "a list of messages does not stand in a path": ('get: "/v1/{inners}"', "is a message"),
    "a list of wrappers does not stand in a path": ('get: "/v1/{wrapped}"', "list of messages"),
    "a map does not stand in a path": ('get: "/v1/{labels}"', "is a message"),
    "a Struct does not stand in a path": ('get: "/v1/{struct}"', "google.protobuf.Struct"),
    "a body is a field of the request": ('post: "/v1/a" body: "nothing"', "body: t.v1.In has no field nothing"),
    "a body is a field of the top": ('post: "/v1/a" body: "inner.name"', "body: t.v1.In has no field inner.name"),
    "a response body is a field of the response": (
        'get: "/v1/a" response_body: "inner"',
        "response_body: t.v1.Out has no field inner",
    ),
    "additional bindings have none themselves": (
        'get: "/v1/a" additional_bindings {get: "/v1/b" additional_bindings {get: "/v1/c"}}',
        "cannot have additional bindings",
    ),
    "additional bindings need a pattern": ('get: "/v1/a" additional_bindings {body: "*"}', "needs a pattern"),
    "additional bindings are checked too": ('get: "/v1/a" additional_bindings {get: "/v1/{no}"}', "no field no"),
    "a template is bound once in a service": (
        'get: "/v1/a" additional_bindings {get: "/v1/a"}',
        "GET /v1/a is bound twice",
    ),
}


@pytest.mark.parametrize(("rule", "told"), REFUSED.values(), ids=REFUSED)
def test_refused(rule: str, told: str, tmp_path: Path) -> None:
    message = refusal(tmp_path, contract(rule))
    assert message.startswith("t/v1/t.proto: Things.Call0: ")
    assert told in message


TAKEN = {
    "nested fields": ('get: "/v1/{inner.deeper.name=a/*}"', 'Binding("GET", "/v1/{inner.deeper.name=a/*}", _call0)'),
    "lists of scalars": ('get: "/v1/{words}"', 'Binding("GET", "/v1/{words}", _call0)'),
    "timestamps": ('get: "/v1/{time}"', 'Binding("GET", "/v1/{time}", _call0)'),
    "members of oneofs": ('get: "/v1/{one}"', 'Binding("GET", "/v1/{one}", _call0)'),
    "a custom verb": ('custom: {kind: "FETCH" path: "/v1/a"}', 'Binding("FETCH", "/v1/a", _call0)'),
    "any verb": ('custom: {kind: "*" path: "/v1/a"}', 'Binding("*", "/v1/a", _call0)'),
    "a repeated body": ('put: "/v1/a" body: "inners"', 'Binding("PUT", "/v1/a", _call0, body="inners")'),
    "response_body * as the whole": ('get: "/v1/a" response_body: "*"', 'Binding("GET", "/v1/a", _call0)'),
    "a response body": (
        'get: "/v1/a" response_body: "name"',
        'Binding("GET", "/v1/a", _call0, response_body="name", encode=lambda m: m)',
    ),
}


@pytest.mark.parametrize(("rule", "written"), TAKEN.values(), ids=TAKEN)
def test_taken(rule: str, written: str, tmp_path: Path) -> None:
    assert written in modules(tmp_path, contract(rule))["t/v1/t_gateway.py"]


def test_a_stream_of_requests_has_no_path_parameters(tmp_path: Path) -> None:
    assert "stream of requests" in refusal(tmp_path, contract('post: "/v1/{name}" body: "*"', streams="stream"))
    assert (
        "client_streaming=True" in modules(tmp_path, contract('post: "/v1/a" body: "*"', streams="stream")).popitem()[1]
    )


def test_two_rpcs_do_not_share_a_template_and_the_second_is_told(tmp_path: Path) -> None:
    message = refusal(tmp_path, contract('get: "/v1/{name}"', 'get: "/v1/{name}"'))
    assert message == "t/v1/t.proto: Things.Call1: GET /v1/{name} is bound twice in this service"


def test_a_template_may_be_shared_by_two_verbs(tmp_path: Path) -> None:
    assert modules(tmp_path, contract('get: "/v1/{name}"', 'delete: "/v1/{name}"'))
