"""Said: in which form e-mail addresses are compared, and what a mask says of a change. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from mesh.faults import InvalidField


def comparable(email: str) -> str:
    """Return the form in which e-mail addresses are compared: case is of no account."""
    return email.casefold()


def check_mask(mask: Sequence[str], known: Sequence[str], given: Sequence[str]) -> frozenset[str]:
    """Return what a mask names; what is `given` when it is empty. Raises InvalidField for others than `known` ones."""
    if unknown := set(mask) - set(known):
        raise InvalidField("update_mask", f"may name {', '.join(known)}; not {', '.join(sorted(unknown))}")
    return frozenset(mask or given)
