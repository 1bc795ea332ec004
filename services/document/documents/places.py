"""Places: the project service is told which documents there are and where, so that what is granted there holds.

Owns the order of telling, and the safety net. A document is made first and told of before its maker hears of it: were
it the other way round, a crash in between would leave a name that the next who takes it does not own. What could not be
told is not readable for anybody until it is: one process of all looks for it, also for documents older than all this.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

import structlog

from mesh.authorization import Touched
from mesh.database import Connection, Pool
from mesh.faults import DocumentNotFound
from mesh.names import DocumentId, document_name
from mesh.refusals import PermissionsUnavailable, ResourceNotFound
from services.document import store
from services.document.errors import cause_of, reachable
from services.document.following.leadership import lead
from services.document.settings import DocumentSettings
from services.document.store.rows import DocumentRow

_log = structlog.get_logger(__name__)
_LEADER_LOCK = 4
_PAGE_DOCUMENTS = 200


class Register(Protocol):
    """The project service's register of documents. Both may raise PermissionsUnavailable."""

    async def put(self, document: str, parent: str, actor: str, generation: int) -> None:
        """Say where a document is, by name; `parent` is '' for no project. Raises ResourceNotFound for one not there.

        `actor` owns what is in no project and nobody's yet. What comes with a lower generation than is known is late,
        and changes nothing.
        """
        ...

    async def remove(self, document: str, actor: str) -> None:
        """Say that a document is gone; one that is not known is no error."""
        ...


class NoRegister:
    """Where permissions are nobody's business: a document service alone, with neither projects nor people."""

    async def put(self, document: str, parent: str, actor: str, generation: int) -> None:
        """Do nothing."""

    async def remove(self, document: str, actor: str) -> None:
        """Do nothing."""


class Places:
    """Tells the register. `heard` hears what was touched by that, before the register's own news of it."""

    def __init__(
        self, pool: Pool, settings: DocumentSettings, register: Register, heard: Callable[[Touched], None] | None = None
    ) -> None:
        self._pool, self._settings, self._register, self._heard = pool, settings, register, heard
        self._seen: dict[int, int] = {}

    async def tell(self, row: DocumentRow, actor: str, *, moved: bool = False) -> DocumentRow:
        """Say where a document is, and return it: higher up, if its place is not there any more.

        Raises PermissionsUnavailable, LogUnavailable: it is then told later.
        """
        row = await self._put(row, actor)
        with reachable():
            await store.places.told(self._pool, row.key, row.project, row.folder)
        if self._heard is not None and (moved or not row.project):
            owners = frozenset() if row.project else frozenset({actor})
            self._heard(Touched(False, owners, frozenset({document_name(row.id)} if moved else ())))
        return row

    async def gone(self, document_key: int) -> None:
        """Say that a document is gone, before its name is free again. Raises PermissionsUnavailable."""
        found = await store.places.name_of(self._pool, document_key)
        if found is not None and not found[0].startswith("-"):  # An import that was given up was nobody's yet.
            await self._register.remove(document_name(DocumentId(found[0])), found[1])

    async def run(self) -> None:
        """Tell what was not told, while no other process does, until cancelled."""
        await lead(self._pool, "telling places", _LEADER_LOCK, self._lead)

    async def _lead(self, connection: Connection) -> None:
        while True:
            await self.round(connection)
            await asyncio.sleep(self._settings.tell_places_s)

    async def round(self, executor: Connection | Pool) -> None:
        """Tell of all documents that were untold in the round before too: others are being told by who made them.

        One that cannot be told holds up none; a register that is away ends the round. Raises what the database raises.
        """
        seen: dict[int, int] = {}
        after_key, more = -1, True
        while more:
            rows = await store.places.untold(executor, after_key, _PAGE_DOCUMENTS)
            more = len(rows) == _PAGE_DOCUMENTS
            for row in rows:
                after_key = row.key
                seen[row.key] = row.generation
                if self._seen.get(row.key) == row.generation and not await self._told(row):
                    return
        self._seen = seen

    async def _told(self, row: DocumentRow) -> bool:
        """Tell of a document; returns False when nobody is there to be told."""
        try:
            await self.tell(row, row.creator)
        except Exception as error:
            _log.warning("a document's place could not be told; it will be", document_key=row.key, **cause_of(error))
            return not isinstance(error, PermissionsUnavailable)
        return True

    async def _put(self, row: DocumentRow, actor: str) -> DocumentRow:
        """Put a document where it is; if that is not there any more, move it up to where something is."""
        while True:
            parent = row.folder or row.project
            try:
                await self._register.put(document_name(row.id), parent, actor, row.generation)
            except ResourceNotFound:
                if not parent:
                    raise
                _log.warning("the place of a document is not there; it is moved up", document_key=row.key)
                row = await self._moved_up(row)
            else:
                return row

    async def _moved_up(self, row: DocumentRow) -> DocumentRow:
        with reachable():
            project = row.project if row.folder else ""
            moved = await store.places.move_up(self._pool, row.key, row.generation, project)
            # Somebody else may have changed it meanwhile: then it is put where they put it.
            current = moved or await store.documents.find(self._pool, row.id)
        if current is None:
            raise DocumentNotFound(document_name(row.id))
        return current
