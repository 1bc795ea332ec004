"""The keys of an identity provider, fetched when they are needed and kept while they are good.

Owns one issuer's set: how fresh it is, one request at a time, and how often a token that names an unknown key may ask
for a new set. A provider that is away harms nobody whose keys are known. Never makes a start wait.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextvars import Context

import structlog

from mesh.faults import IdentityProviderUnavailable
from mesh.identity.fetch import Fetch, Fetched, FetchFailed
from mesh.identity.keys import VerifyingKey, fitting, read_keys
from mesh.settings import IssuerSettings, require_safe_url

_log = structlog.get_logger(__name__)
FRESH_S = 300.0
"""Soft: past it a new set is fetched behind the scenes. What a provider says instead is taken between the next two."""
MIN_FRESH_S, MAX_FRESH_S = 60.0, 86400.0
KEPT_S = 86400.0
"""Hard: past it, without one good answer, nothing of the issuer is believed."""
ASK_AGAIN_S = 30.0
"""At most one request in so long for keys that nobody published; whoever sends nonsense costs the provider no more."""
RETRY_S = 1.0
"""While nothing is known of an issuer: how long a failure stands for whoever asks next."""
_DISCOVERY = "/.well-known/openid-configuration"


class RemoteKeys:
    """A KeySource over HTTP; its requests are its own, so that no caller who leaves takes one along. Close it."""

    def __init__(
        self,
        settings: IssuerSettings,
        fetch: Fetch,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings, self._fetch, self._clock = settings, fetch, clock
        self._url = settings.jwks_url or ""
        self._keys: tuple[VerifyingKey, ...] = ()
        self._etag = ""
        self._fetched_at = self._asked_again_at = float("-inf")
        self._try_at = float("-inf")
        self._is_away = False
        self._request: asyncio.Task[None] | None = None
        self.generation = 0

    def stands(self, generation: int) -> bool:
        """As KeySource says; a set that is not fresh any more is fetched behind the scenes."""
        if not self._is_had():
            return False
        self._freshen()
        return generation == self.generation

    async def find(self, kid: str | None, algorithm: str) -> Sequence[VerifyingKey]:
        """As KeySource says."""
        if not self._is_had():
            if self._request is None and self._clock() < self._try_at:
                raise IdentityProviderUnavailable
            await self._requested()
            if not self._is_had():
                raise IdentityProviderUnavailable
        self._freshen()
        if kid is not None and all(each.kid != kid for each in self._keys):
            await self._ask_again()
        return fitting(self._keys, kid, algorithm)

    async def close(self) -> None:
        """End the request under way, if there is one."""
        if self._request is not None:
            self._request.cancel()
            await asyncio.wait([self._request])

    async def _ask_again(self) -> None:
        """Get a new set for a key that is not in this one, unless that was done just now."""
        now = self._clock()
        if self._request is not None or now - self._asked_again_at >= ASK_AGAIN_S:
            if self._request is None:
                self._asked_again_at = now
            await self._requested()
        if self._is_away:
            raise IdentityProviderUnavailable

    def _is_had(self) -> bool:
        return bool(self._keys) and self._clock() - self._fetched_at < KEPT_S

    def _freshen(self) -> None:
        if self._request is None and self._clock() >= self._try_at:
            self._start()

    async def _requested(self) -> None:
        """Wait for the request under way, or for one that is begun now."""
        await asyncio.shield(self._request or self._start())

    def _start(self) -> asyncio.Task[None]:
        # In a context of its own: it is nobody's rpc, though somebody's rpc began it.
        self._request = asyncio.create_task(self._get(), context=Context())
        return self._request

    async def _get(self) -> None:
        try:
            self._take(await self._fetched())
            self._is_away = False
        except Exception as error:
            # Whatever a provider sends, it ends no service of ours; what was not foreseen is told with its traceback.
            foreseen = isinstance(error, FetchFailed | ValueError)
            self._is_away = True
            self._try_at = self._clock() + (ASK_AGAIN_S if self._keys else RETRY_S)
            _log.warning(
                "the keys of an issuer cannot be had",
                issuer=self._settings.issuer,
                error=str(error),
                exc_info=None if foreseen else error,
            )
        finally:
            self._request = None

    async def _fetched(self) -> Fetched:
        if not self._url:
            self._url = await self._discovered()
        try:
            return await self._fetch(self._url, self._etag)
        except FetchFailed:
            # Discovered again next time: it may have moved.
            self._url = self._settings.jwks_url or ""
            raise

    async def _discovered(self) -> str:
        """Return where OpenID Connect Discovery says that the keys are. Raises FetchFailed, ValueError."""
        issuer = self._settings.issuer
        found = (await self._fetch(issuer.rstrip("/") + _DISCOVERY)).document
        if not isinstance(found, dict) or found.get("issuer") != issuer:
            raise ValueError("the discovery document is another issuer's")
        return require_safe_url(str(found.get("jwks_uri")))

    def _take(self, fetched: Fetched) -> None:
        """Keep an answer. Raises ValueError for one that holds no keys; what was had stays."""
        if not fetched.unchanged:
            keys = read_keys(fetched.document, self._settings.algorithms)
            if not keys:
                raise ValueError("the set holds no key that could verify a token")
            if keys_differ(keys, self._keys):
                self.generation += 1
            self._keys, self._etag = keys, fetched.etag
        elif not self._keys:
            raise ValueError("said to be unchanged, though nothing was had")
        self._fetched_at = self._clock()
        fresh_s = FRESH_S if fetched.max_age_s is None else min(max(fetched.max_age_s, MIN_FRESH_S), MAX_FRESH_S)
        self._try_at = self._fetched_at + fresh_s


def keys_differ(some: Sequence[VerifyingKey], others: Sequence[VerifyingKey]) -> bool:
    """Whether two sets believe different things."""
    return {(k.kid, k.algorithms, k.thumbprint) for k in some} != {(k.kid, k.algorithms, k.thumbprint) for k in others}
