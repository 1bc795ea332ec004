"""Source: permissions for a cache in the same process, as PermissionService tells them to those in others."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing

from mesh.authorization import Touched
from mesh.permission_cache import Answer, Asker, Epoch, Scopes
from services.project.answers import Answers
from services.project.feed import Feed
from services.project.guard import Guard
from services.project.model import Level, User, organization_names
from shoal.options.v1.options_pb2 import Permission


class DirectSource:
    """PermissionSource without a wire."""

    def __init__(self, guard: Guard, answers: Answers, feed: Feed) -> None:
        self._guard, self._answers, self._feed = guard, answers, feed

    async def check(self, asker: Asker, resource: str) -> Answer:
        """As the port says."""
        found = await self._guard.look_up(_user(asker), [resource])
        standing = found.standing(resource)
        return Answer(standing.allowed, _names(found.paths[resource])) if standing else Answer()

    async def archived(self, asker: Asker, permission: Permission, resource: str) -> str:
        """As the port says."""
        standing = (await self._guard.look_up(_user(asker), [resource])).standing(resource)
        return standing.archived if standing and permission in standing.withheld else ""

    async def scopes(self, asker: Asker, permission: Permission) -> Scopes:
        """As the port says."""
        _, found = await self._answers.scopes(_user(asker), permission)
        return Scopes(
            _names(found.projects),
            _names(found.folders),
            _names(found.documents),
            _names(found.excluded_folders),
            _names(found.excluded_documents),
            found.unfiled,
        )

    async def watch(self) -> AsyncGenerator[Epoch, None]:
        """As the port says."""
        async with aclosing(self._feed.watch()) as watching:
            async for told in watching:
                yield Epoch(told.epoch, Touched(told.everything, told.subjects, told.resources))


def _user(asker: Asker) -> User:
    return User(asker.subject, asker.groups, organization_names(asker.organizations))


def _names(levels: Iterable[Level]) -> tuple[str, ...]:
    return tuple(each.name for each in levels)
