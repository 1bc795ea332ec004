"""Projects, as a person at a terminal names them."""

from __future__ import annotations

from cli.errors import Failed
from mesh.faults import InvalidField
from mesh.names import check_project


def full_project(project: str) -> str:
    """Return `projects/x` for `projects/x` or `x`. Raises Failed when it is neither."""
    try:
        return check_project(project if "/" in project else f"projects/{project}")
    except InvalidField as error:
        raise Failed(f"{project!r} is not the name of a project: {error.message}") from error
