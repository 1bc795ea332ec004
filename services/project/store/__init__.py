"""Store: the only place with SQL of the project service, a module for each thing that is kept.

Functions that take a `Change` run in its transaction, one at a time in the whole installation: what they read stays
true until it commits. Rows come back as small values; nothing here knows a message of the contract.
"""

from services.project.store import (
    activities,
    audit,
    changes,
    custom_roles,
    grants,
    groups,
    invitations,
    notifications,
    own_events,
    preferences,
    resources,
    share_links,
    sight,
    standing,
)

__all__ = [
    "activities",
    "audit",
    "changes",
    "custom_roles",
    "grants",
    "groups",
    "invitations",
    "notifications",
    "own_events",
    "preferences",
    "resources",
    "share_links",
    "sight",
    "standing",
]
