"""Claims: what a token whose signature is right says, checked and turned into an Identity.

Pure: claims go in, a value or a fault comes out. Nothing of a claim's text is repeated in a fault.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mesh.faults import TokenExpired, TokenInvalid
from mesh.identity.caller import SERVICE_PREFIX, Identity

ACT_FOR_USERS = "act_for_users"
"""The scope by which a service's token says that it may call for users without their tokens."""
MAX_SUBJECT = 255
_MAX_EMAIL = 320
_MAX_TEXTS = 256
_MAX_TEXT = 255
"""Groups and organisations of one token: no issuer sends more in a token of our size, and each is looked up."""


@dataclass(frozen=True, slots=True)
class ClaimNames:
    """By which names an issuer tells what; a dot goes into an object, as in `realm_access.roles`."""

    name: str = "name"
    email: str = "email"
    groups: str = "groups"
    organizations: str = "organizations"


@dataclass(frozen=True, slots=True)
class Times:
    """From when until when a token is good, in Unix seconds."""

    not_before: float
    expires_at: float

    def check(self, now: float, leeway_s: float) -> None:
        """Do nothing if it is good now. Raises TokenExpired, TokenInvalid."""
        if self.expires_at + leeway_s < now:
            raise TokenExpired("the token has expired; sign in again")
        if self.not_before - leeway_s > now:
            raise TokenInvalid("the token is not valid yet")


def times_of(claims: Mapping[str, Any]) -> Times:
    """Return a token's times; what was issued in the future is not good before. Raises TokenInvalid without `exp`."""
    expires_at = _time(claims, "exp")
    if expires_at is None:
        raise TokenInvalid("the token lacks `exp`")
    return Times(max(_time(claims, "nbf") or 0.0, _time(claims, "iat") or 0.0), expires_at)


def subject_of(claims: Mapping[str, Any]) -> str:
    """Return `sub`. Raises TokenInvalid."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT:
        raise TokenInvalid("the token lacks `sub`")
    return subject


def audiences_of(claims: Mapping[str, Any]) -> list[Any]:
    """Return `aud` as a list."""
    audience = claims.get("aud")
    return audience if isinstance(audience, list) else [audience]


def user_of(claims: Mapping[str, Any], token: str, names: ClaimNames, prefix: str) -> Identity:
    """Return the user that verified claims tell of, with `prefix` before what the issuer names. Raises TokenInvalid."""
    subject = prefix + subject_of(claims)
    if len(subject) > MAX_SUBJECT:
        raise TokenInvalid("the token's `sub` is too long")
    name, email = _claim(claims, names.name), _claim(claims, names.email)
    return Identity(
        subject,
        name if isinstance(name, str) and name else subject,
        times_of(claims).expires_at,
        token=token,
        email=email if isinstance(email, str) and len(email) <= _MAX_EMAIL else "",
        email_verified=claims.get("email_verified") is True,
        groups=_texts(_claim(claims, names.groups), prefix),
        organizations=_texts(_claim(claims, names.organizations), prefix),
    )


def service_of(claims: Mapping[str, Any], token: str) -> Identity:
    """Return the service that verified claims tell of. Raises TokenInvalid."""
    subject = subject_of(claims)
    if not subject.startswith(SERVICE_PREFIX):
        raise TokenInvalid("the token is for services, and its `sub` is none")
    scope = claims.get("scope")
    may_act = isinstance(scope, str) and ACT_FOR_USERS in scope.split()
    expires_at = times_of(claims).expires_at
    return Identity(subject, subject, expires_at, is_service=True, token=token, may_act_for_users=may_act)


def _time(claims: Mapping[str, Any], name: str) -> float | None:
    """Return a time, None when there is none. JSON as Python reads it has NaN and Infinity, and true is a number."""
    value = claims.get(name)
    if value is None:
        return None
    try:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise TokenInvalid(f"`{name}` is not a time")
    except OverflowError:
        raise TokenInvalid(f"`{name}` is not a time") from None
    return float(value)


def _claim(claims: Mapping[str, Any], path: str) -> object:
    """Return the claim of this name, or else what the dots of the name lead to; None when there is nothing."""
    if path in claims:
        return claims[path]
    found: object = claims
    for step in path.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _texts(claim: object, prefix: str) -> tuple[str, ...]:
    """Return the texts of a claim that is a list of them, or one; anything else in it is no text of ours."""
    values = claim if isinstance(claim, list) else [claim]
    texts = [prefix + each for each in values if isinstance(each, str) and each]
    return tuple(each for each in texts if len(each) <= _MAX_TEXT)[:_MAX_TEXTS]
