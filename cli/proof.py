"""Proof: whom a service that runs alone believes, and how it proves itself to the others, from settings.

Owns the rule that users and services have keys of their own everywhere but between processes of one machine.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_settings import SettingsError

from cli.composition import startup_failures
from cli.errors import Failed
from cli.settings import ServiceIdentitySettings
from mesh.channels import Channels
from mesh.identity import IssuersNotApart, KeysUnusable, OwnToken, Services, StaticKeys, TokenSigner, TokenVerifier
from mesh.identity.opening import open_verifier
from mesh.loopback import is_loopback
from mesh.settings import GrpcSettings, IdentitySettings, IssuerSettings, TlsSettings

_PREFIXES = {
    IdentitySettings.__name__: "SHOAL_TOKEN_",
    ServiceIdentitySettings.__name__: "SHOAL_SERVICE_",
    TlsSettings.__name__: "SHOAL_TLS_",
    IssuerSettings.__name__: "SHOAL_TOKEN_",
}


@dataclass(frozen=True, slots=True)
class Proof:
    """What a service needs to believe and to be believed."""

    verifier: TokenVerifier
    channels: Channels
    tls: TlsSettings


@asynccontextmanager
async def open_proof(service: str, host: str) -> AsyncIterator[Proof]:
    """Read whom `service`, which listens on `host`, believes, and be it. Raises Failed, and what settings raise."""
    identity, own, tls = IdentitySettings(), ServiceIdentitySettings(), TlsSettings()
    services = _services(identity, own, host)
    channels = Channels(_own_token(own, f"services/{service}"), GrpcSettings(), tls)
    async with open_verifier(identity, services) as verifier:
        yield Proof(verifier, channels, tls)


def _services(identity: IdentitySettings, own: ServiceIdentitySettings, host: str) -> Services:
    acting = frozenset(own.act_for_users)
    if own.jwks is None:
        if identity.jwks is None or not is_loopback(host):
            raise Failed("SHOAL_SERVICE_JWKS: users and services need keys of their own, except on this machine alone")
        return Services(own.issuer, StaticKeys.from_file(identity.jwks), acting)
    keys = StaticKeys.from_file(own.jwks)
    if identity.jwks is not None:
        believed = {each.thumbprint for each in StaticKeys.from_file(identity.jwks).keys}
        if any(each.thumbprint in believed for each in keys.keys):
            raise Failed("SHOAL_SERVICE_JWKS: a key in it is also in SHOAL_TOKEN_JWKS; it could make users")
    return Services(own.issuer, keys, acting)


def _own_token(own: ServiceIdentitySettings, service: str) -> OwnToken:
    """Return what makes this service's tokens. The key must be there: one made here would be believed by nobody."""
    if not own.key.is_file():
        raise Failed(f"SHOAL_SERVICE_KEY: there is no key at {own.key}")
    signer = TokenSigner.open(own.key, issuer=own.issuer, audience="")
    return OwnToken(signer, service, acts_for_users=service in own.act_for_users)


@contextmanager
def settings_failures() -> Iterator[None]:
    """Turn settings that are missing or wrong, and whatever else can be mended from outside, into Failed."""
    try:
        with startup_failures():
            yield
    except ValidationError as error:
        first = error.errors()[0]
        name = _PREFIXES.get(error.title, "SHOAL_") + "_".join(map(str, first["loc"])).upper()
        raise Failed(f"{name.rstrip('_')}: {first['msg']}") from error
    except SettingsError as error:
        raise Failed(f"a setting is not JSON: {error}") from error
    except json.JSONDecodeError as error:
        raise Failed(f"a key file is not JSON: {error}") from error
    except (KeysUnusable, IssuersNotApart) as error:
        raise Failed(str(error)) from error
