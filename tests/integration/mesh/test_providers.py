"""Keys of identity providers over real HTTP: fetched when needed, kept while good, asked for seldom."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from mesh.faults import IdentityProviderUnavailable, TokenInvalid
from mesh.identity import Issuer, TokenVerifier
from mesh.identity.fetch import MAX_BYTES, fetch_json, open_session
from mesh.identity.jwks import ASK_AGAIN_S, FRESH_S, KEPT_S, RETRY_S, RemoteKeys
from mesh.identity.opening import open_verifier
from mesh.settings import IdentitySettings, IssuerSettings
from tests.integration.mesh.provider import Provider, provider
from tests.unit.mesh.minting import AUDIENCE, claims, ec, jwks, mint, okp, rsa

OLD, NEW, UNKNOWN = ec("old"), ec("new"), ec("unknown")
PATIENCE_S = 10.0


class World:
    """One issuer's keys, with a clock that the test turns."""

    def __init__(self, keys: RemoteKeys, name: str) -> None:
        self.keys = keys
        self.now = 0.0
        self.verifier = TokenVerifier([Issuer(name, AUDIENCE, keys)])

    async def subject(self, token: str) -> str:
        async with asyncio.timeout(PATIENCE_S):
            return (await self.verifier.verify(token)).subject

    async def settled(self) -> None:
        """Wait until nothing is being fetched."""
        async with asyncio.timeout(PATIENCE_S):
            while self.keys._request is not None:
                await asyncio.wait([self.keys._request])


@asynccontextmanager
async def world(of: Provider, *, discover: bool = False, **settings: Any) -> AsyncIterator[World]:
    url = None if discover else f"{of.url}/jwks"
    issuer = IssuerSettings(issuer=of.url, audience=AUDIENCE, jwks_url=url, **settings)
    async with open_session() as session:
        # The clock is the world's, which needs the keys to be.
        here: list[World] = []
        keys = RemoteKeys(issuer, partial(fetch_json, session), lambda: here[0].now if here else 0.0)
        here.append(World(keys, of.url))
        try:
            yield here[0]
        finally:
            await keys.close()


async def test_keys_are_fetched_with_the_first_token_and_not_again() -> None:
    async with provider(OLD) as idp, world(idp) as here:
        assert idp.asked == 0
        assert await here.subject(idp.token()) == "ada"
        assert await here.subject(idp.token(sub="bob")) == "bob"
        assert idp.asked == 1


async def test_many_first_tokens_at_once_are_one_request() -> None:
    async with provider(OLD) as idp, world(idp) as here:
        tokens = [idp.token(sub=f"u{number}") for number in range(50)]
        assert len(await asyncio.gather(*map(here.subject, tokens))) == 50
        assert idp.asked == 1


@pytest.mark.parametrize(
    ("key", "algorithm"), [(rsa("r"), "RS256"), (ec("e"), "ES256"), (okp("o"), "Ed25519"), (okp("o"), "EdDSA")]
)
async def test_the_usual_algorithms_of_providers(key: Any, algorithm: str) -> None:
    async with provider(key) as idp, world(idp) as here:
        assert await here.subject(idp.token(algorithm=algorithm)) == "ada"


async def test_discovery_finds_the_keys_when_only_the_issuer_is_known() -> None:
    async with provider(OLD) as idp, world(idp, discover=True) as here:
        assert await here.subject(idp.token()) == "ada"
        assert (idp.discovered, idp.asked) == (1, 1)


@pytest.mark.parametrize(
    "found",
    [
        {"issuer": "https://evil.example", "jwks_uri": "{url}/jwks"},
        {"jwks_uri": "{url}/jwks"},
        {"issuer": "{url}"},
        {"issuer": "{url}", "jwks_uri": "http://keys.example/jwks"},
        {"issuer": "{url}", "jwks_uri": "file:///etc/passwd"},
        {"issuer": "{url}", "jwks_uri": 7},
    ],
)
async def test_a_discovery_document_of_somebody_else_is_not_followed(found: dict[str, Any]) -> None:
    async with provider(OLD) as idp, world(idp, discover=True) as here:
        filled = {k: v.replace("{url}", idp.url) if isinstance(v, str) else v for k, v in found.items()}
        idp.discovery = filled
        with pytest.raises(IdentityProviderUnavailable):
            await here.subject(idp.token())
        assert idp.asked == 0
        idp.discovery, here.now = None, RETRY_S
        assert await here.subject(idp.token()) == "ada"


# -- rotation --------------------------------------------------------------------------------------------------------


async def test_a_new_key_is_believed_with_its_first_token() -> None:
    async with provider(OLD) as idp, world(idp) as here:
        await here.subject(idp.token())
        idp.keys.append(NEW)
        assert await here.subject(idp.token(NEW)) == "ada"
        assert idp.asked == 2


async def test_a_storm_of_unknown_keys_is_one_request_in_half_a_minute() -> None:
    async with provider(OLD) as idp, world(idp) as here:
        await here.subject(idp.token())
        storm = [idp.token(ec(f"nobody-{number}"), sub=f"u{number}") for number in range(100)]
        answers = await asyncio.gather(*map(here.subject, storm), return_exceptions=True)
        assert {type(each) for each in answers} == {TokenInvalid}
        assert idp.asked == 2
        here.now += ASK_AGAIN_S - 1
        with pytest.raises(TokenInvalid):
            await here.subject(storm[0])
        assert idp.asked == 2
        here.now += 1
        with pytest.raises(TokenInvalid):
            await here.subject(storm[0])
        assert idp.asked == 3
        assert await here.subject(idp.token()) == "ada", "whose key is known is not harmed"


async def test_a_token_without_a_kid_asks_for_nothing() -> None:
    async with provider(OLD) as idp, world(idp) as here:
        await here.subject(idp.token())
        with pytest.raises(TokenInvalid):
            await here.subject(mint(UNKNOWN, "ES256", claims(iss=idp.url), kid=None))
        assert idp.asked == 1


async def test_a_key_that_was_taken_back_is_not_believed_any_more_even_of_tokens_already_known() -> None:
    async with provider(OLD, NEW) as idp, world(idp) as here:
        stolen, good = idp.token(OLD), idp.token(NEW, sub="bob")
        await here.subject(stolen)
        await here.subject(good)
        idp.keys = [NEW]
        here.now += FRESH_S
        assert await here.subject(stolen) == "ada", "old keys serve while new ones are fetched behind the scenes"
        await here.settled()
        with pytest.raises(TokenInvalid):
            await here.subject(stolen)
        assert await here.subject(good) == "bob"


async def test_a_set_is_fetched_anew_behind_the_scenes_with_its_etag() -> None:
    async with provider(OLD) as idp, world(idp) as here:
        idp.headers = {"ETag": '"v1"'}
        token = idp.token()
        await here.subject(token)
        generation = here.keys.generation
        here.now += FRESH_S - 1
        await here.subject(token)
        await here.settled()
        assert idp.asked == 1
        here.now += 1
        assert here.verifier.known(token) is not None, "nobody waits"
        await here.settled()
        assert (idp.asked, idp.etags) == (2, ["", '"v1"'])
        assert here.keys.generation == generation, "unchanged keys leave known tokens known"
        assert here.verifier.known(token) is not None


@pytest.mark.parametrize(
    ("cache_control", "fresh_s"),
    [
        ("public, max-age=1200", 1200),
        ("max-age=1", 60),
        ("max-age=0", 60),
        ("no-store", 60),
        ("no-cache, max-age=1200", 60),
        ("max-age=99999999", 86400),
        ("s-maxage=1200", FRESH_S),
        ("max-age=never", FRESH_S),
        ("", FRESH_S),
    ],
)
async def test_what_a_provider_says_of_freshness_is_taken_within_bounds(cache_control: str, fresh_s: float) -> None:
    async with provider(OLD) as idp, world(idp) as here:
        idp.headers = {"Cache-Control": cache_control}
        token = idp.token()
        await here.subject(token)
        if fresh_s < KEPT_S:
            here.now += fresh_s - 0.5
            assert here.verifier.known(token) is not None
            await here.settled()
            assert idp.asked == 1
            here.now += 0.5
            assert here.verifier.known(token) is not None
            await here.settled()
            assert idp.asked == 2
        else:
            here.now += KEPT_S - 1
            assert here.verifier.known(token) is not None
            await here.settled()
            assert idp.asked == 1


# -- providers that are away, slow, or send something else -------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def test_a_provider_that_is_away_at_the_start_is_unavailable_and_found_when_it_comes() -> None:
    idp = Provider(OLD)
    port = free_port()
    idp.url = f"http://127.0.0.1:{port}"
    token = idp.token()
    settings = IdentitySettings(issuers=(IssuerSettings(issuer=idp.url, jwks_url=f"{idp.url}/jwks"),))
    async with open_verifier(settings, None) as verifier:
        for _ in range(2):
            with pytest.raises(IdentityProviderUnavailable) as away:
                await verifier.verify(token)
        assert away.value.retry_after_ms == 1000
    async with world(idp) as here:
        with pytest.raises(IdentityProviderUnavailable):
            await here.subject(token)
        await idp.start(port)
        try:
            with pytest.raises(IdentityProviderUnavailable):
                await here.subject(token)
            assert idp.asked == 0, "not asked again at once"
            here.now += RETRY_S
            assert await here.subject(token) == "ada"
        finally:
            await idp.stop()


async def test_while_a_provider_is_away_its_known_keys_serve_for_a_day() -> None:
    async with provider(OLD) as idp, world(idp) as here:
        token = idp.token()
        await here.subject(token)
        await idp.stop()
        for hours in (1, 12, 23):
            here.now = hours * 3600.0
            assert await here.subject(token) == "ada"
            assert await here.subject(idp.token(sub=f"new at {hours}")) == f"new at {hours}"
            await here.settled()
        with pytest.raises(IdentityProviderUnavailable):
            await here.subject(idp.token(NEW))
        here.now = KEPT_S
        assert here.verifier.known(token) is None
        with pytest.raises(IdentityProviderUnavailable):
            await here.subject(token)


async def _error(_: web.Request) -> web.StreamResponse:
    return web.Response(status=500, text="no")


async def _page(_: web.Request) -> web.StreamResponse:
    return web.Response(text="<html>sign in</html>", content_type="text/html")


async def _nothing_usable(_: web.Request) -> web.StreamResponse:
    return web.json_response({"keys": [{"kty": "oct", "k": "AAAA", "kid": "old"}]})


async def _no_set(_: web.Request) -> web.StreamResponse:
    return web.json_response([1, 2, 3])


async def _deep(_: web.Request) -> web.StreamResponse:
    return web.Response(text='{"keys":' + "[" * 100_000, content_type="application/json")


async def _huge(_: web.Request) -> web.StreamResponse:
    return web.Response(text=json.dumps({**jwks(OLD), "more": "x" * MAX_BYTES}), content_type="application/json")


async def _packed(_: web.Request) -> web.StreamResponse:
    response = web.Response(text=json.dumps({**jwks(OLD), "more": "x" * 100 * MAX_BYTES}))
    response.enable_compression(web.ContentCoding.gzip)
    return response


async def _unchanged(_: web.Request) -> web.StreamResponse:
    return web.Response(status=304)


async def _elsewhere(_: web.Request) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": "http://localhost:1/jwks"})


async def _another_port(request: web.Request) -> web.StreamResponse:
    return web.Response(status=307, headers={"Location": f"http://127.0.0.1:{free_port()}/jwks"})


async def _around(_: web.Request) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": "/jwks"})


async def _into_a_file(_: web.Request) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": "file:///etc/hosts"})


@pytest.mark.parametrize(
    "answer",
    [
        _error, _page, _nothing_usable, _no_set, _deep, _huge, _packed, _unchanged, _elsewhere, _another_port, _around,
        _into_a_file,
    ],
)  # fmt: skip
async def test_an_answer_that_holds_no_keys_is_none_and_takes_nothing_away(answer: Any) -> None:
    async with provider(OLD) as idp, world(idp) as here:
        idp.answer = answer
        with pytest.raises(IdentityProviderUnavailable):
            await here.subject(idp.token())
        idp.answer = None
        here.now += RETRY_S
        assert await here.subject(idp.token()) == "ada"
        idp.answer = answer
        here.now += FRESH_S
        assert await here.subject(idp.token(sub="bob")) == "bob"
        await here.settled()
        assert idp.asked > 2
        assert await here.subject(idp.token(sub="eve")) == "eve"


async def test_a_redirect_on_the_same_host_is_followed() -> None:
    async with provider(OLD) as idp, world(idp) as here:

        async def moved(request: web.Request) -> web.StreamResponse:
            idp.answer = None
            return web.Response(status=308, headers={"Location": "/jwks?moved"})

        idp.answer = moved
        assert await here.subject(idp.token()) == "ada"


async def test_a_provider_that_never_finishes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mesh.identity.fetch._TIMEOUT", aiohttp.ClientTimeout(total=0.3))
    async with provider(OLD) as idp:

        async def slow(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse()
            await response.prepare(request)
            await response.write(b'{"keys": [')
            await idp.go_on.wait()
            return response

        idp.answer = slow
        async with world(idp) as here:
            with pytest.raises(IdentityProviderUnavailable):
                await here.subject(idp.token())


async def test_a_caller_who_leaves_takes_no_request_along() -> None:
    async with provider(OLD) as idp, world(idp) as here:

        async def late(_: web.Request) -> web.StreamResponse:
            await idp.go_on.wait()
            return web.json_response(jwks(OLD))

        idp.answer = late
        leaving = asyncio.create_task(here.subject(idp.token()))
        staying = asyncio.create_task(here.subject(idp.token(sub="bob")))
        await asyncio.wait_for(idp.arrived.wait(), PATIENCE_S)
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
        idp.go_on.set()
        assert await staying == "bob"
        assert idp.asked == 1


async def test_the_end_does_not_wait_for_a_request() -> None:
    async with provider(OLD) as idp:

        async def never(_: web.Request) -> web.StreamResponse:
            await idp.go_on.wait()
            return web.Response()

        idp.answer = never
        settings = IdentitySettings(issuers=(IssuerSettings(issuer=idp.url, jwks_url=f"{idp.url}/jwks"),))
        async with asyncio.timeout(PATIENCE_S / 3):
            async with open_verifier(settings, None) as verifier:
                asking = asyncio.create_task(verifier.verify(idp.token()))
                await idp.arrived.wait()
        assert (await asyncio.gather(asking, return_exceptions=True)) != [None]


async def test_an_attackers_key_address_is_never_asked() -> None:
    async with provider(OLD) as idp, provider(UNKNOWN) as evil, world(idp) as here:
        for header in ("jku", "x5u"):
            token = mint(UNKNOWN, "ES256", claims(iss=idp.url), **{header: f"{evil.url}/jwks"})
            with pytest.raises(TokenInvalid):
                await here.subject(token)
        with pytest.raises(TokenInvalid):
            await here.subject(evil.token())
        assert (evil.asked, evil.discovered) == (0, 0)


async def test_several_providers_and_a_file_are_believed_together(tmp_path: Any) -> None:
    own = okp("own", alg="Ed25519")
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps(jwks(own)))
    async with provider(OLD) as first, provider(NEW) as second:
        settings = IdentitySettings(
            jwks=path,
            issuer="https://own.example",
            issuers=(
                IssuerSettings(issuer=first.url, subject_prefix="first|"),
                IssuerSettings(issuer=second.url, jwks_url=f"{second.url}/jwks", subject_prefix="second|"),
            ),
        )
        async with open_verifier(settings, None) as verifier:
            tokens = [first.token(), second.token(), mint(own, "Ed25519", claims(iss="https://own.example"))]
            subjects = [(await verifier.verify(token)).subject for token in tokens]
            assert subjects == ["first|ada", "second|ada", "ada"]
            with pytest.raises(TokenInvalid):
                await verifier.verify(mint(NEW, "ES256", claims(iss=first.url)))
