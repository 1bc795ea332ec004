"""Store: the only place with SQL of the document service, a module for each thing that is kept.

Each function is one statement of intent, in one transaction; what it says of races holds at READ COMMITTED.
Rows come back as small values; nothing here knows a message of the contract.
"""

from services.document.store import (
    automatic_versions,
    checkpoints,
    doctor,
    documents,
    edit_sessions,
    erasing,
    events,
    extensions,
    history,
    imports,
    log,
    outbox,
    partitions,
    places,
    search,
    versions,
    watching,
)

__all__ = [
    "automatic_versions",
    "checkpoints",
    "doctor",
    "documents",
    "edit_sessions",
    "erasing",
    "events",
    "extensions",
    "history",
    "imports",
    "log",
    "outbox",
    "partitions",
    "places",
    "search",
    "versions",
    "watching",
]
