"""What one door offers all doors offer: every public rpc by gRPC reflection, by REST and by `shoal call`."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys

import grpc
import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from grpc_reflection.v1alpha import reflection_pb2 as pb
from grpc_reflection.v1alpha.reflection_pb2_grpc import ServerReflectionStub

from cli.call import command_of
from cli.rpcs import contracts, find_rpc, public_rpcs
from edge.gateway.router import Router
from edge.rest import BINDINGS
from shoal.options.v1 import options_pb2
from tests.system.shoal import ROOT, ShoalProcess

LIVE = "CollabService.Collaborate"
"""A stream both ways, which over HTTP is a WebSocket and no binding: docs/protocol.md."""


def written_in_contracts() -> set[str]:
    """Every rpc that is not for services alone, by an own walk over the contracts."""
    return {
        method.full_name
        for file in contracts()
        for service in file.services_by_name.values()
        for method in service.methods
        if method.GetOptions().Extensions[options_pb2.permission] != options_pb2.PERMISSION_INTERNAL
    }


def test_every_public_rpc_can_be_called_by_each_of_its_names_and_tells_what_it_is_for() -> None:
    known = public_rpcs().values()
    assert {rpc.full_name for rpc in known} == written_in_contracts()
    assert len(known) > 70
    for rpc in known:
        for name in (rpc.full_name, rpc.path, rpc.path[1:], rpc.name, rpc.name.lower()):
            assert find_rpc(name, known) is rpc
        command = command_of(rpc)
        for said in (rpc.path[1:], *rpc.rest, rpc.permission):
            assert said in command.help
        assert len(command.help.partition("\n")[0]) > 8, f"{rpc.name} has no comment"
        options = {option for each in command.params for option in each.opts}
        fields = [] if rpc.method.client_streaming else rpc.method.input_type.fields
        assert options >= {"--grpc", "--token", "--as", "--data", "--timeout", "--pretty"}
        assert all({f"--{each.name}", f"--request.{each.name}"} & options for each in fields)


@pytest.mark.parametrize("name", [name for name in public_rpcs() if name != LIVE])
def test_every_public_rpc_has_a_place_in_rest(name: str) -> None:
    assert public_rpcs()[name].rest


@pytest.mark.parametrize(
    ("name", "place"), [(name, place) for name, rpc in public_rpcs().items() for place in rpc.rest]
)
def test_a_place_in_rest_leads_to_its_rpc_and_to_no_other(name: str, place: str) -> None:
    router = Router()
    for binding in BINDINGS:
        router.add(binding)
    verb, _, template = place.partition(" ")
    path = re.sub(r"\{[^=}]*=([^}]*)\}", lambda found: found[1].replace("*", "x"), template)
    assert router.match(verb, path).binding.method.path == public_rpcs()[name].path


def test_every_public_rpc_is_in_the_list_of_the_verb() -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "cli.main", "call", "--list"], capture_output=True, text=True, cwd=ROOT, check=True
    )
    told = [json.loads(line) for line in listed.stdout.splitlines()]
    assert {each["rpc"] for each in told} == written_in_contracts()
    assert all(each["permission"] for each in told)


async def test_every_public_rpc_is_listed_by_reflection(shoal: ShoalProcess) -> None:
    async with asyncio.timeout(60), grpc.aio.insecure_channel(shoal.grpc) as channel:
        asked = ServerReflectionStub(channel).ServerReflectionInfo  # type: ignore[no-untyped-call]
        services = (await _answer(asked, pb.ServerReflectionRequest(list_services=""))).list_services_response.service
        found: set[str] = set()
        for service in services:
            answer = await _answer(asked, pb.ServerReflectionRequest(file_containing_symbol=service.name))
            for image in answer.file_descriptor_response.file_descriptor_proto:
                file = FileDescriptorProto.FromString(image)
                found |= {
                    f"{file.package}.{each.name}.{method.name}"
                    for each in file.service
                    if f"{file.package}.{each.name}" == service.name
                    for method in each.method
                }
    assert found >= written_in_contracts()


async def _answer(asked: object, request: pb.ServerReflectionRequest) -> pb.ServerReflectionResponse:
    call = asked(iter([request]))  # type: ignore[operator]
    try:
        async for response in call:
            return response
    finally:
        call.cancel()
    raise AssertionError("reflection said nothing")
