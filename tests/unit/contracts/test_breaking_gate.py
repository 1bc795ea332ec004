"""The gate for contracts really closes: changes that break partners fail `proto/generate.py --check`, additions pass.

Each test runs the check, as `make lint` does, on a copy of the contracts with everything else of the repository beside
it. What buf does not look at is compared with the baseline besides: REST paths and retries here, field rules in
test_rules_loosen.py.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from google.api import annotations_pb2, http_pb2
from google.protobuf.descriptor_pb2 import FileDescriptorSet, MethodDescriptorProto

from shoal.options.v1 import options_pb2
from tests.conftest import need
from tests.unit.contracts.generated import ROOT, baseline, current

BREAKING = [
    ("collab/v1/collab.proto", r"  string display_name = 6;", "", 'field "6" with name "display_name"'),
    ("collab/v1/collab.proto", r"bool hidden = 7;", "bool unseen = 7;", 'from "hidden" to "unseen"'),
    ("collab/v1/collab.proto", r"int64 after_revision = 4;", "int32 after_revision = 4;", '"int64" to "int32"'),
    ("collab/v1/collab.proto", r"PRESENCE_STATE_IDLE = 2;", "PRESENCE_STATE_IDLE = 3;", 'enum value "2"'),
    ("error/v1/error.proto", r"  ERROR_REASON_ROOM_BUSY = 44;", "", 'enum value "44"'),
    ("document/v1/history.proto", r"rpc GetBlame\(GetBlameRequest\) returns \(stream GetBlameResponse\)",
     "rpc GetBlame(GetBlameRequest) returns (GetBlameResponse)", "server streaming to server unary"),
    ("document/v1/history.proto", r"  rpc ExportHistory\(.*?\n  }\n", "", 'RPC "ExportHistory"'),
]  # fmt: skip
"""A file, what is replaced in it by what, and what the gate must say."""


@pytest.fixture
def contracts(tmp_path: Path) -> Path:
    """A repository whose proto/ is a copy; returns that folder."""
    need((ROOT / "edge/web/node_modules/.bin/protoc-gen-es").exists(), "the TypeScript generator (make setup)")
    for path in ROOT.iterdir():
        if path.name != "proto" and not path.name.startswith("."):
            (tmp_path / path.name).symlink_to(path)
    for path in sorted((ROOT / "proto").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            copy = tmp_path / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    return tmp_path / "proto"


def checked(contracts: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(contracts / "generate.py"), "--check"]
    return subprocess.run(command, cwd=contracts.parent, capture_output=True, text=True, timeout=120)


def replace(contracts: Path, file: str, old: str, new: str) -> None:
    path = contracts / "shoal" / file
    text, count = re.subn(old, new, path.read_text(), flags=re.DOTALL)
    assert count == 1, f"{file} has {count} of {old}"
    path.write_text(text)


def test_changes_that_break_partners_are_each_named(contracts: Path) -> None:
    for file, old, new, _ in BREAKING:
        replace(contracts, file, old, new)
    done = checked(contracts)
    assert done.returncode == 1, done.stdout + done.stderr
    for file, old, _, said in BREAKING:
        lines = [line for line in done.stdout.splitlines() if file in line]
        assert any(said in line for line in lines), (old, said, done.stdout)


def test_an_addition_breaks_nothing(contracts: Path) -> None:
    replace(contracts, "collab/v1/collab.proto", r"message Pong {", "message Pong {\n  // Later.\n  string later = 99;")
    done = checked(contracts)
    complaints = [line for line in done.stdout.splitlines() if not re.fullmatch(r"gen/.* is stale: .*", line)]
    assert complaints == [], done.stdout
    assert "gen/shoal/collab/v1/collab_pb2.py is stale: run `make gen`" in done.stdout


def test_what_rest_clients_call_is_still_there() -> None:
    """buf compares no options: a REST path of the baseline must stay, as it was, if need be as additional binding."""
    now = rpcs(current())
    for name, method in rpcs(baseline()).items():
        assert bindings(method) <= bindings(now[name]), name


def test_what_may_be_retried_may_be_retried_still() -> None:
    now = rpcs(current())
    for name, method in rpcs(baseline()).items():
        if method.options.Extensions[options_pb2.idempotent]:
            assert now[name].options.Extensions[options_pb2.idempotent], name


def test_a_binding_that_moved_is_noticed() -> None:
    before, after = MethodDescriptorProto(), MethodDescriptorProto()
    before.options.Extensions[annotations_pb2.http].get = "/v1/{name=documents/*}"
    rule = after.options.Extensions[annotations_pb2.http]
    rule.get = "/v1/{document=documents/*}"
    assert not bindings(before) <= bindings(after)
    rule.additional_bindings.add(get="/v1/{name=documents/*}")
    assert bindings(before) <= bindings(after)


def rpcs(image: FileDescriptorSet) -> dict[str, MethodDescriptorProto]:
    """The rpcs of our own packages, by their full names."""
    return {
        f"{file.package}.{service.name}/{method.name}": method
        for file in image.file
        if file.package.startswith("shoal.")
        for service in file.service
        for method in service.method
    }


def bindings(method: MethodDescriptorProto) -> set[tuple[str, str, str, str]]:
    """Verb, path, body and response body of every way to call an rpc by REST."""
    rule = method.options.Extensions[annotations_pb2.http]
    return {said(each) for each in (rule, *rule.additional_bindings) if each.WhichOneof("pattern")}


def said(rule: http_pb2.HttpRule) -> tuple[str, str, str, str]:
    verb = str(rule.WhichOneof("pattern"))
    path = rule.custom.path if verb == "custom" else getattr(rule, verb)
    return (rule.custom.kind if verb == "custom" else verb.upper(), path, rule.body, rule.response_body)
