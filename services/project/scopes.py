"""Scopes: where somebody may do something, as sets of places that a listing can ask a database for.

Pure. The law: a document is in the scopes if and only if `decide` allows the permission on it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from services.project.decide import beginning
from services.project.model import Level, Place
from services.project.roles import NOTHING, Permissions
from shoal.options.v1.options_pb2 import Permission


@dataclass(frozen=True, slots=True)
class Node:
    """A resource in the tree; `parent` is None at the top, or where nothing above is known to matter."""

    level: Level
    parent: int | None


@dataclass(slots=True)
class Scopes:
    """As ResolveScopesResponse: levels, in no order, and whether documents in no project are among them."""

    organizations: list[Level] = field(default_factory=list)
    projects: list[Level] = field(default_factory=list)
    folders: list[Level] = field(default_factory=list)
    documents: list[Level] = field(default_factory=list)
    excluded_folders: list[Level] = field(default_factory=list)
    excluded_documents: list[Level] = field(default_factory=list)
    unfiled: bool = False


def scopes(nodes: Iterable[Node], permission: Permission, unfiled: Permissions = NOTHING) -> Scopes:
    """Return where a permission is held; `unfiled` as in decide.

    `nodes` are all that are granted something, all that those are in, and all organisations, projects and folders in
    them. A parent that is not among them counts as none.
    """
    by_key = {node.level.key: node for node in nodes}
    below: defaultdict[int | None, list[Node]] = defaultdict(list)
    for node in by_key.values():
        below[node.parent if node.parent in by_key else None].append(node)
    found = Scopes(unfiled=permission in unfiled)
    # Of each place that waits: what was gathered above it, whether its project has the permission, and its parent.
    waiting = [
        (node, beginning(node.level, unfiled), False, found.unfiled and node.level.place is Place.DOCUMENT)
        for node in below[None]
    ]
    while waiting:
        node, above, in_project, in_parent = waiting.pop()
        descent = above.into(node.level)
        allowed = permission in descent.at(node.level).allowed
        if node.level.place is Place.PROJECT:
            in_project = allowed
        _sort(found, node.level, allowed, in_project, in_parent)
        waiting += [(child, descent, in_project, allowed) for child in below[node.level.key]]
    return found


def _sort(found: Scopes, level: Level, allowed: bool, in_project: bool, in_parent: bool) -> None:
    match level.place:
        case Place.ORGANIZATION if allowed:
            found.organizations.append(level)
        case Place.PROJECT if allowed:
            found.projects.append(level)
        case Place.FOLDER if allowed != in_project:
            (found.folders if allowed else found.excluded_folders).append(level)
        case Place.DOCUMENT if allowed != in_parent:
            (found.documents if allowed else found.excluded_documents).append(level)
        case _:
            pass
