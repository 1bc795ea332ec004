"""Provider: the identity provider as its client sees it: where to send people, and tokens for a code.

Owns the three requests of the authorization code flow with PKCE, and refreshing. What a token says is believed by
nobody here: the verifier decides, as for every other token. Contract: OpenID Connect Discovery and Core 1.0.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus, urlencode

import aiohttp
import grpc
import structlog

from edge.settings import ProviderSettings
from mesh import faults
from mesh.identity.fetch import MAX_BYTES, FetchFailed, fetch_json
from mesh.settings import require_safe_url

_log = structlog.get_logger(__name__)
_DISCOVERY = "/.well-known/openid-configuration"


class SignInFailed(faults.Fault):
    """The provider did not sign the person in; the message says what can be done."""

    code, reason = grpc.StatusCode.UNAUTHENTICATED, faults.Reason.ERROR_REASON_TOKEN_INVALID


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one sign-in must find again when the person comes back: `to` is the path they wanted."""

    to: str
    state: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    code_verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    @property
    def code_challenge(self) -> str:
        """The verifier as its SHA-256 (RFC 7636, S256)."""
        digest = hashlib.sha256(self.code_verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the provider gave; empty where it gave none."""

    access: str
    id: str
    refresh: str


class Provider:
    """One provider, by its settings. `http` is a session of `mesh.identity.fetch.open_session`."""

    def __init__(self, settings: ProviderSettings, http: aiohttp.ClientSession) -> None:
        self._settings, self._http = settings, http
        self._discovered: dict[str, str] = {}

    @property
    def redirect_uri(self) -> str:
        """Where people come back to: to be registered with the provider."""
        return f"{self._settings.public_url.rstrip('/')}/v1/session/callback"

    async def start_url(self, attempt: Attempt) -> str:
        """Return where a person signs in. Raises IdentityProviderUnavailable."""
        asked = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": self._settings.scope,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.code_challenge,
            "code_challenge_method": "S256",
        }
        where = (await self._endpoints())["authorization_endpoint"]
        return f"{where}{'&' if '?' in where else '?'}{urlencode(asked)}"

    async def end_url(self) -> str:
        """Return where a person signs out of the provider too; empty where it has no such page, or is away."""
        try:
            where = (await self._endpoints()).get("end_session_endpoint", "")
        except faults.IdentityProviderUnavailable:
            return ""
        back = {"client_id": self._settings.client_id, "post_logout_redirect_uri": self._settings.public_url}
        return f"{where}{'&' if '?' in where else '?'}{urlencode(back)}" if where else ""

    async def redeem(self, code: str, attempt: Attempt) -> Tokens:
        """Return the tokens for a code. Raises SignInFailed, IdentityProviderUnavailable."""
        tokens = await self._ask(
            grant_type="authorization_code",
            code=code,
            redirect_uri=self.redirect_uri,
            code_verifier=attempt.code_verifier,
        )
        self._check_nonce(tokens.id, attempt.nonce)
        return tokens

    async def refresh(self, refresh_token: str) -> Tokens:
        """Return new tokens. Raises SignInFailed where the person must sign in anew, IdentityProviderUnavailable."""
        return await self._ask(grant_type="refresh_token", refresh_token=refresh_token)

    def _check_nonce(self, id_token: str, nonce: str) -> None:
        """Refuse an ID token of another sign-in. It came from the provider itself, so its signature is not needed
        for this (OpenID Connect Core, 3.1.3.7)."""
        if not id_token:
            return
        try:
            payload = id_token.split(".")[1]
            said = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        except (IndexError, ValueError):
            said = None
        if not isinstance(said, dict) or said.get("nonce") != nonce:
            raise SignInFailed("the provider's answer belongs to another sign-in; try again")

    async def _ask(self, **form: str) -> Tokens:
        endpoint = (await self._endpoints())["token_endpoint"]
        secret = self._settings.client_secret.get_secret_value() if self._settings.client_secret else ""
        headers = {}
        if secret:
            # Both parts as in a form (RFC 6749, 2.3.1).
            headers["Authorization"] = aiohttp.encode_basic_auth(
                quote_plus(self._settings.client_id), quote_plus(secret)
            )
        else:
            form["client_id"] = self._settings.client_id
        try:
            async with self._http.post(endpoint, data=form, headers=headers, allow_redirects=False) as response:
                answer = json.loads(await response.content.read(MAX_BYTES))
                status = response.status
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            _log.warning("the identity provider's token endpoint failed", error=type(error).__name__)
            raise faults.IdentityProviderUnavailable from error
        if status >= 500:
            raise faults.IdentityProviderUnavailable
        if status != 200 or not isinstance(answer, dict):
            wrong = answer.get("error") if isinstance(answer, dict) else None
            _log.warning("the identity provider refused", status=status, error=str(wrong)[:64])
            raise SignInFailed("the identity provider did not confirm the sign-in; sign in again")
        return Tokens(*(_text(answer, name) for name in ("access_token", "id_token", "refresh_token")))

    async def _endpoints(self) -> dict[str, str]:
        if not self._discovered:
            self._discovered = await self._discover()
        return self._discovered

    async def _discover(self) -> dict[str, str]:
        try:
            found = (await fetch_json(self._http, self._settings.issuer.rstrip("/") + _DISCOVERY)).document
            if not isinstance(found, dict) or found.get("issuer") != self._settings.issuer:
                raise FetchFailed("it describes another issuer")
            endpoints = {name: require_safe_url(url) for name in _ENDPOINTS if (url := _text(found, name))}
            if missing := _NEEDED - endpoints.keys():
                raise FetchFailed(f"it has no {', '.join(sorted(missing))}")
        except (FetchFailed, ValueError) as error:
            _log.warning("the identity provider cannot be used", issuer=self._settings.issuer, error=str(error))
            raise faults.IdentityProviderUnavailable from error
        return endpoints


_NEEDED = {"authorization_endpoint", "token_endpoint"}
_ENDPOINTS = (*sorted(_NEEDED), "end_session_endpoint")


def _text(answer: dict[str, Any], name: str) -> str:
    value = answer.get(name)
    return value if isinstance(value, str) else ""
