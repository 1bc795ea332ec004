"""Store: the only place with SQL of the project service, a module for each thing that is kept.

Functions that take a `Change` run in its transaction, one at a time in the whole installation: what they read stays
true until it commits. Rows come back as small values; nothing here knows a message of the contract.
"""

from services.project.store import (
    audit,
    changes,
    custom_roles,
    grants,
    groups,
    invitations,
    resources,
    share_links,
    standing,
)

__all__ = [
    "audit",
    "changes",
    "custom_roles",
    "grants",
    "groups",
    "invitations",
    "resources",
    "share_links",
    "standing",
]
