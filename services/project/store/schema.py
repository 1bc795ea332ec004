"""What all modules of the store share: the schema's name, and on what a statement can be run."""

from __future__ import annotations

from mesh.database import Connection, Pool

SCHEMA = "project"
CHANNEL = "shoal_permissions"
"""Where NOTIFY tells of a new epoch; a channel belongs to one database."""

Executor = Pool | Connection
