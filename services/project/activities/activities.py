"""Activities, as people ask for them: lists of what they may see, and the summary of a project."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mesh.database import Pool
from mesh.faults import InvalidField
from mesh.identity import Identity
from mesh.pages import page_size, page_token, parse_page_token
from mesh.resource_names import Kind, parse
from services.project import resources, store
from services.project.activities import withholding
from services.project.activities.model import Kind as ActivityKind
from services.project.errors import reachable
from services.project.guard import Guard
from services.project.model import User
from services.project.sight import Lookout, Seen
from services.project.store.activities import ActivityRow, HourRow, Listing

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which activities; empty and None = any."""

    resource: str = ""
    user: str = ""
    kinds: tuple[ActivityKind, ...] = ()
    start: datetime | None = None
    end: datetime | None = None


class Activities:
    """Page, summary."""

    def __init__(self, pool: Pool, lookout: Lookout, guard: Guard) -> None:
        self._pool, self._lookout, self._guard = pool, lookout, guard

    async def page(self, identity: Identity, asked: Asked, size: int, token: str) -> tuple[list[ActivityRow], str]:
        """Return activities, the latest first, and the token of the next page. Raises InvalidField."""
        limit, question = page_size(size, resources.DEFAULT_PAGE, resources.MAX_PAGE), f"ListActivities {asked}"
        after = _place(parse_page_token(token, question, (int, int)))
        with reachable():
            seen = await self._lookout.seen(identity)
            rows = await store.activities.page(self._pool, seen.sight, _listing(asked, seen, after), limit + 1)
        more = page_token(question, _place_of(rows[limit - 1])) if len(rows) > limit else ""
        return await self._shown(identity, rows[:limit]), more

    async def summary(self, project: str) -> list[HourRow]:
        """Return the hours of a project, the latest first. Raises InvalidField."""
        parse(project, "project", Kind.PROJECT)
        with reachable():
            return await store.activities.summary(self._pool, project)

    async def _shown(self, identity: Identity, rows: list[ActivityRow]) -> list[ActivityRow]:
        names = withholding.named(rows)
        if not names:
            return rows
        found = await self._guard.look_up(User.of(identity), names)
        return [withholding.shown(row, identity.subject, found.standing) for row in rows]


def _listing(asked: Asked, seen: Seen, after: tuple[datetime, int] | None) -> Listing:
    """Return the listing that is asked for, along the index that has least besides it."""
    said = Listing(user=asked.user, kinds=asked.kinds or None, start=asked.start, end=asked.end, after=after)
    if asked.resource.startswith("projects/") and "/folders/" not in asked.resource:
        return said._replace(projects=[asked.resource])
    if asked.resource:
        return said._replace(resources=[asked.resource])
    if asked.user:
        return said._replace(users=[asked.user], user="")
    return said._replace(projects=seen.projects, resources=seen.others)


def _place(token: list[str | int] | None) -> tuple[datetime, int] | None:
    """Return where a page begins. Raises InvalidField for what no row can have said."""
    if token is None:
        return None
    try:
        return _EPOCH + timedelta(microseconds=int(token[0])), int(token[1])
    except (ValueError, OverflowError):
        raise InvalidField("page_token", "not a next_page_token of this question") from None


def _place_of(row: ActivityRow) -> tuple[int, int]:
    return (row.last_occurred_at - _EPOCH) // timedelta(microseconds=1), row.key
