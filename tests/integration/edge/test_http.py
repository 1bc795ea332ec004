"""Plain HTTP: signing in, documents, the page, health."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from mesh.identity import TokenSigner, TokenVerifier
from tests.integration.edge.world import PATIENCE_S, World, edge_world

_ELSEWHERE = {"Origin": "https://evil.example"}


async def _raw(world: World, request: bytes, *, later: bytes = b"") -> tuple[int, bytes]:
    """Send bytes as they are, `later` in a packet of its own; return the status and the body."""
    reader, writer = await asyncio.open_connection(*world.edge.address.split(":"))
    try:
        writer.write(request)
        await writer.drain()
        if later:
            # Until the edge has the first part and waits for the rest: it answers other requests meanwhile.
            async with world.http.get(f"{world.url}/health/live") as alive:
                assert alive.status == 200
            writer.write(later)
        async with asyncio.timeout(PATIENCE_S):
            head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        return int(head.split()[1]), body
    finally:
        writer.close()


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A built page, with something beside it that is nobody's business."""
    root = tmp_path / "web" / "dist"
    (root / "assets").mkdir(parents=True)
    (root / "index.html").write_text("<!doctype html>the app")
    (root / "favicon.svg").write_text("<svg/>")
    (root / "assets" / "index-abc.js").write_text("the code")
    (tmp_path / "web" / "secret.txt").write_text("SECRET")
    return root


async def test_whoever_gives_a_name_is_signed_in_in_development(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier) as world:
        async with world.http.get(f"{world.url}/v1/session") as nobody:
            assert nobody.status == 401
            assert (await nobody.json())["details"][0]["reason"] == "ERROR_REASON_TOKEN_MISSING"
        async with world.http.post(f"{world.url}/v1/session", json={"name": " Ada Lovelace "}) as signed_in:
            assert signed_in.status == 200
            told = await signed_in.json()
            cookie = signed_in.cookies["shoal_session"]
        assert (told["subject"], told["name"], told["development"]) == ("users/ada-lovelace", "Ada Lovelace", True)
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")
        assert (await verifier.verify(told["token"])).subject == "users/ada-lovelace"
        bearer = {"Authorization": f"Bearer {told['token']}"}
        async with world.http.get(f"{world.url}/v1/session", headers=bearer) as shown:
            assert (await shown.json()) == told
            assert shown.headers["Cache-Control"] == "no-store"
        async with world.http.delete(f"{world.url}/v1/session") as signed_out:
            assert signed_out.status == 200
            assert signed_out.cookies["shoal_session"].value == ""


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b'{"name":"Ada"}', {"Content-Type": "text/plain"}, 400),
        (b'{"name":"Ada"}', {"Content-Type": "application/x-www-form-urlencoded"}, 400),
        (b'{"name":"Ada"}', {"Content-Type": "application/json", **_ELSEWHERE}, 403),
        (b'{"name":"Ada"}', {"Content-Type": "application/json", "Origin": "null"}, 403),
        (b'{"name":"Ada"}', {"Content-Type": "application/json", "Sec-Fetch-Site": "cross-site"}, 403),
        (b'{"name":""}', {"Content-Type": "application/json"}, 400),
        (b'{"name":"  "}', {"Content-Type": "application/json"}, 400),
        (b'{"name":"a\\nb"}', {"Content-Type": "application/json"}, 400),
        (b'{"name":"\\ud800"}', {"Content-Type": "application/json"}, 400),
        (json.dumps({"name": "x" * 61}).encode(), {"Content-Type": "application/json"}, 400),
        (b'{"name":5}', {"Content-Type": "application/json"}, 400),
        (b"[]", {"Content-Type": "application/json"}, 400),
        (b"{", {"Content-Type": "application/json"}, 400),
    ],
)
async def test_signing_in_takes_a_name_as_json_from_our_own_page_only(
    body: bytes, headers: dict[str, str], status: int, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with (
        edge_world(signer, verifier) as world,
        world.http.post(f"{world.url}/v1/session", data=body, headers=headers) as answer,
    ):
        assert answer.status == status
        assert "shoal_session" not in answer.cookies


async def test_signing_out_is_not_for_pages_of_elsewhere(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with (
        edge_world(signer, verifier) as world,
        world.http.delete(f"{world.url}/v1/session", headers=_ELSEWHERE) as answer,
    ):
        assert answer.status == 403


async def test_nobody_is_signed_in_by_name_outside_development(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier, development=False) as world:
        async with world.http.post(f"{world.url}/v1/session", json={"name": "Ada"}) as answer:
            assert answer.status == 501
            assert "identity provider" in (await answer.json())["message"]
        async with world.http.get(f"{world.url}/.well-known/jwks.json") as keys:
            assert (await keys.json()) == {"keys": []}


async def test_the_published_keys_are_the_public_halves(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier) as world:
        async with world.http.get(f"{world.url}/.well-known/jwks.json") as answer:
            (key,) = (await answer.json())["keys"]
        assert "d" not in key
        assert key["alg"] == "Ed25519"


async def test_a_page_whose_name_was_rebound_to_us_is_not_signed_in(
    signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier) as world:
        rebound = {"Host": "evil.example:8080", "Origin": "http://evil.example:8080"}
        async with world.http.post(f"{world.url}/v1/session", json={"name": "Ada"}, headers=rebound) as answer:
            assert answer.status >= 400


@pytest.mark.parametrize("path", ["/v1/session", "/v1/documents"])
async def test_a_body_may_come_in_parts(path: str, signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier) as world:
        body = b'{"name":"Ada"}'
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {world.edge.address}\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {world.token('ada')}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        status, _ = await _raw(world, head.encode() + body[:5], later=body[5:])
        assert status == 200


async def test_documents_are_created_read_and_listed_as_the_caller(
    signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier) as world:
        ada = {"Authorization": f"Bearer {world.token('ada')}"}
        address = f"{world.url}/v1/documents"
        wanted = {"documentId": "notes", "document": {"title": "Notes"}}
        async with world.http.post(address, json=wanted, headers=ada) as made:
            assert made.status == 200
            document = (await made.json())["document"]
        assert (document["name"], document["title"], document["creator"]) == ("documents/notes", "Notes", "users/ada")
        async with world.http.get(f"{address}/notes", headers=ada) as read:
            assert (await read.json())["document"] == document
        async with world.http.get(address, headers=ada) as listed:
            assert await listed.json() == {"documents": [document], "nextPageToken": ""}


@pytest.mark.parametrize(
    ("path", "status", "reason"),
    [
        ("/v1/documents/none", 404, "ERROR_REASON_DOCUMENT_NOT_FOUND"),
        ("/v1/documents?pageSize=-1", 400, "ERROR_REASON_INVALID_FIELD"),
        ("/v1/documents?pageSize=many", 400, "ERROR_REASON_INVALID_FIELD"),
        pytest.param("/v1/documents?pageSize=99999999999", 400, "ERROR_REASON_INVALID_FIELD"),
    ],
)
async def test_a_fault_of_a_service_is_a_status_in_json(
    path: str, status: int, reason: str, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier) as world:
        ada = {"Authorization": f"Bearer {world.token('ada')}"}
        async with world.http.get(f"{world.url}{path}", headers=ada) as answer:
            assert answer.status == status
            told = await answer.json()
        assert told["details"][0]["@type"] == "type.googleapis.com/google.rpc.ErrorInfo"
        assert (told["details"][0]["reason"], told["details"][0]["domain"]) == (reason, "shoal.dev")


async def test_documents_need_a_token_and_a_cookie_needs_our_own_page(
    signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier) as world:
        cookie = {"Cookie": f"shoal_session={world.token('ada')}"}
        cases = [({}, 401), ({**cookie, **_ELSEWHERE}, 403), ({**cookie, "Origin": world.url}, 200)]
        for headers, status in cases:
            async with world.http.post(f"{world.url}/v1/documents", json={}, headers=headers) as answer:
                assert answer.status == status, headers
        assert [each.creator for each in world.documents.documents.values()] == ["users/ada"]


async def test_the_page_is_one_file_asked_for_anew_and_its_assets_are_kept_forever(
    built: Path, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier, web_root=built) as world:
        for path in ("/", "/sign-in", "/d/notes"):
            async with world.http.get(f"{world.url}{path}") as page:
                assert await page.text() == "<!doctype html>the app"
                assert page.headers["Cache-Control"] == "no-cache"
                policy = page.headers["Content-Security-Policy"]
                assert "script-src 'self'" in policy
                assert "frame-ancestors 'none'" in policy
                assert "unsafe-eval" not in policy
                assert page.headers["X-Content-Type-Options"] == "nosniff"
        async with world.http.get(f"{world.url}/assets/index-abc.js") as asset:
            assert await asset.text() == "the code"
            assert "immutable" in asset.headers["Cache-Control"]
        async with world.http.get(f"{world.url}/assets/none.js") as missing:
            assert missing.status == 404


async def test_a_page_that_was_not_built_says_how(tmp_path: Path, signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with (
        edge_world(signer, verifier, web_root=tmp_path / "none") as world,
        world.http.get(f"{world.url}/") as page,
    ):
        assert page.status == 503
        assert "make setup" in await page.text()


_OUTSIDE = [
    "/assets/../../secret.txt",
    "/assets/..%2f..%2fsecret.txt",
    "/assets/%2e%2e%2f%2e%2e%2fsecret.txt",
    "/assets/..%2F..%2Fsecret.txt",
    "/assets/..%252f..%252fsecret.txt",
    "/assets/..%5c..%5csecret.txt",
    "/assets/%2fetc%2fpasswd",
    "/favicon.svg%2f..%2f..%2fsecret.txt",
]
_READ = {"/assets/..%2f..%2fsecret.txt", "/assets/%2e%2e%2f%2e%2e%2fsecret.txt", "/assets/..%2F..%2Fsecret.txt"}
_READ |= {"/assets/%2fetc%2fpasswd"}


@pytest.mark.parametrize("path", [*_OUTSIDE])
async def test_nothing_outside_the_built_page_is_served(
    path: str, built: Path, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier, web_root=built) as world:
        request = f"GET {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"
        status, body = await _raw(world, request.encode())
        assert status in (400, 404)
        assert b"SECRET" not in body
        assert b"root:" not in body


async def test_ready_means_that_collab_and_documents_serve_and_the_stream_is_up(
    signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier) as world:
        async with world.http.get(f"{world.url}/health/live") as live:
            assert live.status == 200
        while not world.edge.relay.is_up:
            await asyncio.sleep(0)
        async with world.http.get(f"{world.url}/health/ready") as ready:
            assert ready.status == 200
            told = await ready.json()
        assert (told["stream"], told["collab"], told["document"], told["draining"]) == (True, True, True, False)
        await world.stop_services()
        async with world.http.get(f"{world.url}/health/ready") as unready:
            assert unready.status == 503
            told = await unready.json()
        assert (told["collab"], told["document"]) == (False, False)
        async with world.http.get(f"{world.url}/health/live") as live:
            assert live.status == 200


async def test_detail_counts_what_there_is(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier) as world:
        ada, bob = await world.join("ada"), await world.connect("bob")
        async with world.http.get(f"{world.url}/health/detail") as first:
            assert first.status == 200
        async with world.http.get(f"{world.url}/health/detail") as answer:
            told = await answer.json()
        assert (told["active_connections"], told["sessions"], told["operation_queue_bytes"]) == (2, 1, 0)
        assert told["response_times_ms"]["requests"] == 1
        assert told["response_times_ms"]["p99"] >= told["response_times_ms"]["p50"] > 0
        assert told["memory"]["max_resident_bytes"] > 1_000_000
        assert await ada.answers_ping()
        assert await bob.answers_ping()


async def test_a_path_that_no_rpc_has_is_answered_in_the_catalogues_words(
    signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier) as world:
        for path in (b"/v1/nothing", b"/v1/documents/a%0Ab", b"/v1/documents/%FF", b"/v1/documents/%zz"):
            status, body = await _raw(
                world,
                b"GET %b HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %b\r\nConnection: close\r\n\r\n"
                % (path, world.token("ada").encode()),
            )
            assert status in (400, 404), path
            assert json.loads(body)["details"][0]["domain"] == "shoal.dev", path


async def test_a_method_that_a_path_has_not_is_told_with_those_it_has(
    signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier) as world, world.http.put(f"{world.url}/v1/documents") as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "GET, POST")
        assert (await answer.json())["details"][0]["reason"] == "ERROR_REASON_RPC_NOT_FOUND"


async def test_each_answer_has_the_id_of_its_request(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier) as world:
        sent = {"X-Request-Id": "mine-7", "Authorization": f"Bearer {world.token('ada')}"}
        async with world.http.get(f"{world.url}/v1/documents/none", headers=sent) as answer:
            assert answer.headers["X-Request-Id"] == "mine-7"
            assert {"requestId": "mine-7"}.items() <= (await answer.json())["details"][-1].items()
        async with world.http.get(f"{world.url}/health/live", headers={"X-Request-Id": "no good"}) as answer:
            assert len(answer.headers["X-Request-Id"]) == 36
