"""Signing in with an identity provider: the authorization code flow with PKCE, the edge as the client.

Owns the two pages of the flow and renewing. What must be found again when a person comes back lies sealed in a cookie
of that browser, so that any edge may answer, and a code that somebody else brings is of no use.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from dataclasses import asdict, dataclass
from urllib.parse import urlencode, urlsplit

import structlog
from aiohttp import web

from edge import cookies
from edge.handshake import Admitted, Doorkeeper
from edge.settings import ProviderSettings
from edge.sign_in.provider import Attempt, Provider, SignInFailed, Tokens
from mesh import faults

_log = structlog.get_logger(__name__)
_ATTEMPT_LIFETIME_S = 900.0
"""As long as somebody may look for a second factor."""
_RENEWED_KEPT_S = 30.0
"""Tabs renew at once; a provider that rotates refresh tokens takes each but once."""
_MAX_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Renewed:
    """A caller with a new token, and what renews it next."""

    admitted: Admitted
    refresh: str


class ProviderSignIn:
    """`/v1/session/start` and `/v1/session/callback`, and new tokens for old sessions."""

    def __init__(self, settings: ProviderSettings, provider: Provider, doorkeeper: Doorkeeper) -> None:
        self._settings, self._provider, self._doorkeeper = settings, provider, doorkeeper
        self._seal = cookies.Seal(bytes.fromhex(settings.cookie_key.get_secret_value()))
        self._is_secure = settings.public_url.startswith("https:")
        self._renewing: dict[bytes, tuple[float, asyncio.Task[Renewed]]] = {}

    def routes(self) -> list[web.RouteDef]:
        """Return what to add to an application's router."""
        path = cookies.SESSION_PATH
        return [web.get(f"{path}/start", self.start), web.get(f"{path}/callback", self.callback)]

    def told(self) -> dict[str, str]:
        """Return what the page shows of it: a name, and where to go."""
        label = self._settings.label or urlsplit(self._settings.issuer).hostname or ""
        return {"label": label, "start": f"{cookies.SESSION_PATH}/start"}

    async def end_url(self) -> str:
        """Return where the provider forgets a person too; empty where it cannot."""
        return await self._provider.end_url()

    async def start(self, request: web.Request) -> web.Response:
        """Send a person to the provider; `?to=` is the path they come back to."""
        attempt = Attempt(_own_path(request.query.get("to", "/")))
        try:
            response = _go(await self._provider.start_url(attempt))
        except faults.Fault as fault:
            return _back(fault, attempt.to)
        # Lax: the way back begins at the provider's site.
        self._seal.put(response, cookies.FLOW, asdict(attempt), lifetime_s=_ATTEMPT_LIFETIME_S, samesite="Lax",
                       secure=self._is_secure)  # fmt: skip
        return response

    async def callback(self, request: web.Request) -> web.Response:
        """Take a person back who signed in; what went wrong is told by the page that they are sent to."""
        attempt = self._attempt(request)
        to = attempt.to if attempt else "/"
        try:
            renewed = await self._signed_in(request, attempt)
            response = _go(to)
            self.keep(response, renewed)
        except faults.Fault as fault:
            response = _back(fault, to)
        response.del_cookie(cookies.FLOW, path=cookies.SESSION_PATH)
        return response

    async def renew(self, request: web.Request) -> Renewed | None:
        """Return a new token for a browser whose own has ended; None where it must sign in anew.

        Raises IdentityProviderUnavailable.
        """
        kept = self._seal.read(request.cookies, cookies.REFRESH)
        refresh = kept.get("token") if kept else None
        if not isinstance(refresh, str) or not refresh:
            return None
        self._doorkeeper.check_origin(request, needed=True)
        try:
            return await self._renewed(refresh)
        except (SignInFailed, faults.TokenInvalid, faults.TokenExpired, faults.TokenMissing):
            return None

    def keep(self, response: web.Response, renewed: Renewed) -> None:
        """Have the browser keep a token and what renews it. Raises SignInFailed when they are too large."""
        lifetime_s = renewed.admitted.identity.expires_at - time.time()
        try:
            cookies.put_token(response, renewed.admitted.token, lifetime_s=lifetime_s, secure=self._is_secure)
            if renewed.refresh:
                self._seal.put(response, cookies.REFRESH, {"token": renewed.refresh}, samesite="Strict",
                               lifetime_s=self._settings.refresh_lifetime_s, secure=self._is_secure)  # fmt: skip
        except cookies.CookieTooLarge:
            raise SignInFailed("the identity provider's tokens are larger than a browser keeps") from None

    def _attempt(self, request: web.Request) -> Attempt | None:
        kept = self._seal.read(request.cookies, cookies.FLOW)
        try:
            return Attempt(**kept) if kept else None
        except TypeError:
            return None

    async def _signed_in(self, request: web.Request, attempt: Attempt | None) -> Renewed:
        said = request.query
        if attempt is None or not secrets.compare_digest(said.get("state", "").encode(), attempt.state.encode()):
            raise SignInFailed("this sign-in was begun in another window, or too long ago; sign in again")
        if "error" in said:
            _log.info("the identity provider refused", error=said["error"][:64])
            raise SignInFailed("the identity provider did not sign you in")
        return await self._believed(await self._provider.redeem(said.get("code", ""), attempt))

    async def _renewed(self, refresh: str) -> Renewed:
        """Ask once for all tabs that ask at the same time."""
        key, now = hashlib.sha256(refresh.encode()).digest(), time.monotonic()
        for old in [each for each, (until, _) in self._renewing.items() if until < now][:_MAX_KEPT]:
            del self._renewing[old]
        under_way = self._renewing.get(key)
        if under_way is None:
            task = asyncio.create_task(self._ask(refresh))
            under_way = self._renewing[key] = (now + _RENEWED_KEPT_S, task)
        try:
            return await asyncio.shield(under_way[1])
        except faults.IdentityProviderUnavailable:
            self._renewing.pop(key, None)
            raise

    async def _ask(self, refresh: str) -> Renewed:
        tokens = await self._provider.refresh(refresh)
        return await self._believed(Tokens(tokens.access, tokens.id, tokens.refresh or refresh))

    async def _believed(self, tokens: Tokens) -> Renewed:
        """Return the first of the tokens that is one for Shoal. Raises what `verify` does."""
        refused: faults.Fault = SignInFailed("the identity provider gave no token")
        for token in filter(None, (tokens.access, tokens.id)):
            try:
                return Renewed(Admitted(await self._doorkeeper.verify(token), token), tokens.refresh)
            except (faults.TokenInvalid, faults.TokenExpired) as fault:
                refused = fault
        _log.warning("no token of the identity provider is one for this site", error=str(refused))
        raise refused


def _own_path(to: str) -> str:
    """Return a path of this site, whatever was asked for: nobody is sent elsewhere."""
    is_ours = to.startswith("/") and not to.startswith(("//", "/\\")) and to.isprintable()
    return to if is_ours else "/"


def _go(where: str) -> web.Response:
    return web.Response(status=302, headers={"Location": where, "Cache-Control": "no-store"})


def _back(fault: faults.Fault, to: str) -> web.Response:
    return _go(f"/sign-in?{urlencode({'to': to, 'problem': str(fault)})}")
