"""The checks that are about no single document: partitions, readers of the outbox, and rows that belong to nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from mesh.database import Pool
from services.document import store
from services.document.doctor.findings import Check, Findings, Severity
from services.document.log.partitions import partition_named, partitions_from

_PAGE_KEYS = 1000
_MAX_LAG = timedelta(minutes=1)
"""Readers follow within seconds; past this one is stuck, or far behind after a standstill."""
_IDLE_HOURS = 24
"""An import pauses for minutes, and erasing takes minutes; what is older than a day was left behind."""


class DatabaseCheck:
    """The checks of the database as a whole."""

    def __init__(self, pool: Pool, findings: Findings, make_partitions: Callable[[], Awaitable[None]]) -> None:
        self._pool, self._findings, self._make_partitions = pool, findings, make_partitions

    async def run(self) -> None:
        """Check everything."""
        await self._check_partitions()
        await self._check_default_partition()
        await self._check_readers()
        await self._check_orphans()
        await self._check_unfinished()

    async def _check_partitions(self) -> None:
        attached = await store.partitions.attached(self._pool)
        missing = [each.name for each in partitions_from(datetime.now(UTC), 1) if each.name not in attached]
        if not missing:
            return
        await self._findings.mend(Check.PARTITIONS, self._make_partitions)
        attached = await store.partitions.attached(self._pool)
        for name in missing:
            message = f"the partition {name} is missing"
            await self._findings.tell(Check.PARTITIONS, Severity.WARNING, message, 0, repaired=name in attached)

    async def _check_default_partition(self) -> None:
        """Operations of months that have a partition, or had when they came, belong there.

        Those of earlier ones are of imported histories: a partition for each month of ten years would make every read
        look into all of them.
        """
        attached = await store.partitions.attached(self._pool)
        months = [partitions_from(datetime.now(UTC), 0)[0], *map(partition_named, attached)]
        earliest = min(month.start for month in months if month is not None)
        earlier = 0
        for month, count in await store.partitions.unpartitioned_months(self._pool):
            if month < earliest:
                earlier += count
                continue
            partition = partitions_from(month, 0)[0]
            add = partial(store.partitions.add, self._pool, partition.name, partition.start, partition.end)
            message = f"{count} operations of {month:%Y-%m} are in the default partition"
            await self._findings.add(Check.PARTITIONS, Severity.WARNING, message, repair=add)
        if earlier:
            message = (
                f"{earlier} operations of imported histories are in the default partition: months without their own"
            )
            await self._findings.add(Check.PARTITIONS, Severity.NOTE, message)

    async def _check_readers(self) -> None:
        for reader in await store.doctor.outbox_lag(self._pool):
            if reader.waiting_since is None or reader.now - reader.waiting_since < _MAX_LAG:
                continue
            behind_s = int((reader.now - reader.waiting_since).total_seconds())
            message = f"{reader.name} has not read the outbox for {behind_s} s"
            await self._findings.add(Check.OUTBOX, Severity.WARNING, message)

    async def _check_orphans(self) -> None:
        after_key: int | None = _LOWEST
        while after_key is not None:
            keys, after_key = await store.doctor.orphans(self._pool, after_key, _PAGE_KEYS)
            for key in keys:
                message = f"the log has operations of a document that does not exist, key {key}"
                await self._findings.add(Check.LOG, Severity.ERROR, message)

    async def _check_unfinished(self) -> None:
        imports, purged = await store.doctor.unfinished(self._pool, _IDLE_HOURS)
        for count, what in ((imports, "imports were never finished"), (purged, "purged documents are not erased")):
            if count:
                await self._findings.add(Check.LOG, Severity.NOTE, f"{count} {what}, for a day or longer")


_LOWEST = -(1 << 63)
