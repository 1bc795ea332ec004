"""Readable: which documents a caller may read, as a condition that a database is asked with.

Owns the way from scopes to conditions. Listings are of what fits them: nothing is read that may not be shown.
"""

from __future__ import annotations

from collections.abc import Callable

from mesh.authorization import Touched
from mesh.identity import Identity, current_identity
from mesh.permission_cache import Scopes, Scoping
from mesh.rpc_table import Permission
from services.document.documents.filter import Within

Conditions = tuple[Within, ...]


class Readable:
    """What callers may read; everything, for everybody, where nobody knows of permissions."""

    def __init__(self, scoping: Scoping | None = None) -> None:
        self._scoping = scoping

    async def now(self) -> Conditions:
        """Return what a document must fit for the rpc's caller to read it. Raises PermissionsUnavailable."""
        return () if self._scoping is None else await self.by(current_identity())

    async def by(self, identity: Identity) -> Conditions:
        """Return what a document must fit for somebody to read it. Raises PermissionsUnavailable."""
        if self._scoping is None:
            return ()
        return (Within(await self._scoping.scopes(identity, Permission.PERMISSION_DOCUMENT_READ)),)

    def subscribe(self, subject: str, hear: Callable[[], None]) -> Callable[[], None]:
        """Have `hear` called when what somebody may read may have changed; returns what ends that."""
        if self._scoping is None:
            return lambda: None

        def heed(touched: Touched) -> None:
            if touched.everything or touched.resources or subject in touched.subjects:
                hear()

        return self._scoping.subscribe(heed)


def scopes_of(conditions: Conditions) -> Scopes | None:
    """Return the scopes that conditions ask for; None for everything."""
    return conditions[0].scopes if conditions else None
