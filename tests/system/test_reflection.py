"""Every public rpc can be found, described and called by reflection alone, in both of its versions; no proto files.

grpcurl asks as v1 and buf curl as either. What is public is read from the contracts: every rpc that is not
PERMISSION_INTERNAL.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

from shoal.error.v1 import error_pb2
from shoal.options.v1 import options_pb2
from tests.conftest import need
from tests.system.curl import Grpcurl, find_grpcurl, run
from tests.system.shoal import ROOT, ShoalProcess
from tests.unit.contracts.generated import generated_contracts

INVALID_ARGUMENT = 3
BUF = ROOT / ".venv" / "bin" / "buf"
NOTHING_MADE: dict[str, dict[str, Any]] = {"CreateDocument": {"documentId": "-"}}
"""Requests that are refused, where an empty one would make something."""


def public_rpcs() -> list[MethodDescriptor]:
    methods = [
        method
        for contract in generated_contracts()
        for service in contract.services_by_name.values()
        for method in service.methods
    ]
    internal = options_pb2.PERMISSION_INTERNAL
    return [each for each in methods if each.GetOptions().Extensions[options_pb2.permission] != internal]


def path_of(method: MethodDescriptor) -> str:
    return f"{method.containing_service.full_name}/{method.name}"


@pytest.fixture(scope="module")
def grpcurl(shoal: ShoalProcess) -> Grpcurl:
    return find_grpcurl(shoal, "users/curious")


def test_there_are_public_rpcs_of_all_four_kinds() -> None:
    kinds = {(each.client_streaming, each.server_streaming) for each in public_rpcs()}
    assert kinds == {(False, False), (False, True), (True, False), (True, True)}


def test_every_public_rpc_is_described_as_in_its_contract(grpcurl: Grpcurl, tmp_path: Path) -> None:
    image = tmp_path / "reflected.binpb"
    run(grpcurl(f"-protoset-out={image}", "describe"))
    reflected = {each.name: each for each in FileDescriptorSet.FromString(image.read_bytes()).file}
    for file in {each.containing_service.file for each in public_rpcs()}:
        for wanted in (file, *file.dependencies):
            expected = FileDescriptorProto()
            wanted.CopyToProto(expected)
            assert reflected[wanted.name] == expected, wanted.name


def test_what_is_internal_alone_is_not_listed(grpcurl: Grpcurl) -> None:
    listed = set(run(grpcurl("list")).split())
    assert {each.containing_service.full_name for each in public_rpcs()} <= listed
    assert "grpc.health.v1.Health" in listed
    assert "shoal.document.v1.OperationLogService" not in listed
    assert "oneof edit" in run(grpcurl("describe", "shoal.collab.v1.SubmitOperationRequest"))


@pytest.mark.parametrize("version", ["grpc-v1", "grpc-v1alpha"])
def test_both_versions_of_reflection_find_them_all(shoal: ShoalProcess, version: str) -> None:
    need(BUF.exists(), "buf (make setup)")
    buf_curl = [str(BUF), "curl", "--http2-prior-knowledge", "--protocol=grpc", f"--reflect-protocol={version}"]
    listed = run([*buf_curl, "--list-methods", f"http://{shoal.grpc}"]).split()
    assert {path_of(each) for each in public_rpcs()} <= set(listed)
    command = [*buf_curl, "-d", "{}", f"http://{shoal.grpc}/shoal.document.v1.DocumentService/ListDocuments"]
    failed = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert json.loads(failed.stderr)["code"] == "unauthenticated"


def test_every_public_rpc_can_be_called_and_wants_a_token(shoal: ShoalProcess) -> None:
    nobody = find_grpcurl(shoal, "")
    for method in public_rpcs():
        status = called(nobody("-format-error", path_of(method), data={}))
        assert (status["code"], reason_of(status)) == (16, "ERROR_REASON_TOKEN_MISSING"), path_of(method)


def test_every_unary_rpc_answers_an_empty_request_or_says_what_is_wrong_with_it(grpcurl: Grpcurl) -> None:
    catalogue, answered = error_pb2.ErrorReason.keys(), 0
    for method in public_rpcs():
        if method.client_streaming or method.server_streaming:
            continue
        request = NOTHING_MADE.get(method.name, {})
        status = called(grpcurl("-format-error", path_of(method), data=request))
        if not status:
            answered += 1
            continue
        assert reason_of(status) in catalogue, (path_of(method), status)
        assert reason_of(status) != "ERROR_REASON_INTERNAL", (path_of(method), status)
        if status["code"] == INVALID_ARGUMENT:
            violation = detail(status, "BadRequest")["field_violations"][0]
            assert violation["field"], path_of(method)
            assert violation["description"], path_of(method)
    assert answered, "no list could be read"


def called(command: list[str]) -> dict[str, Any]:
    """The status of a call that failed; empty when it did not."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return json.loads(done.stderr) if done.returncode else {}


def reason_of(status: dict[str, Any]) -> str:
    info = detail(status, "ErrorInfo")
    assert info["domain"] == "shoal.dev"
    return str(info["reason"])


def detail(status: dict[str, Any], kind: str) -> dict[str, Any]:
    found = [each for each in status.get("details", []) if each["@type"] == f"type.googleapis.com/google.rpc.{kind}"]
    assert found, status
    return found[0]
