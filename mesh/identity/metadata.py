"""Who calls, by the metadata of a call: a user's token, the calling service's own, and on whose behalf.

Owns the three keys and the one rule of how they go together, for those who send them and those who receive them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote, unquote

from mesh.faults import PermissionDenied, TokenInvalid
from mesh.identity.caller import SERVICE_PREFIX, Identity, bearer, caller
from mesh.identity.claims import MAX_SUBJECT
from mesh.identity.verifier import TokenVerifier

USER = "authorization"
SERVICE = "shoal-service-authorization"
ON_BEHALF_OF = "shoal-on-behalf-of"
"""A subject in UTF-8, percent-encoded: metadata is ASCII."""


async def identify(verifier: TokenVerifier, metadata: Mapping[str, str | bytes]) -> Identity:
    """Return who calls.

    Whoever comes through a service is who they are, with that service as `acting_service`. A service that calls by
    itself is itself, wherever its token stands. A user without a token is believed of a service that has the right to
    act for users. Raises what `verify` does, and PermissionDenied for a service without that right.
    """
    own, services = _token(metadata, USER), _token(metadata, SERVICE)
    service = await verifier.verify(services) if services else None
    if service is not None and not service.is_service:
        raise TokenInvalid(f"`{SERVICE}` holds no service's token")
    identity = await verifier.verify(own) if own or service is None else service
    if ON_BEHALF_OF in metadata:
        return _on_behalf(identity, service, _text(metadata, ON_BEHALF_OF))
    if service is None or service.subject == identity.subject:
        return identity
    return replace(identity, acting_service=service.subject)


def own_metadata(service_token: str, *, for_caller: bool) -> tuple[tuple[str, str], ...]:
    """Return what a service sends with a call of its own; `for_caller` adds the caller of the rpc under way, if any."""
    sent = ((SERVICE, f"Bearer {service_token}"),) if service_token else ()
    whose = caller() if for_caller else None
    if whose is None:
        return sent
    if whose.token:
        return (*sent, (USER, f"Bearer {whose.token}"))
    return (*sent, (ON_BEHALF_OF, quote(whose.subject)))


def _on_behalf(identity: Identity, service: Identity | None, encoded: str) -> Identity:
    if not identity.is_service or not identity.may_act_for_users or (service or identity) != identity:
        raise PermissionDenied("only a service with the right to may act for a user without their token")
    try:
        subject = unquote(encoded, errors="strict")
    except UnicodeDecodeError:
        subject = ""
    if not 0 < len(subject) <= MAX_SUBJECT or subject.startswith(SERVICE_PREFIX):
        raise PermissionDenied(f"`{ON_BEHALF_OF}` names no user")
    return Identity(subject, subject, identity.expires_at, acting_service=identity.subject)


def _token(metadata: Mapping[str, str | bytes], key: str) -> str:
    return bearer(_text(metadata, key))


def _text(metadata: Mapping[str, str | bytes], key: str) -> str:
    value = metadata.get(key, "")
    return value if isinstance(value, str) else ""
