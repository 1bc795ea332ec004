"""The verifier of a service, made from its settings.

Owns the HTTP session and the requests of all issuers while it is open. Starts at once, whoever is away.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from mesh.identity.claims import ClaimNames
from mesh.identity.fetch import fetch_json, open_session
from mesh.identity.jwks import RemoteKeys
from mesh.identity.keys import StaticKeys
from mesh.identity.verifier import Issuer, Services, TokenVerifier
from mesh.settings import IdentitySettings


@asynccontextmanager
async def open_verifier(settings: IdentitySettings, services: Services | None) -> AsyncIterator[TokenVerifier]:
    """Verify tokens of the issuers in `settings`, and of `services`, until the block ends.

    Raises OSError, JSONDecodeError, KeysUnusable for the key file, IssuersNotApart.
    """
    issuers: list[Issuer] = []
    if settings.jwks is not None:
        issuers.append(Issuer(settings.issuer, settings.audience, StaticKeys.from_file(settings.jwks)))
    remote = settings.remote()
    if not remote:
        yield TokenVerifier(issuers, services, leeway_s=settings.leeway_s)
        return
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(open_session())
        for each in remote:
            keys = RemoteKeys(each, partial(fetch_json, session))
            stack.push_async_callback(keys.close)
            names = ClaimNames(**each.claims.model_dump())
            issuers.append(Issuer(each.issuer, each.audience, keys, each.subject_prefix, names))
        yield TokenVerifier(issuers, services, leeway_s=settings.leeway_s)
