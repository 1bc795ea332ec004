"""VectorClock: what a participant knew, and whether one knew all that another did.

Immutable. A clock holds, for each site, how many of its operations are in a causal past; sites at 0 are left out.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from enum import Enum
from typing import Generic, TypeVar, final

from .errors import OperationError

__all__ = ["Causality", "VectorClock"]

Site = TypeVar("Site", bound=Hashable)


class Causality(Enum):
    """How one causal past stands to another."""

    BEFORE = "before"
    AFTER = "after"
    EQUAL = "equal"
    CONCURRENT = "concurrent"


@final
class VectorClock(Mapping[Site, int], Generic[Site]):
    """The number of operations known from each site. A site that is not named is at 0."""

    __slots__ = ("_counts",)

    def __init__(self, counts: Mapping[Site, int] | None = None) -> None:
        """Raises OperationError if a count is negative."""
        counts = counts or {}
        if any(count < 0 for count in counts.values()):
            raise OperationError("a count of operations must not be negative")
        self._counts = {site: count for site, count in counts.items() if count}

    def __getitem__(self, site: Site) -> int:
        return self._counts.get(site, 0)

    def __contains__(self, site: object) -> bool:
        return site in self._counts

    def __iter__(self) -> Iterator[Site]:
        return iter(self._counts)

    def __len__(self) -> int:
        return len(self._counts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, VectorClock) and self._counts == other._counts

    def __hash__(self) -> int:
        return hash(frozenset(self._counts.items()))

    def __repr__(self) -> str:
        return f"VectorClock({self._counts!r})"

    def tick(self, site: Site) -> VectorClock[Site]:
        """The clock after one more operation of `site`."""
        return VectorClock({**self._counts, site: self[site] + 1})

    def advance(self, site: Site, count: int) -> VectorClock[Site]:
        """The clock that knows at least `count` operations of `site`. Never goes back."""
        return self if count <= self[site] else VectorClock({**self._counts, site: count})

    def merge(self, other: VectorClock[Site]) -> VectorClock[Site]:
        """The least clock that dominates both. Commutative, associative, idempotent."""
        counts = dict(self._counts)
        for site, count in other._counts.items():
            if count > counts.get(site, 0):
                counts[site] = count
        return VectorClock(counts)

    def dominates(self, other: VectorClock[Site]) -> bool:
        """Whether everything known to `other` is known here; so does every clock itself."""
        return all(self[site] >= count for site, count in other._counts.items())

    def compare(self, other: VectorClock[Site]) -> Causality:
        """How this clock stands to `other`: BEFORE if `other` knows all that this one does, and more."""
        if self == other:
            return Causality.EQUAL
        if self.dominates(other):
            return Causality.AFTER
        return Causality.BEFORE if other.dominates(self) else Causality.CONCURRENT
