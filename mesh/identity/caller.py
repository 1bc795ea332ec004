"""The caller of the rpc under way: a person, or a service, or a service for a person.

Owns the value and the context variable it travels in. Knows no token format.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from mesh.faults import TokenMissing

SERVICE_AUDIENCE = "shoal-services"
"""The `aud` of tokens by which services prove themselves to each other; no user's token has it."""

SERVICE_PREFIX = "services/"
"""What the subjects of services begin with: a service's key that signed for another name would be that person."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A verified caller: `subject` is the stable id, `name` is for people; `expires_at` in Unix seconds.

    `token` is what proved it, for calls to another service in the caller's own name; it is in no `repr` and no log, and
    empty when a service calls for a user without the user's token. `email` is empty when the issuer names none.
    `groups` and `organizations` are the issuer's, as it writes them, after its `subject_prefix`.
    `acting_service` is the service that made the call for them, empty for who calls directly.
    """

    subject: str
    name: str
    expires_at: float
    is_service: bool = False
    token: str = field(default="", repr=False, compare=False)
    email: str = ""
    email_verified: bool = False
    groups: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    acting_service: str = ""
    may_act_for_users: bool = False

    @property
    def calling_service(self) -> str:
        """The service at the other end of the call, for itself or for others; empty when there is none."""
        return self.acting_service or (self.subject if self.is_service else "")


_current: ContextVar[Identity] = ContextVar("identity")


def current_identity() -> Identity:
    """Return the caller of the rpc under way. Raises TokenMissing outside of one."""
    identity = caller()
    if identity is None:
        raise TokenMissing("this call needs a token: metadata `authorization: Bearer <token>`")
    return identity


def caller() -> Identity | None:
    """Return the caller of the rpc under way, None outside of one."""
    return _current.get(None)


def act_as(identity: Identity) -> None:
    """Make `identity` the caller for the rest of this task. Each rpc has a task of its own, so nothing is put back."""
    _current.set(identity)


@contextmanager
def acting_as(identity: Identity) -> Iterator[None]:
    """Make `identity` the caller while the block runs: for tasks that serve one request after another."""
    before = _current.set(identity)
    try:
        yield
    finally:
        _current.reset(before)


def bearer(authorization: str) -> str:
    """Return the token of an `Authorization: Bearer …` value; empty when there is none."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
