"""Requests: how a caller's `request_id` makes a retry a resend.

Owns the rule by which it becomes a site, of one operation: collab commits under that site once, and whoever has the
log can look there whether it was. Pure.
"""

from __future__ import annotations

import uuid

from mesh.faults import InvalidField
from mesh.names import SiteId

_REQUESTS = uuid.UUID("6f1c0f0e-7a7b-5c55-9d0a-5ea1c0de0001")


def request_site(request_id: str, subject: str) -> SiteId:
    """Return the site of `subject`'s request. Raises InvalidField unless `request_id` is a UUID."""
    try:
        wanted = uuid.UUID(request_id)
    except ValueError:
        raise InvalidField("request_id", "must be a UUID") from None
    return SiteId(f"request-{uuid.uuid5(_REQUESTS, f'{subject} {wanted}').hex}")
