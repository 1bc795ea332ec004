"""Questions about permissions, and their answers, as messages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from services.project.answers import Answer, Explanation
from services.project.convert.common import grant_to_proto, role_to_proto
from services.project.feed import Told
from services.project.model import User, organization_names
from services.project.scopes import Scopes
from shoal.project.v1 import permission_pb2 as pb

_NAMES_AT_ONCE = 10_000
"""Names in one message: at most about 1.5 MiB, of gRPC's 4."""


def user_from_proto(message: pb.User) -> User:
    """Return the user a message tells of."""
    return User(message.subject, tuple(message.groups), organization_names(tuple(message.organizations)))


def answer_to_proto(answer: Answer) -> pb.Answer:
    """Return the message of an answer."""
    return pb.Answer(
        allowed=answer.allowed,
        permissions=sorted(answer.permissions),
        role=role_to_proto(answer.role),
        path=answer.path,
    )


def explanation_to_proto(explanation: Explanation) -> pb.ExplainPermissionResponse:
    """Return the message of an explanation."""
    return pb.ExplainPermissionResponse(
        allowed=explanation.allowed,
        reasons=[
            pb.ExplainPermissionResponse.Reason(
                grant=grant_to_proto(because.path[-1], because.grant),
                effect=cast(pb.ExplainPermissionResponse.Effect, int(because.effect)),
                path=because.path,
            )
            for because in explanation.reasons
        ],
        missing=explanation.missing,
        archived=explanation.archived,
    )


def scopes_to_proto(epoch: int, found: Scopes) -> Iterator[pb.ResolveScopesResponse]:
    """Yield scopes as messages, at least one."""
    fields = ("organizations", "projects", "folders", "documents", "excluded_folders", "excluded_documents")
    named = [(field, level.name) for field in fields for level in getattr(found, field)]
    for start in range(0, len(named) or 1, _NAMES_AT_ONCE):
        message = pb.ResolveScopesResponse(epoch=epoch, unfiled=found.unfiled)
        for field, name in named[start : start + _NAMES_AT_ONCE]:
            getattr(message, field).append(name)
        yield message


def told_to_proto(told: Told) -> pb.WatchPermissionsResponse:
    """Return the message of what a watcher hears."""
    return pb.WatchPermissionsResponse(
        epoch=told.epoch,
        everything=told.everything,
        subjects=sorted(told.subjects),
        resources=sorted(told.resources),
    )
