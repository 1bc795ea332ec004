"""Bad input to the real thing, through both doors: each has its typed error, and nobody else notices.

In every story Bob is a bystander in the same document: he types before, and after, and is told nothing of it.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import grpc
import pytest
from google.protobuf import json_format

from cli.client import PROTO_SUBPROTOCOL, Connection, Via, connect
from cli.instance import AUDIENCE, ISSUER, DataDirectory
from cli.target import Target
from mesh import faults
from mesh.identity import SERVICE_AUDIENCE, TokenSigner
from shoal.collab.v1 import collab_pb2 as pb
from shoal.collab.v1.collab_pb2_grpc import CollabServiceStub
from shoal.document.v1 import document_pb2
from shoal.document.v1.document_pb2_grpc import DocumentServiceStub
from shoal.error.v1 import error_pb2
from shoal.type.v1 import operation_pb2
from tests.system.people import PATIENCE_S, Person, Reason, delete, insert, joined, new_document, target_of
from tests.system.shoal import ShoalProcess

JSON_SUBPROTOCOL = "shoal.v1.json"
HEAD = "🐟 and more"
MALLORY = 7
"""Mallory's session; Bob's has another number, on another connection."""
BOBS = 3


def bold(text: str) -> operation_pb2.Operation:
    operation = insert(0, text)
    operation.components[0].attributes["bold"].bool_value = True
    return operation


def submit(
    *operations: operation_pb2.Operation, base: int = 1, first: int = 1, session: int = MALLORY
) -> pb.ClientFrame:
    return pb.ClientFrame(
        session=session, submit=pb.Submit(base_revision=base, first_site_sequence=first, operations=operations)
    )


def opening(document: str = "", session: int = MALLORY + 1, site: str = "mallory-2", **more: object) -> pb.ClientFrame:
    return pb.ClientFrame(session=session, open=pb.Open(document=document, site=site, **more))


@dataclass(frozen=True)
class Bad:
    """What is sent, in which frame the answer comes, and which code and reason it has."""

    name: str
    frame: Callable[[str], pb.ClientFrame]
    answer: str
    code: int
    reason: str


REFUSED = [
    Bad("operation longer than the document", lambda _: submit(insert(99, "x")), "refused", 3, "OPERATION_TOO_LONG"),
    Bad("deletes past the end", lambda _: submit(delete(5, 99)), "refused", 3, "OPERATION_TOO_LONG"),
    Bad("deletes half a surrogate pair", lambda _: submit(delete(0, 1)), "refused", 3, "SURROGATE_SPLIT"),
    Bad("inserts into a surrogate pair", lambda _: submit(insert(1, "x")), "refused", 3, "SURROGATE_SPLIT"),
    Bad("a gap in the site sequence", lambda _: submit(insert(0, "x"), first=5), "refused", 3, "SITE_SEQUENCE_GAP"),
    Bad("a base ahead of the head", lambda _: submit(insert(0, "x"), base=999), "refused", 11, "REVISION_AHEAD"),
    Bad("too many bytes", lambda _: submit(insert(0, "x" * 300_000)), "refused", 8, "TOO_LARGE"),
    Bad("too many operations", lambda _: submit(*[insert(0, "x")] * 1001), "refused", 8, "TOO_LARGE"),
    Bad("no operation", lambda _: submit(), "refused", 3, "INVALID_FIELD"),
    Bad("a negative base", lambda _: submit(insert(0, "x"), base=-1), "refused", 3, "INVALID_FIELD"),
    Bad("sequence 0", lambda _: submit(insert(0, "x"), first=0), "refused", 3, "INVALID_FIELD"),
    Bad("an insert of nothing", lambda _: submit(insert(0, "")), "refused", 3, "INVALID_OPERATION"),
    Bad("a format in plain text", lambda _: submit(bold("x")), "refused", 3, "FORMAT_NOT_ALLOWED"),
    Bad("an empty frame", lambda _: pb.ClientFrame(session=MALLORY), "stream_fault", 3, "EMPTY_FRAME"),
    Bad("Bob's session", lambda _: submit(insert(0, "x"), session=BOBS), "stream_fault", 5, "SESSION_NOT_FOUND"),
    Bad("no session", lambda _: submit(insert(0, "x"), session=0), "stream_fault", 5, "SESSION_NOT_FOUND"),
    Bad("a session twice", lambda name: opening(name, MALLORY), "stream_fault", 6, "SESSION_ALREADY_OPEN"),
    Bad("no such document", lambda _: opening("documents/none-such"), "closed", 5, "DOCUMENT_NOT_FOUND"),
    Bad("no name of a document", lambda _: opening("none-such"), "closed", 3, "INVALID_FIELD"),
    Bad("no name of a site", lambda name: opening(name, site="a b"), "closed", 3, "INVALID_FIELD"),
    Bad("a token that is none", lambda name: opening(name, token="x.y.z"), "closed", 16, "TOKEN_INVALID"),
    Bad("a revision to come", lambda name: opening(name, after_revision=999), "closed", 11, "REVISION_AHEAD"),
]


@asynccontextmanager
async def bystander(shoal: ShoalProcess, via: Via) -> AsyncIterator[tuple[str, Person]]:
    """A document with one line in it, and Bob in it; he is as undisturbed after the story as before."""
    document = await new_document(shoal, "bystander")
    async with joined(shoal, document, "bob", via, number=BOBS) as bob:
        await bob.type(insert(0, HEAD))
        yield document, bob
        before = bob.revision
        assert await bob.type(insert(0, "still here: ")) == [before + 1]
        assert bob.revision == before + 1, "somebody else's operation came"


async def answer_of(connection: Connection, *kinds: str) -> pb.ServerFrame:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            for frame in (await connection.receive()).frames:
                if frame.WhichOneof("frame") in kinds:
                    return frame


def fault_in(frame: pb.ServerFrame) -> error_pb2.Fault:
    fault: error_pb2.Fault = getattr(frame, str(frame.WhichOneof("frame"))).fault
    return fault


def said(fault: error_pb2.Fault) -> tuple[int, str]:
    assert fault.message
    return fault.code, Reason.Name(fault.reason).removeprefix("ERROR_REASON_")


@pytest.mark.parametrize("via", list(Via))
@pytest.mark.parametrize("bad", REFUSED, ids=lambda bad: bad.name)
async def test_a_bad_frame_has_its_typed_error_and_the_session_goes_on(shoal: ShoalProcess, bad: Bad, via: Via) -> None:
    async with bystander(shoal, Via.EDGE) as (document, bob), connect(target_of(shoal, "mallory"), via) as mallory:
        await mallory.send(opening(document, MALLORY, "mallory"))
        await answer_of(mallory, "opened")
        await mallory.send(bad.frame(document))
        answer = await answer_of(mallory, "refused", "stream_fault", "closed", "committed")
        assert answer.WhichOneof("frame") == bad.answer, answer
        assert said(fault_in(answer)) == (bad.code, bad.reason)
        await mallory.send(submit(insert(2, "!")))
        good = await answer_of(mallory, "committed")
        assert (good.committed.operations[0].site, good.committed.operations[0].revision) == ("mallory", 2)
        while bob.revision < 2:
            await bob.next("committed")


async def test_a_site_stays_its_first_authors(shoal: ShoalProcess) -> None:
    async with bystander(shoal, Via.GRPC) as (document, _), connect(target_of(shoal, "mallory"), Via.GRPC) as mallory:
        await mallory.send(opening(document, MALLORY, "bob"))
        answer = await answer_of(mallory, "opened", "closed")
        if answer.HasField("opened"):
            await mallory.send(submit(insert(0, "x"), first=2))
            answer = await answer_of(mallory, "refused", "committed")
        assert said(fault_in(answer)) == (7, "SITE_OF_ANOTHER_AUTHOR")


# -- what is no message at all ---------------------------------------------------------------------------------------


@asynccontextmanager
async def socket(
    target: Target, *protocols: str, headers: dict[str, str] | None = None
) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    async with aiohttp.ClientSession() as http:
        url = f"{target.url}/v1/ws"
        async with http.ws_connect(url, protocols=protocols, headers=headers or {}, max_msg_size=0) as opened:
            yield opened


async def fault_and_close(opened: aiohttp.ClientWebSocketResponse) -> tuple[error_pb2.Fault, int | None]:
    """The fault a socket is told before it is closed, and the close code."""
    fault = error_pb2.Fault()
    async with asyncio.timeout(PATIENCE_S):
        async for message in opened:
            if message.type is aiohttp.WSMsgType.BINARY:
                response = pb.CollaborateResponse.FromString(message.data)
            else:
                response = json_format.Parse(message.data, pb.CollaborateResponse())
            for frame in response.frames:
                if frame.HasField("stream_fault"):
                    fault = frame.stream_fault.fault
    return fault, opened.close_code


@pytest.mark.parametrize(
    ("subprotocol", "message"),
    [
        (PROTO_SUBPROTOCOL, b"\xff\xff\xff not protobuf"),
        (PROTO_SUBPROTOCOL, submit(insert(0, "cut short")).SerializeToString()[:-3]),
        (PROTO_SUBPROTOCOL, "text where bytes are due"),
        (JSON_SUBPROTOCOL, "{not json"),
        (JSON_SUBPROTOCOL, '{"frames": [{"session": 1, "opeen": {}}]}'),
        (JSON_SUBPROTOCOL, '{"frames": [{"session": "one"}]}'),
        (JSON_SUBPROTOCOL, '{"frames": ' + "[" * 5000),
        (JSON_SUBPROTOCOL, r'{"frames": [{"session": 1, "open": {"document": "half a pair: \ud83d"}}]}'),
        (JSON_SUBPROTOCOL, b"bytes where text is due"),
    ],
)  # fmt: skip
async def test_what_is_no_message_ends_that_socket_and_no_other(
    shoal: ShoalProcess, subprotocol: str, message: bytes | str
) -> None:
    target = target_of(shoal, "mallory")
    async with bystander(shoal, Via.EDGE), socket(target, subprotocol, f"bearer.{target.token}") as mallory:
        await (mallory.send_bytes(message) if isinstance(message, bytes) else mallory.send_str(message))
        fault, code = await fault_and_close(mallory)
        assert said(fault) == (3, "MALFORMED_MESSAGE")
        assert code == 4400


async def test_what_is_no_message_on_a_grpc_stream_is_answered_and_the_stream_goes_on(shoal: ShoalProcess) -> None:
    target = target_of(shoal, "mallory")
    async with bystander(shoal, Via.GRPC) as (document, _), grpc.aio.insecure_channel(target.grpc_address) as channel:
        call = channel.stream_stream("/shoal.collab.v1.CollabService/Collaborate")(metadata=target.metadata)
        await call.write(b"\xff\xff\xff not protobuf")
        response = pb.CollaborateResponse.FromString(await call.read())
        assert said(response.frames[0].stream_fault.fault) == (3, "MALFORMED_MESSAGE")
        await call.write(pb.CollaborateRequest(frames=[opening(document, MALLORY, "mallory")]).SerializeToString())
        assert pb.CollaborateResponse.FromString(await call.read()).frames[0].HasField("opened")
        call.cancel()


async def test_a_message_past_the_limit_ends_that_socket_and_no_other(shoal: ShoalProcess) -> None:
    target = target_of(shoal, "mallory")
    async with (
        bystander(shoal, Via.EDGE),
        socket(target, PROTO_SUBPROTOCOL, f"bearer.{target.token}") as mallory,
    ):
        await mallory.send_bytes(b"\0" * 600_000)
        _, code = await fault_and_close(mallory)
        assert code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG


async def test_people_may_speak_json(shoal: ShoalProcess) -> None:
    target = target_of(shoal, "ada")
    document = await new_document(shoal, "json")
    async with socket(target, JSON_SUBPROTOCOL, f"bearer.{target.token}") as ada:
        await ada.send_str(json.dumps({"frames": [{"session": 1, "open": {"document": document, "site": "wscat"}}]}))
        flight = {"firstSiteSequence": "1", "operations": [{"components": [{"insert": "by hand"}]}]}
        await ada.send_str(json.dumps({"frames": [{"session": 1, "submit": flight}]}))
        async with asyncio.timeout(PATIENCE_S):
            while "committed" not in (frame := json.loads(await ada.receive_str())["frames"][0]):
                assert "opened" in frame or "presenceChanged" in frame or "checkpoint" in frame, frame
    assert frame["committed"]["operations"][0]["operation"]["components"] == [{"insert": "by hand"}]


# -- tokens and origins ----------------------------------------------------------------------------------------------


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def bad_tokens(shoal: ShoalProcess, folder: Path) -> dict[str, tuple[str, str]]:
    """Tokens that must open nothing, each with the reason that is given."""
    signer = DataDirectory(shoal.data).signer()
    good = signer.sign("users/mallory", lifetime_s=3600)
    header, claims, signature = good.split(".")
    known = json.loads(base64.urlsafe_b64decode(header + "=="))
    admin = json.loads(base64.urlsafe_b64decode(claims + "==")) | {"sub": "users/admin"}
    stranger = TokenSigner.open(folder / "other-key.json", issuer=ISSUER, audience=AUDIENCE)
    path = DataDirectory(shoal.data).key_path
    elsewhere = TokenSigner.open(path, issuer="https://elsewhere.example", audience=AUDIENCE)
    return {
        "none": ("", "TOKEN_MISSING"),
        "no JWT": ("nonsense", "TOKEN_INVALID"),
        "another key": (stranger.sign("users/mallory", lifetime_s=3600), "TOKEN_INVALID"),
        "expired": (signer.sign("users/mallory", lifetime_s=-60), "TOKEN_EXPIRED"),
        "another issuer": (elsewhere.sign("users/mallory", lifetime_s=3600), "TOKEN_INVALID"),
        "another audience": (signer.sign("users/mallory", lifetime_s=3600, audience="other"), "TOKEN_INVALID"),
        "unsigned": (f"{header}.{claims}.", "TOKEN_INVALID"),
        "alg none": (f"{_part({'alg': 'none', 'typ': 'JWT'})}.{claims}.", "TOKEN_INVALID"),
        "alg none, known key": (f"{_part(known | {'alg': 'none'})}.{claims}.", "TOKEN_INVALID"),
        "alg HS256 with the public key": (f"{_part(known | {'alg': 'HS256'})}.{claims}.{signature}", "TOKEN_INVALID"),
        "other claims": (f"{header}.{_part(admin)}.{signature}", "TOKEN_INVALID"),
    }


TOKENS = [
    "none", "no JWT", "another key", "expired", "another issuer", "another audience", "unsigned", "alg none",
    "alg none, known key", "alg HS256 with the public key", "other claims",
]  # fmt: skip


@pytest.mark.parametrize("name", TOKENS)
async def test_a_bad_token_opens_nothing(shoal: ShoalProcess, tmp_path: Path, name: str) -> None:
    token, reason = bad_tokens(shoal, tmp_path)[name]
    target = Target(shoal.url, shoal.grpc, token)
    async with bystander(shoal, Via.EDGE) as (document, _):
        async with grpc.aio.insecure_channel(shoal.grpc) as channel:
            metadata = target.metadata if token else ()
            get = document_pb2.GetDocumentRequest(name=document)
            with pytest.raises(grpc.aio.AioRpcError) as unary:
                await DocumentServiceStub(channel).GetDocument(get, metadata=metadata)
            with pytest.raises(grpc.aio.AioRpcError) as stream:
                await CollabServiceStub(channel).Collaborate(metadata=metadata).read()
        for failure in (unary.value, stream.value):
            assert said(faults.to_proto(faults.from_rpc_error(failure))) == (16, reason)
        protocols = (PROTO_SUBPROTOCOL, f"bearer.{token}") if token else (PROTO_SUBPROTOCOL,)
        async with socket(target, *protocols) as opened:
            fault, code = await fault_and_close(opened)
        assert said(fault) == (16, reason)
        assert code == 4401


async def test_a_services_token_opens_nothing_at_the_edge(shoal: ShoalProcess) -> None:
    signer = DataDirectory(shoal.data).signer()
    token = signer.sign("services/edge", lifetime_s=60, audience=SERVICE_AUDIENCE)
    async with socket(Target(shoal.url, shoal.grpc, token), PROTO_SUBPROTOCOL, f"bearer.{token}") as opened:
        fault, code = await fault_and_close(opened)
    assert (said(fault), code) == ((16, "TOKEN_INVALID"), 4401)


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://localhost.evil.example", "null", "http://localhost:1"]
)
async def test_a_page_of_another_host_may_not_connect(shoal: ShoalProcess, origin: str) -> None:
    target = target_of(shoal, "ada")
    async with (
        bystander(shoal, Via.EDGE),
        socket(target, PROTO_SUBPROTOCOL, f"bearer.{target.token}", headers={"Origin": origin}) as opened,
    ):
        fault, code = await fault_and_close(opened)
        assert (said(fault), code) == ((7, "ORIGIN_NOT_ALLOWED"), 4403)


async def test_a_page_of_this_host_may_connect(shoal: ShoalProcess) -> None:
    target = target_of(shoal, "ada")
    headers = {"Origin": target.url}
    async with socket(target, PROTO_SUBPROTOCOL, f"bearer.{target.token}", headers=headers) as opened:
        ping = pb.CollaborateRequest(frames=[pb.ClientFrame(ping=pb.Ping(nonce=7))])
        await opened.send_bytes(ping.SerializeToString())
        assert pb.CollaborateResponse.FromString(await opened.receive_bytes()).frames[0].pong.nonce == 7


async def test_the_log_is_not_for_users(shoal: ShoalProcess) -> None:
    target = target_of(shoal, "mallory")
    async with grpc.aio.insecure_channel(shoal.grpc) as channel:
        heads = channel.unary_unary("/shoal.document.v1.OperationLogService/Heads")
        with pytest.raises(grpc.aio.AioRpcError) as failure:
            await heads(b"", metadata=target.metadata)
    assert failure.value.code() in (grpc.StatusCode.UNIMPLEMENTED, grpc.StatusCode.PERMISSION_DENIED)
