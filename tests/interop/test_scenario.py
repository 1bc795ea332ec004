"""One story of two people in one document, told by three gRPC libraries that nobody here wrote.

The story is scenario.json, what must come of it is expectations.py: a library that hears something else, or cannot say
what it wants, fails.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from pathlib import Path

import google.rpc
import grpc
import grpc_tools
from grpclib.client import Channel

from tests.conftest import need
from tests.interop.client_grpcio import GrpcioClient
from tests.interop.client_grpclib import GrpclibClient
from tests.interop.expectations import check
from tests.interop.performance import PATIENCE_S, SCENARIO, matches, perform
from tests.system.people import target_of
from tests.system.shoal import ROOT, ShoalProcess

PEOPLE, STRANGER = ("ada", "bob"), "a stranger"
NODE_CLIENT = Path(__file__).with_name("node")
PROTOS = (
    ROOT / "proto",
    Path(next(iter(google.rpc.__path__))).parent.parent,
    Path(grpc_tools.__file__).parent / "_proto",
)


async def test_grpcio_tells_the_story(shoal: ShoalProcess) -> None:
    async with grpc.aio.insecure_channel(shoal.grpc) as channel:
        people = {who: GrpcioClient(channel, target_of(shoal, who).metadata) for who in PEOPLE}
        check(await perform({**people, STRANGER: GrpcioClient(channel, ())}))


async def test_grpclib_tells_the_story(shoal: ShoalProcess) -> None:
    host, _, port = shoal.grpc.rpartition(":")
    async with Channel(host, int(port)) as channel:
        people = {who: GrpclibClient(channel, dict(target_of(shoal, who).metadata)) for who in PEOPLE}
        check(await perform({**people, STRANGER: GrpclibClient(channel, {})}))


async def test_grpc_js_tells_the_story_from_the_proto_files(shoal: ShoalProcess) -> None:
    check(json.loads(await asyncio.to_thread(node_performs, shoal)))


def node_performs(shoal: ShoalProcess) -> str:
    """The transcript of tests/interop/node/client.mjs."""
    node, npm = shutil.which("node"), shutil.which("npm")
    need(node is not None and npm is not None, "Node with npm")
    if not (NODE_CLIENT / "node_modules" / "@grpc" / "proto-loader").is_dir():
        subprocess.run([str(npm), "ci"], cwd=NODE_CLIENT, check=True, capture_output=True, timeout=120)
    wanted = {
        "address": shoal.grpc,
        "tokens": {who: target_of(shoal, who).token for who in PEOPLE},
        "protos": [str(folder) for folder in PROTOS],
        "patience_ms": int(PATIENCE_S * 1000),
        "steps": json.loads(SCENARIO.read_text())["steps"],
    }
    done = subprocess.run(
        [str(node), "client.mjs"],
        cwd=NODE_CLIENT, input=json.dumps(wanted), capture_output=True, text=True, encoding="utf-8", timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_pattern_is_met_by_what_has_all_of_it() -> None:
    frame = {"opened": {"revision": "1", "participants": [{"site": "ada"}, {"site": "bob"}]}}
    assert matches({"opened": {"participants": [{"site": "bob"}]}}, frame)
    assert not matches({"opened": {"participants": [{"site": "bob"}, {"site": "eve"}]}}, frame)
    assert not matches({"opened": {"revision": 1}}, frame)
    assert not matches({"closed": {}}, frame)
