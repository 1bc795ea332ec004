"""Sight: what somebody may see, as keys that a statement compares resources with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Sight(NamedTuple):
    """Keys of what is in sight, for `visible`, in the order of its parameters.

    A document is in sight when it is one of `documents`, or when it is in one of `shelves` (projects and folders whose
    documents may be read) and none of `hidden_documents`; one in no project, when `unfiled` is true, likewise.
    """

    organizations: Sequence[int] = ()
    places: Sequence[int] = ()
    shelves: Sequence[int] = ()
    documents: Sequence[int] = ()
    hidden_documents: Sequence[int] = ()
    unfiled: bool = False


def visible(name: str) -> str:
    """Return the condition that the resource named by an expression is in sight: parameters $1 to $6 are a Sight.

    A resource that is not there is not in sight.
    """
    return f"""EXISTS (
                SELECT FROM project.resources r WHERE r.name = {name} AND CASE r.kind
                    WHEN 1 THEN r.resource_key = ANY ($1::bigint[])
                    WHEN 4 THEN r.resource_key = ANY ($4::bigint[]) OR r.resource_key <> ALL ($5::bigint[])
                        AND (r.parent_key = ANY ($3::bigint[]) OR r.parent_key IS NULL AND $6::boolean)
                    ELSE r.resource_key = ANY ($2::bigint[]) END
            )"""
