"""What is public is reachable by REST: every rpc that is not between services, but one."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path

from google.api import annotations_pb2
from google.protobuf.descriptor import MethodDescriptor

from shoal.options.v1 import options_pb2

GEN = Path(__file__).parents[3] / "gen"
LIVE = "shoal.collab.v1.CollabService.Collaborate"
"""Browsers speak it over the edge's own WebSocket, in the same messages."""


def rpcs() -> Iterator[MethodDescriptor]:
    for path in sorted(GEN.rglob("*_pb2.py")):
        contract = importlib.import_module(".".join(path.relative_to(GEN).with_suffix("").parts))
        for service in contract.DESCRIPTOR.services_by_name.values():
            yield from service.methods


def is_public(rpc: MethodDescriptor) -> bool:
    return rpc.GetOptions().Extensions[options_pb2.permission] != options_pb2.Permission.PERMISSION_INTERNAL


def test_every_public_rpc_but_the_live_stream_has_an_http_rule() -> None:
    without = [
        each.full_name
        for each in rpcs()
        if is_public(each) and not each.GetOptions().HasExtension(annotations_pb2.http)
    ]
    assert without == [LIVE]


def test_no_rpc_between_services_has_one() -> None:
    internal = [each for each in rpcs() if not is_public(each)]
    assert len(internal) > 5
    assert [each.full_name for each in internal if each.GetOptions().HasExtension(annotations_pb2.http)] == []


def test_what_only_reads_is_a_get_and_what_changes_something_is_none() -> None:
    for rpc in rpcs():
        options = rpc.GetOptions()
        if is_public(rpc) and rpc.full_name != LIVE and options.Extensions[annotations_pb2.http].get:
            assert rpc.name.startswith(("Get", "List", "Watch", "Search", "Diff", "Compare", "Export", "Stream")), (
                rpc.name
            )
