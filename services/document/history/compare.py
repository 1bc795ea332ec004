"""Compare: what the author of one operation knew of another.

Pure. An operation's dot is (site, site_sequence); its causal past is the log up to its base revision, and what its own
site wrote before it. Revisions and site sequences ascend together, so that past is closed: whoever knows an operation
knows all that its author knew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ot.clock import Causality, VectorClock


@dataclass(frozen=True, slots=True)
class Dot:
    """One operation: where it stands in the log, which of its site's it is, and the revision it was made on."""

    revision: int
    site: str
    site_sequence: int
    base_revision: int


def compare(one: Dot, other: Dot) -> Causality:
    """Return how `one` stands to `other`: BEFORE if the author of `other` knew it.

    By the clocks of both, as far as the two sites go. Law: the same as by their whole clocks (tests/unit/document).
    """
    return _clock_of_two(one, other).compare(_clock_of_two(other, one))


def clock_of(dot: Dot, known: Mapping[str, int]) -> VectorClock[str]:
    """Return an operation's whole clock; `known` has the number of each site's operations up to its base revision."""
    return VectorClock(known).advance(dot.site, dot.site_sequence)


def _clock_of_two(dot: Dot, other: Dot) -> VectorClock[str]:
    """Return the clock of `dot` over both sites. Of the other's, just so much that it tells whether it knows `other`:
    counting further would read the log, and change no answer."""
    knows = other.revision <= dot.base_revision
    clock = VectorClock({other.site: other.site_sequence if knows else other.site_sequence - 1})
    return (
        clock.advance(dot.site, dot.site_sequence)
        if dot.site != other.site
        else VectorClock({dot.site: dot.site_sequence})
    )
