"""Preferences: of what somebody wants to hear, and of what nothing."""

from __future__ import annotations

from collections.abc import Mapping

from mesh.database import Pool
from mesh.faults import TooLarge
from mesh.resource_names import Kind, parse
from services.project import store
from services.project.errors import reachable
from services.project.notifications.model import NoticeKind

_MAX_MUTED = 1000


class Preferences:
    """Kinds and mutes of callers, by subject."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def kinds_off(self, subject: str) -> set[int]:
        """Return the kinds that somebody does not want to hear of."""
        with reachable():
            return await store.preferences.kinds_off(self._pool, subject)

    async def set_kinds(self, subject: str, wanted: Mapping[NoticeKind, bool]) -> set[int]:
        """Say of some kinds whether somebody wants to hear of them; returns all those they do not."""
        on = [kind for kind, enabled in wanted.items() if enabled]
        off = [kind for kind, enabled in wanted.items() if not enabled]
        with reachable():
            await store.preferences.set_kinds(self._pool, subject, on, off)
        return await self.kinds_off(subject)

    async def muted(self, subject: str) -> list[str]:
        """Return what somebody wants to hear nothing of."""
        with reachable():
            return await store.preferences.mutes(self._pool, subject)

    async def mute(self, subject: str, resource: str) -> list[str]:
        """Have somebody hear nothing of a document or project; returns all that they muted.

        Raises InvalidField; TooLarge when it would be too many, of which a few more may come through at once.
        """
        parse(resource, "resource", Kind.DOCUMENT, Kind.PROJECT)
        muted = await self.muted(subject)
        if resource not in muted and len(muted) >= _MAX_MUTED:
            raise TooLarge("muted resources", _MAX_MUTED, len(muted) + 1)
        with reachable():
            await store.preferences.mute(self._pool, subject, resource)
        return await self.muted(subject)

    async def unmute(self, subject: str, resource: str) -> list[str]:
        """Have somebody hear of a document or project again; returns what is muted still. Raises InvalidField."""
        parse(resource, "resource", Kind.DOCUMENT, Kind.PROJECT)
        with reachable():
            await store.preferences.unmute(self._pool, subject, resource)
        return await self.muted(subject)
