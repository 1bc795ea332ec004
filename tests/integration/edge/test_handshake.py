"""Who may open a WebSocket, told in a frame and a close code."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import time
from pathlib import Path

import aiohttp
import pytest

from mesh.identity import SERVICE_AUDIENCE, TokenSigner, TokenVerifier
from tests.integration.edge.world import BINARY, JSON, Reason, World, edge_world, open_frame


def _unsigned(algorithm: str) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    claims = {"iss": "https://test.example", "aud": "shoal", "sub": "users/eve", "exp": int(time.time()) + 300}
    return f"{part({'alg': algorithm, 'typ': 'at+jwt'})}.{part(claims)}."


def _bad_token(kind: str, signer: TokenSigner, folder: Path) -> str:
    stranger = TokenSigner.open(folder / "stranger.json", issuer="https://test.example", audience="shoal")
    good = signer.sign("users/eve", lifetime_s=300)
    head, claims, signature = good.split(".")
    return {
        "none at all": "",
        "not a token": "abc",
        "of another key": stranger.sign("users/eve", lifetime_s=300),
        "for another audience": signer.sign("users/eve", lifetime_s=300, audience="elsewhere"),
        "of a service": signer.sign("services/edge", lifetime_s=300, audience=SERVICE_AUDIENCE),
        "expired": signer.sign("users/eve", lifetime_s=-3600),
        "unsigned": f"{head}.{claims}.",
        "alg none": _unsigned("none"),
        "alg HS256": _unsigned("HS256"),
        "signature changed": f"{head}.{claims}.{signature[::-1]}",
    }[kind]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("none at all", Reason.ERROR_REASON_TOKEN_MISSING),
        ("not a token", Reason.ERROR_REASON_TOKEN_INVALID),
        ("of another key", Reason.ERROR_REASON_TOKEN_INVALID),
        ("for another audience", Reason.ERROR_REASON_TOKEN_INVALID),
        ("of a service", Reason.ERROR_REASON_TOKEN_INVALID),
        ("expired", Reason.ERROR_REASON_TOKEN_EXPIRED),
        ("unsigned", Reason.ERROR_REASON_TOKEN_INVALID),
        ("alg none", Reason.ERROR_REASON_TOKEN_INVALID),
        ("alg HS256", Reason.ERROR_REASON_TOKEN_INVALID),
        ("signature changed", Reason.ERROR_REASON_TOKEN_INVALID),
    ],
)
async def test_a_bad_token_is_told_why_and_closed_with_4401(
    kind: str, reason: int, signer: TokenSigner, verifier: TokenVerifier, tmp_path: Path
) -> None:
    async with edge_world(signer, verifier) as world:
        person = await world.connect(token=_bad_token(kind, signer, tmp_path))
        assert (await person.fault()).reason == reason
        assert await person.closed() == 4401
        assert world.edge.sockets.count == 0


async def test_a_refusal_is_told_in_json_to_those_who_speak_it(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier) as world:
        person = await world.connect(token="", protocols=(JSON,))
        told = json.loads(await person.ws.receive_str())
        assert told["frames"][0]["streamFault"]["fault"]["reason"] == "ERROR_REASON_TOKEN_MISSING"
        assert await person.closed() == 4401


async def test_a_token_in_the_url_opens_nothing(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier) as world:
        address = f"{world.url}/v1/ws?token={world.token('ada')}&access_token={world.token('ada')}"
        async with world.http.ws_connect(address, protocols=[BINARY]) as ws:
            await ws.receive()
            assert (await ws.receive()).type is aiohttp.WSMsgType.CLOSE
            assert ws.close_code == 4401


async def test_a_token_may_come_as_a_subprotocol_which_is_not_echoed(
    signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier) as world:
        offered = (f"bearer.{world.token('ada')}", BINARY)
        person = await world.connect(token="", protocols=offered)
        assert person.ws.protocol == BINARY
        assert await person.answers_ping()


_LISTED = ("https://app.example.com", "https://*.example.org", "http://localhost:5173")


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "https://app.example.com.evil.example",
        "https://evilapp.example.com",
        "http://app.example.com",
        "https://app.example.com:8443",
        "https://example.org.evil.example",
        "https://notexample.org",
        "https://example.org",
        "http://localhost:5174",
        "https://app.example.com@evil.example",
        "file://",
        "https://",
        "https://[",
        "https://a.example.org:99999",
        "",
    ],
)
async def test_a_page_of_elsewhere_is_closed_with_4403_even_with_a_good_token(
    origin: str, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier, allowed_origins=_LISTED) as world:
        person = await world.connect(headers={"Origin": origin})
        assert (await person.fault()).reason == Reason.ERROR_REASON_ORIGIN_NOT_ALLOWED
        assert await person.closed() == 4403


@pytest.mark.parametrize(
    "origin", ["https://app.example.com", "https://a.example.org", "https://a.b.example.org", "http://localhost:5173"]
)
async def test_a_listed_page_may_connect(origin: str, signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier, allowed_origins=_LISTED) as world:
        assert await (await world.connect(headers={"Origin": origin})).answers_ping()


async def test_the_edges_own_page_may_connect_with_its_cookie(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier) as world:
        cookie = {"Cookie": f"shoal_session={world.token('ada')}"}
        person = await world.connect(token="", headers={**cookie, "Origin": world.url})
        assert await person.answers_ping()


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example"])
async def test_a_cookie_alone_opens_nothing_for_pages_of_elsewhere(
    origin: str | None, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier) as world:
        headers = {"Cookie": f"shoal_session={world.token('ada')}"} | ({"Origin": origin} if origin else {})
        person = await world.connect(token="", headers=headers)
        assert (await person.fault()).reason == Reason.ERROR_REASON_ORIGIN_NOT_ALLOWED
        assert await person.closed() == 4403


async def test_one_socket_too_many_of_a_user_is_closed_with_4413_and_harms_nobody(
    signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier, max_sockets_per_user=2) as world:
        first, second = await world.connect("ada"), await world.connect("ada")
        third = await world.connect("ada")
        assert (await third.fault()).reason == Reason.ERROR_REASON_TOO_MANY_SESSIONS
        assert await third.closed() == 4413
        assert await (await world.connect("bob")).answers_ping()
        assert await first.answers_ping()
        await second.ws.close()
        assert await (await world.connect("ada")).answers_ping()


async def test_the_edge_holds_no_more_sockets_than_it_may(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier, max_sockets=1) as world:
        first = await world.connect("ada")
        second = await world.connect("bob")
        assert await second.closed() == 4413
        assert await first.answers_ping()


async def test_a_socket_ends_with_its_token(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier) as world:
        person = await world.connect(token=world.token("ada", lifetime_s=2))
        assert (await person.frame("token_expiring")).token_expiring.seconds <= 2
        assert await person.closed() == 4401


async def test_the_token_of_the_handshake_goes_into_an_open_that_has_none(
    signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier) as world:
        own, other = world.token("ada"), world.token("bob")
        person = await world.connect(token=own)
        await person.send(open_frame(1), open_frame(2, token=other))
        assert (await world.collab.next("open")).open.token == own
        assert (await world.collab.next("open")).open.token == other


async def test_a_client_of_no_known_subprotocol_is_told_which_to_offer(
    signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier) as world:
        person = await world.connect(protocols=("graphql-ws",))
        assert BINARY in (await person.fault()).message
        assert await person.closed() == 4400


async def test_a_token_offered_with_no_known_subprotocol_is_not_logged(
    signer: TokenSigner, verifier: TokenVerifier, caplog: pytest.LogCaptureFixture
) -> None:
    async with edge_world(signer, verifier) as world:
        token = world.token("ada")
        with caplog.at_level(logging.DEBUG):
            await (await world.connect(token="", protocols=(f"bearer.{token}",))).closed()
        assert token not in caplog.text


async def test_an_origin_that_is_not_text_is_refused_like_any_other(
    signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier) as world:
        assert await _close_code_for_raw_origin(world, b"http://\xff.example") == 4403


async def _close_code_for_raw_origin(world: World, origin: bytes) -> int:
    """Shake hands by hand: clients would not send such a header. Returns the code of the first close frame."""
    reader, writer = await asyncio.open_connection(*world.edge.address.split(":"))
    writer.write(
        b"GET /v1/ws HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        b"Sec-WebSocket-Protocol: shoal.v1.proto\r\nOrigin: " + origin + b"\r\n\r\n"
    )
    try:
        async with asyncio.timeout(5):
            assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
            while True:
                opcode, size = await reader.readexactly(2)
                if size == 126:
                    size = int.from_bytes(await reader.readexactly(2), "big")
                payload = await reader.readexactly(size)
                if opcode == 0x88:
                    return int.from_bytes(payload[:2], "big")
    finally:
        writer.close()
