"""`shoal serve`: one service alone, from its settings, as in a deployment.

Owns the command; what belongs to each service stands in cli/alone.py.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from cli.errors import Failed
from cli.run import run


class Service(StrEnum):
    """What can run alone."""

    COLLAB = "collab"
    DOCUMENT = "document"
    PROJECT = "project"
    AI = "ai"
    EDGE = "edge"


def serve(service: Annotated[Service, typer.Argument(help="Which one.")]) -> None:
    """Run one service from its settings, the SHOAL_... variables of the environment, until SIGTERM or Ctrl-C."""
    if service is Service.AI:
        raise Failed(f"the {service} service does not exist yet; there are collab, document, project and edge")
    # As in `shoal up`: imported where it is needed, so that the other verbs start quickly.
    from cli.logs import configure_logs

    configure_logs()
    run(_serve(service))


async def _serve(service: Service) -> None:
    from cli import alone
    from cli.up import stop_requested
    from mesh.garbage import settle

    openers = {
        Service.COLLAB: alone.open_collab_alone,
        Service.DOCUMENT: alone.open_document_alone,
        Service.PROJECT: alone.open_project_alone,
        Service.EDGE: alone.open_edge_alone,
    }
    with stop_requested() as stop:
        async with openers[service]() as address:
            print(f"Shoal's {service} service listens on {address}", flush=True)
            settle()
            await stop.wait()
