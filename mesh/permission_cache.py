"""Permission cache: answers about permissions, kept while it is sure that nothing changed.

Owns the answers, and what was touched since they were asked for: an answer is believed only if nothing that it rests
on was touched after its question began, so that what was under way during a change is not kept. Follows the permission
epoch; while it does not hear it, it keeps asking. Knows no role, no grant and no wire: those are the source's.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, NamedTuple, Protocol, TypeVar

import structlog
from cachetools import TTLCache
from pydantic import Field
from pydantic_settings import SettingsConfigDict

from mesh.authorization import INSTALLATION, Touched
from mesh.faults import Fault
from mesh.identity import Identity
from mesh.refusals import SEEN_BY, PermissionsUnavailable, ResourceArchived, lacking, not_found
from mesh.resource_names import parse
from mesh.rpc_table import Permission
from mesh.settings import FrozenSettings

_log = structlog.get_logger(__name__)
_MAX_ATTEMPTS = 3
"""Where answers are touched faster than they come, the last one is as good as any."""

T = TypeVar("T")


class PermissionSettings(FrozenSettings):
    """How a service asks for permissions, and how long it keeps answers. Prefix SHOAL_PERMISSION_."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_prefix="SHOAL_PERMISSION_")

    keep_s: float = Field(default=900.0, gt=0, le=900.0, description="DESIGN 11: 15 minutes, with push invalidation.")
    kept_answers: int = Field(default=100_000, ge=1, description="About 50 MB.")
    kept_scopes: int = Field(default=2_000, ge=1, description="Each lists places, and may be 100 KB.")
    kept_touched: int = Field(default=100_000, ge=1, description="Names touched; past it older answers are asked anew.")
    operators: frozenset[str] = Field(
        default=frozenset(), description="Subjects who may look after the installation, as SHOAL_PROJECT_OPERATORS."
    )
    heartbeat_s: float = Field(default=5.0, gt=0, description="As WatchPermissions promises.")
    silence_s: float = Field(
        default=1.0, gt=0, description="A heartbeat later than this is missed: answers are asked for anew."
    )
    retry_s: float = Field(default=0.2, gt=0, description="Between two attempts to follow the epoch.")
    timeout_s: float = Field(default=2.0, gt=0, description="An answer takes a millisecond; past this nobody is there.")


class Asker(NamedTuple):
    """Who is asked about, as their token says."""

    subject: str
    groups: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()

    @classmethod
    def of(cls, identity: Identity) -> Asker:
        """Return the user behind a verified identity; claims in another order are the same."""
        return cls(identity.subject, _plain(identity.groups), _plain(identity.organizations))


@dataclass(frozen=True, slots=True)
class Answer:
    """All that somebody may do on a resource; `path` leads from it upward, and is empty when it is not there."""

    permissions: frozenset[Permission] = frozenset()
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scopes:
    """Where somebody has a permission, by name; as ResolveScopesResponse."""

    projects: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    excluded_folders: tuple[str, ...] = ()
    excluded_documents: tuple[str, ...] = ()
    unfiled: bool = False


class Epoch(NamedTuple):
    """The epoch now, and what was touched since the one told before."""

    value: int
    touched: Touched = Touched()


class PermissionSource(Protocol):
    """Who is asked. Every call may raise PermissionsUnavailable."""

    async def check(self, asker: Asker, resource: str) -> Answer:
        """Return what somebody may do on a resource, given by a well-formed name."""
        ...

    async def archived(self, asker: Asker, permission: Permission, resource: str) -> str:
        """Return the archived place without which somebody would have a permission; empty when that is not why."""
        ...

    async def scopes(self, asker: Asker, permission: Permission) -> Scopes:
        """Return where somebody has a permission."""
        ...

    def watch(self) -> AsyncGenerator[Epoch, None]:
        """Yield the epoch now, then whenever it changed, and on each heartbeat."""
        ...


class Scoping(Protocol):
    """Who knows where somebody has a permission."""

    async def scopes(self, identity: Identity, permission: Permission) -> Scopes:
        """Return where `identity` has a permission."""
        ...

    def subscribe(self, hear: Callable[[Touched], None]) -> Callable[[], None]:
        """As LivePermissions."""
        ...


@dataclass(frozen=True, slots=True)
class _Kept(Generic[T]):
    """A value, and at which moment its question began."""

    value: T
    moment: int


class CachedPermissions:
    """LivePermissions, and Scoping, on what a source says. Follows the epoch while `run` runs.

    Whoever looks at what they were told until it is touched subscribes first and asks then.
    """

    def __init__(self, source: PermissionSource, settings: PermissionSettings | None = None) -> None:
        self._source, self._settings = source, settings or PermissionSettings()
        self._answers = _Store[Answer](self._settings.kept_answers, self._settings.keep_s)
        self._scopes = _Store[Scopes](self._settings.kept_scopes, self._settings.keep_s)
        self._touches = _Touches(self._settings.kept_touched)
        self._subscribers: dict[object, Callable[[Touched], None]] = {}
        self._epoch: int | None = None
        self._heard_at: float | None = None

    @property
    def is_following(self) -> bool:
        """Whether changes are heard of, so that answers may be kept."""
        limit = self._settings.heartbeat_s + self._settings.silence_s
        return self._heard_at is not None and asyncio.get_running_loop().time() - self._heard_at <= limit

    async def permissions(self, identity: Identity, resource: str) -> frozenset[Permission]:
        """As Authorizer. Raises PermissionsUnavailable."""
        if resource == INSTALLATION:
            operates = identity.is_service or identity.subject in self._settings.operators
            return frozenset({Permission.PERMISSION_OPERATE}) if operates else frozenset()
        asker, owner = Asker.of(identity), parse(resource, "resource").owner

        async def ask() -> Answer:
            return await self._source.check(asker, owner)

        def is_good(kept: _Kept[Answer]) -> bool:
            path = kept.value.path
            return bool(path) and self._touches.spare(kept.moment, (asker.subject, *path))

        return (await self._kept(self._answers, (asker, owner), ask, is_good)).permissions

    async def refusal(self, identity: Identity, permission: Permission, resource: str) -> Fault:
        """As Authorizer. Raises PermissionsUnavailable."""
        name = parse(resource, "resource")
        if SEEN_BY.get(name.kind) not in await self.permissions(identity, resource):
            return not_found(name)
        archived = await self._source.archived(Asker.of(identity), permission, resource)
        return ResourceArchived(archived) if archived else lacking(permission, resource)

    async def scopes(self, identity: Identity, permission: Permission) -> Scopes:
        """Return where `identity` has a permission. Raises PermissionsUnavailable."""
        asker = Asker.of(identity)

        async def ask() -> Scopes:
            return await self._source.scopes(asker, permission)

        def is_good(kept: _Kept[Scopes]) -> bool:
            return self._touches.spare_all_resources(kept.moment, asker.subject)

        return await self._kept(self._scopes, (asker, permission), ask, is_good)

    def subscribe(self, hear: Callable[[Touched], None]) -> Callable[[], None]:
        """As LivePermissions."""
        key = object()
        self._subscribers[key] = hear

        def end() -> None:
            self._subscribers.pop(key, None)

        return end

    def note(self, touched: Touched) -> None:
        """Take it that something was touched, before it is heard of: by who has just changed it."""
        self._touches.note(touched)
        for hear in list(self._subscribers.values()):
            hear(touched)

    async def run(self) -> None:
        """Follow the epoch until cancelled. A source that is away is tried again and again."""
        while True:
            try:
                async with contextlib.aclosing(self._source.watch()) as epochs:
                    await self._follow(epochs)
            except Fault as error:
                _log.warning("permission changes are not heard; every answer is asked for", error=error.message)
            self._heard_at = None
            await asyncio.sleep(self._settings.retry_s)

    async def _follow(self, epochs: AsyncIterator[Epoch]) -> None:
        limit = self._settings.heartbeat_s + self._settings.silence_s
        first = True
        while True:
            try:
                async with asyncio.timeout(limit):
                    epoch = await anext(epochs)
            except (StopAsyncIteration, TimeoutError):
                raise PermissionsUnavailable from None
            missed = first and self._epoch not in (None, epoch.value)
            first, self._epoch = False, epoch.value
            self._hear(Touched(everything=True) if missed else epoch.touched)

    def _hear(self, touched: Touched) -> None:
        self._heard_at = asyncio.get_running_loop().time()
        if touched != Touched():
            self.note(touched)

    async def _kept(
        self, store: _Store[T], key: Hashable, ask: Callable[[], Awaitable[T]], is_good: Callable[[_Kept[T]], bool]
    ) -> T:
        if self.is_following and (kept := store.answers.get(key)) is not None and is_good(kept):
            return kept.value
        for _ in range(_MAX_ATTEMPTS):
            moment = self._touches.moment
            found = _Kept(await store.ask(key, moment, ask), moment)
            if is_good(found):
                if self.is_following:
                    store.answers[key] = found
                break
            if self._touches.moment == moment:
                break  # It is of a kind that is not kept.
        return found.value


@contextlib.asynccontextmanager
async def following_permissions(
    source: PermissionSource, settings: PermissionSettings
) -> AsyncIterator[CachedPermissions]:
    """Keep what a source says, and follow it, until the block ends."""
    permissions = CachedPermissions(source, settings)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(permissions.run())
        try:
            yield permissions
        finally:
            running.cancel()


class _Touches:
    """When which names were touched, in moments: numbers that grow with each change that is heard of."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.moment = 0
        self._floor = 0
        self._resources_at = 0
        self._at: OrderedDict[str, int] = OrderedDict()

    def note(self, touched: Touched) -> None:
        self.moment += 1
        if touched.everything:
            self._floor = self.moment
            self._at.clear()
            return
        if touched.resources:
            self._resources_at = self.moment
        for name in (*touched.subjects, *touched.resources):
            self._at[name] = self.moment
            self._at.move_to_end(name)
        while len(self._at) > self._limit:
            _, self._floor = self._at.popitem(last=False)

    def spare(self, since: int, names: Iterable[str]) -> bool:
        """Say whether none of these names was touched since a moment."""
        return since >= self._floor and all(self._at.get(name, 0) <= since for name in names)

    def spare_all_resources(self, since: int, subject: str) -> bool:
        """Say whether no resource was, nor this subject."""
        return self._resources_at <= since and self.spare(since, (subject,))


class _Store(Generic[T]):
    """Answers that are kept, and questions under way: one at a time for the same."""

    def __init__(self, limit: int, keep_s: float) -> None:
        self.answers: TTLCache[Hashable, _Kept[T]] = TTLCache(limit, keep_s)
        self._asking: dict[Hashable, tuple[int, asyncio.Task[T]]] = {}

    async def ask(self, key: Hashable, moment: int, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask, or wait for who asked the same at the same moment already."""
        began, task = self._asking.get(key, (-1, None))
        if task is None or began != moment:
            task = asyncio.create_task(_awaited(ask))
            self._asking[key] = moment, task
            task.add_done_callback(lambda done: self._forget(key, done))
        return await asyncio.shield(task)

    def _forget(self, key: Hashable, task: asyncio.Task[T]) -> None:
        if self._asking.get(key, (0, None))[1] is task:
            del self._asking[key]
        if not task.cancelled():
            task.exception()  # Whoever waits has it; when nobody does any more, nobody is to hear of it.


async def _awaited(ask: Callable[[], Awaitable[T]]) -> T:
    return await ask()


def _plain(claim: tuple[str, ...]) -> tuple[str, ...]:
    """Return a claim's texts without those that nothing can be called."""
    return tuple(sorted({each for each in claim if "\0" not in each}))
