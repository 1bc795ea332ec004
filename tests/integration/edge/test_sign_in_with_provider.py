"""Signing in with an identity provider, as a browser goes through it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from pydantic import ValidationError

from edge.settings import ProviderSettings
from mesh.identity import ALGORITHMS, Services, StaticKeys, TokenSigner
from mesh.identity.keys import read_keys
from mesh.identity.opening import open_verifier
from mesh.settings import IdentitySettings, IssuerSettings
from tests.integration.edge.signing_provider import CLIENT, SECRET, SigningProvider, signing_provider
from tests.integration.edge.world import World, edge_world
from tests.unit.mesh.minting import ec

KEY = ec("provider")
PUBLIC = "http://localhost:8080"
COOKIE_KEY = "ab" * 32


class Browser:
    """Keeps cookies, follows one redirect at a time."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))

    async def go(self, url: str) -> tuple[int, str, str]:
        async with self.http.get(url.replace(PUBLIC, self.world.url), allow_redirects=False) as answer:
            return answer.status, answer.headers.get("Location", ""), await answer.text()

    async def sign_in(self, to: str = "/d/notes") -> str:
        """Go through the whole flow; return where it ends."""
        where = f"{self.world.url}/v1/session/start?to={to}"
        for _ in range(3):
            status, where, _ = await self.go(where)
            assert status == 302
        return where

    async def session(self) -> tuple[int, dict[str, Any]]:
        async with self.http.get(f"{self.world.url}/v1/session") as answer:
            return answer.status, await answer.json()

    def kept(self) -> set[str]:
        return {cookie.key for cookie in self.http.cookie_jar}


@asynccontextmanager
async def site(idp: SigningProvider, signer: TokenSigner, **settings: Any) -> AsyncIterator[World]:
    issuers = (IssuerSettings(issuer=idp.url),)
    sign_in = ProviderSettings(
        issuer=idp.url, client_id=CLIENT, client_secret=SECRET, public_url=PUBLIC, cookie_key=COOKIE_KEY, **settings
    )
    services = Services("https://test.example", StaticKeys(read_keys(signer.public_keys().as_dict(), ALGORITHMS)))
    async with (
        open_verifier(IdentitySettings(issuers=issuers), services) as verifier,
        edge_world(signer, verifier, development=False, sign_in=sign_in) as world,
    ):
        yield world


@pytest.fixture
async def idp() -> AsyncIterator[SigningProvider]:
    async with signing_provider(KEY) as running:
        yield running


@asynccontextmanager
async def browser_at(world: World) -> AsyncIterator[Browser]:
    browser = Browser(world)
    try:
        yield browser
    finally:
        await browser.http.close()


async def test_a_person_signs_in_with_a_provider_and_comes_back_to_where_they_were(
    idp: SigningProvider, signer: TokenSigner
) -> None:
    async with site(idp, signer) as world, browser_at(world) as browser:
        assert (await browser.session())[0] == 401
        assert await browser.sign_in("/d/notes") == "/d/notes"
        status, told = await browser.session()
        assert (status, told["subject"], told["name"], told["development"]) == (200, "ada", "Ada Lovelace", False)
        async with browser.http.get(f"{world.url}/v1/documents/notes") as document:
            assert document.status in (200, 404)
        async with world.http.get(f"{world.url}/v1/session/ways") as ways:
            assert await ways.json() == {
                "by_name": False, "provider": {"label": "127.0.0.1", "start": "/v1/session/start"},
            }  # fmt: skip


async def test_a_session_that_ends_is_renewed_once_for_all_tabs(idp: SigningProvider, signer: TokenSigner) -> None:
    async with site(idp, signer) as world, browser_at(world) as browser:
        await browser.sign_in()
        browser.http.cookie_jar.clear(lambda cookie: cookie.key == "shoal_session")
        answers = await asyncio.gather(*(browser.session() for _ in range(5)))
        assert [status for status, _ in answers] == [200] * 5
        assert idp.refreshed == 1
        browser.http.cookie_jar.clear(lambda cookie: cookie.key == "shoal_session")
        assert (await browser.session())[0] == 200
        assert idp.refreshed == 2, "the rotated refresh token was kept"


async def test_a_refresh_token_that_the_provider_took_back_asks_to_sign_in_anew(
    idp: SigningProvider, signer: TokenSigner
) -> None:
    async with site(idp, signer) as world, browser_at(world) as browser:
        await browser.sign_in()
        idp._refresh_tokens.clear()
        browser.http.cookie_jar.clear(lambda cookie: cookie.key == "shoal_session")
        assert (await browser.session())[0] == 401


async def test_signing_out_forgets_and_tells_where_the_provider_forgets_too(
    idp: SigningProvider, signer: TokenSigner
) -> None:
    async with site(idp, signer) as world, browser_at(world) as browser:
        await browser.sign_in()
        async with browser.http.delete(f"{world.url}/v1/session") as out:
            assert (await out.json())["end_url"].startswith(f"{idp.url}/end?client_id={CLIENT}")
        assert browser.kept() & {"shoal_session", "shoal_refresh", "shoal_sign_in"} == set()
        assert (await browser.session())[0] == 401


async def test_a_token_larger_than_a_cookie_is_kept_in_pieces(idp: SigningProvider, signer: TokenSigner) -> None:
    idp.padding = "x" * 3500
    async with site(idp, signer) as world, browser_at(world) as browser:
        await browser.sign_in()
        assert browser.kept() >= {"shoal_session", "shoal_session.1"}
        assert (await browser.session())[0] == 200


@pytest.mark.parametrize(
    "to", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nSet-Cookie: x"]
)
async def test_nobody_is_sent_to_another_site(idp: SigningProvider, signer: TokenSigner, to: str) -> None:
    async with site(idp, signer) as world, browser_at(world) as browser:
        async with browser.http.get(
            f"{world.url}/v1/session/start", params={"to": to}, allow_redirects=False
        ) as started:
            where = started.headers["Location"]
        for _ in range(2):
            _, where, _ = await browser.go(where)
        assert where == "/"


async def _problem(browser: Browser, where: str) -> str:
    status, back, _ = await browser.go(where)
    assert (status, urlsplit(back).path) == (302, "/sign-in")
    assert "shoal_session" not in browser.kept()
    return parse_qs(urlsplit(back).query)["problem"][0]


async def test_a_code_that_somebody_else_brings_signs_nobody_in(idp: SigningProvider, signer: TokenSigner) -> None:
    async with site(idp, signer) as world, browser_at(world) as mallory, browser_at(world) as ada:
        _, there, _ = await mallory.go(f"{world.url}/v1/session/start")
        _, callback, _ = await mallory.go(there)
        assert "another window" in await _problem(ada, callback)
        await ada.go(f"{world.url}/v1/session/start")
        assert "another window" in await _problem(ada, callback), "nor beside a sign-in of her own"


async def test_an_id_token_of_another_sign_in_is_refused(idp: SigningProvider, signer: TokenSigner) -> None:
    idp.nonce_told = "another"
    async with site(idp, signer) as world, browser_at(world) as browser:
        _, there, _ = await browser.go(f"{world.url}/v1/session/start")
        _, callback, _ = await browser.go(there)
        assert "another sign-in" in await _problem(browser, callback)


async def test_what_the_provider_refuses_is_told_on_the_page(idp: SigningProvider, signer: TokenSigner) -> None:
    idp.refusal = "access_denied"
    async with site(idp, signer) as world, browser_at(world) as browser:
        _, there, _ = await browser.go(f"{world.url}/v1/session/start")
        _, callback, _ = await browser.go(there)
        assert "did not sign you in" in await _problem(browser, callback)


async def test_a_provider_that_is_away_is_told_on_the_page(idp: SigningProvider, signer: TokenSigner) -> None:
    async with site(idp, signer) as world, browser_at(world) as browser:
        await idp.stop()
        assert "try again" in await _problem(browser, f"{world.url}/v1/session/start")


@pytest.mark.parametrize("key", ["", "ab", "zz" * 32])
def test_a_cookie_key_is_32_bytes_in_hex(key: str) -> None:
    with pytest.raises(ValidationError):
        ProviderSettings(issuer="https://id.example", client_id="x", public_url=PUBLIC, cookie_key=key)
