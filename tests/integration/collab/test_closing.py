"""How rooms end: whoever comes too late is told to look again, and a log that is away holds no shutdown up."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mesh import faults
from mesh.database import open_pool
from mesh.identity import TokenSigner, TokenVerifier
from ot.operation import insert_at
from services.collab.app import open_collab
from services.collab.outbox import Outbox
from services.collab.sequencer import Flight
from services.collab.session import Outcome, Session, Submission
from services.collab.settings import CollabSettings
from services.document.app import DocumentServiceApp, open_document_service
from services.document.settings import DocumentSettings
from shoal.collab.v1 import collab_pb2 as pb
from shoal.document.v1 import document_pb2
from shoal.document.v1 import operation_log_pb2 as log_pb
from tests.integration.collab.mesh import PATIENCE_S, anything, running_mesh


def _submission(document_length: int = 0) -> Submission:
    answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
    flight = Flight("site", "users/ada", None, 1, (insert_at(document_length, "x"),))
    return Submission(flight, 10, anything(), answer=answer)


async def test_a_room_that_was_closed_takes_neither_people_nor_flights(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with running_mesh(database_url, signer, verifier) as mesh:
        document = await mesh.create()
        room = await mesh.collab.rooms.room(document)
        room.close()
        session = Session(1, Outbox(1000, 0.0), anything(), "site", "Ada", hidden=False)
        with pytest.raises(faults.Draining):
            room.join(session, after_revision=0, pending=False, site_head=None)
        with pytest.raises(faults.Draining):
            room.submit(_submission())


async def test_whoever_is_not_heard_of_is_shown_as_gone_and_shown_again_when_heard(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    settings = CollabSettings(presence_expiry_s=0.2, checkpoint_interval_s=0.05, idle_checkpoint_interval_s=0.05)
    async with running_mesh(database_url, signer, verifier, collab_settings=settings) as mesh:
        document = await mesh.create()
        silent, talking = await mesh.join(document, "silent"), await mesh.join(document, "talking")
        left: set[str] = set()
        async with asyncio.timeout(PATIENCE_S):
            while silent.site not in left:
                await talking.send(session=0, ping=pb.Ping())
                await talking.frame("pong")
                news = [each.presence_changed for each in talking.frames if each.HasField("presence_changed")]
                left = {site for each in news for site in each.left}
        assert talking.site not in left
        await silent.send(update_presence=pb.UpdatePresence(selection={"anchor": 0, "head": 0}))
        async with asyncio.timeout(PATIENCE_S):
            while True:
                news = (await talking.frame("presence_changed")).presence_changed
                if any(each.site == silent.site and each.HasField("selection") for each in news.participants):
                    break


async def test_an_empty_room_is_let_go_and_found_again_with_all_that_was_in_it(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    settings = CollabSettings(idle_room_s=0.05, head_poll_interval_s=0.02)
    async with running_mesh(database_url, signer, verifier, collab_settings=settings) as mesh:
        document = await mesh.create()
        ada = await mesh.join(document, "ada")
        ada.client.edit(insert_at(0, "kept"))
        await ada.synchronised()
        before = await mesh.collab.rooms.room(document)
        await ada.disconnect()
        async with asyncio.timeout(PATIENCE_S):
            while await mesh.collab.rooms.room(document) is before:
                await asyncio.sleep(0)
        assert (await mesh.join(document, "bob")).text == "kept"


class _LogThatWentAway:
    """A real log for reading; nothing can be appended to it."""

    def __init__(self, log: Any) -> None:
        self._log = log
        self.appends = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    async def append(self, batch: log_pb.AppendBatch) -> log_pb.AppendOutcome:
        self.appends += 1
        return log_pb.AppendOutcome(fault=faults.to_proto(faults.LogUnavailable("away")))


async def test_a_shutdown_while_the_log_is_away_ends_and_acknowledges_nothing(
    database_url: str, verifier: TokenVerifier
) -> None:
    settings = CollabSettings(drain_timeout_s=0.2, log_retry_s=0.01)
    async with open_pool(database_url, max_size=5) as pool, open_document_service(DocumentSettings(), pool) as app:
        row = await _create(app)
        log = _LogThatWentAway(app.log)
        submission = _submission()
        async with asyncio.timeout(PATIENCE_S):
            async with open_collab(settings, log, verifier) as collab:
                (await collab.rooms.room(row)).submit(submission)
                while not log.appends:
                    await asyncio.sleep(0)
        assert submission.answer is not None
        assert not submission.answer.done() or submission.answer.exception() is not None


async def _create(app: DocumentServiceApp) -> str:
    plain = document_pb2.Document(type=document_pb2.DOCUMENT_TYPE_PLAIN_TEXT)
    row = await app.creation.create(document_pb2.CreateDocumentRequest(document=plain), "users/ada")
    return f"documents/{row.id}"
