"""kill -9 of everything, in the middle of a replay, at ten random moments: nothing acknowledged is lost.

A client notes each operation it was told is saved. After every restart the log must hold exactly those, at the
revisions told, and the replay goes on where it was.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import time
from pathlib import Path

import grpc
import pytest

from shoal.collab.v1 import collab_pb2 as pb
from shoal.collab.v1.collab_pb2_grpc import CollabServiceStub
from shoal.document.v1 import document_pb2
from shoal.document.v1.document_pb2_grpc import DocumentServiceStub
from tests.system.shoal import ShoalProcess

KILLS = 10


async def _type_until_lost(grpc_address: str, token: str, document: str, acknowledged: dict[int, int]) -> None:
    """Type one character after the other as the site `witness`, noting every acknowledgement, until the stream ends."""
    metadata = (("authorization", f"Bearer {token}"),)
    async with grpc.aio.insecure_channel(grpc_address) as channel:
        call = CollabServiceStub(channel).Collaborate(metadata=metadata)
        try:
            opening = pb.Open(document=document, site="witness")
            await call.write(pb.CollaborateRequest(frames=[pb.ClientFrame(session=1, open=opening)]))
            revision, sequence = 0, 0
            while isinstance(response := await call.read(), pb.CollaborateResponse):
                for frame in response.frames:
                    if frame.HasField("opened"):
                        revision, sequence = frame.opened.revision, frame.opened.last_site_sequence + 1
                        assert frame.opened.last_site_sequence >= max(acknowledged, default=0)
                        await _type(call, revision, sequence)
                    for each in frame.committed.operations:
                        revision = max(revision, each.revision)
                        if each.site == "witness":
                            acknowledged[each.site_sequence] = each.revision
                            sequence = each.site_sequence + 1
                            await _type(call, revision, sequence)
        except grpc.aio.AioRpcError:
            return
        finally:
            call.cancel()


async def _type(call: object, revision: int, sequence: int) -> None:
    submit = pb.Submit(base_revision=revision, first_site_sequence=sequence)
    submit.operations.add().components.add(insert="w")
    await call.write(pb.CollaborateRequest(frames=[pb.ClientFrame(session=1, submit=submit)]))  # type: ignore[attr-defined]


def _log_of(shoal: ShoalProcess, document: str) -> dict[int, int]:
    """Return what the log has of the witness: sequence to revision."""
    tail = shoal.begin("tail", document, "--after", "0")
    head = _head(shoal, document)
    found: dict[int, int] = {}
    revision = 0
    assert tail.stdout is not None
    while revision < head:
        operation = json.loads(tail.stdout.readline())
        revision = int(operation["revision"])
        if operation["site"] == "witness":
            found[int(operation["site_sequence"])] = revision
    tail.kill()
    tail.communicate()
    return found


def _head(shoal: ShoalProcess, document: str) -> int:
    async def ask() -> int:

        token = shoal.command("token", "--subject", "users/witness").stdout.strip()
        async with grpc.aio.insecure_channel(shoal.grpc) as channel:
            response = await DocumentServiceStub(channel).GetDocument(
                document_pb2.GetDocumentRequest(name=document), metadata=(("authorization", f"Bearer {token}"),)
            )
        return int(response.document.head_revision)

    return asyncio.run(ask())


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_kill_at_ten_random_moments_loses_nothing_that_was_acknowledged(own_shoal: ShoalProcess, traces: Path) -> None:
    seed = int(os.environ.get("SHOAL_SEED", random.SystemRandom().randrange(2**32)))
    print(f"SHOAL_SEED={seed}")
    chance, shoal = random.Random(seed), own_shoal
    replayed = shoal.command("create", "--title", "replayed", "--type", "plain_text").stdout.strip()
    witnessed = shoal.command("create", "--title", "witnessed", "--type", "plain_text").stdout.strip()
    token = shoal.command("token", "--subject", "users/witness").stdout.strip()
    acknowledged: dict[int, int] = {}
    arguments = ("replay", str(traces / "sveltecomponent.json.gz"), "--document", replayed, "--rate", "1200")
    for round_ in range(KILLS):
        replay = shoal.begin(*arguments, "--via", chance.choice(["edge", "grpc"]))
        killing_at = time.monotonic() + chance.uniform(0.8, 2.2)

        async def until_killed(killing_at: float = killing_at) -> None:
            typing = asyncio.create_task(_type_until_lost(shoal.grpc, token, witnessed, acknowledged))
            await asyncio.sleep(killing_at - time.monotonic())
            await asyncio.to_thread(shoal.kill)
            await typing

        asyncio.run(until_killed())
        replay.kill()
        replay.communicate()
        shoal.start()
        assert acknowledged, f"nothing was acknowledged before kill {round_}"
        in_log = _log_of(shoal, witnessed)
        lost = {sequence: revision for sequence, revision in acknowledged.items() if in_log.get(sequence) != revision}
        assert not lost, f"kill {round_}: acknowledged and not in the log: {lost}"
    done = shoal.command("replay", str(traces / "sveltecomponent.json.gz"), "--document", replayed)
    result = json.loads(done.stdout)
    assert result["matches"], result
    assert result["revisions"] == result["transactions"]
    assert result["operations"] < result["transactions"], "every round began anew instead of resuming"
    text = shoal.command("cat", witnessed).stdout
    assert set(text) == {"w"}
    assert len(text) in (len(in_log), max(in_log))
