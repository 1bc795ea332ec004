"""Settings every service has, read from the environment once, frozen, validated.

Owns the base class; each service's own numbers stand in its `settings.py`. Nothing else reads the environment.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from mesh.loopback import is_loopback

DEVELOPMENT_ISSUER = "https://shoal.localhost"
ASYMMETRIC_ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519", "Ed448",
)  # fmt: skip
"""As in mesh.identity.keys, where they are put to use; here without its libraries."""


class FrozenSettings(BaseSettings):
    """The base of all settings: frozen, and unknown names are errors when given in code."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_file=None)


def require_safe_url(url: str) -> str:
    """Return `url` if what comes from it can be trusted: https, or http on this machine. Raises ValueError."""
    parts = urlsplit(url)
    if parts.username or parts.password or not parts.hostname:
        raise ValueError("must be https://HOST/…")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
        raise ValueError("must be https, or http on this machine")
    return url


def _require_asymmetric(algorithms: tuple[str, ...]) -> tuple[str, ...]:
    wrong = [each for each in algorithms if each not in ASYMMETRIC_ALGORITHMS]
    if wrong or not algorithms:
        raise ValueError(f"must be of {', '.join(ASYMMETRIC_ALGORITHMS)}")
    return algorithms


class ClaimSettings(BaseModel):
    """By which names an issuer tells what; a dot goes into an object: `realm_access.roles`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(default="name", description="For people to read.")
    email: str = Field(default="email", description="Believed for invitations where `email_verified` is true.")
    groups: str = Field(default="groups", description="A list of texts, or one.")
    organizations: str = Field(default="organizations", description="A list of texts, or one.")


class IssuerSettings(BaseModel):
    """One identity provider, an entry of SHOAL_TOKEN_ISSUERS."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: str = Field(min_length=1, description="`iss`, letter for letter.")
    audience: str = Field(default="shoal", min_length=1, description="The `aud` its tokens must name.")
    jwks_url: Annotated[str, AfterValidator(require_safe_url)] | None = Field(
        default=None, description="Where its keys are; left out: as its /.well-known/openid-configuration says."
    )
    algorithms: Annotated[tuple[str, ...], AfterValidator(_require_asymmetric)] = Field(
        default=ASYMMETRIC_ALGORITHMS, description="The only ones believed of it."
    )
    subject_prefix: str = Field(
        default="", max_length=64, description="Put before its subjects, groups and organisations; differs by issuer."
    )
    claims: ClaimSettings = Field(default=ClaimSettings(), description="Under which names it tells what.")

    @model_validator(mode="after")
    def _is_reachable(self) -> Self:
        if self.jwks_url is None:
            require_safe_url(self.issuer)
        return self


class IdentitySettings(FrozenSettings):
    """Whose tokens are believed. Prefix SHOAL_TOKEN_."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_prefix="SHOAL_TOKEN_")

    issuers: tuple[IssuerSettings, ...] = Field(default=(), description="Identity providers, as a JSON list.")
    issuer: str = Field(default=DEVELOPMENT_ISSUER, description="The `iss` of the one issuer given without a list.")
    audience: str = Field(default="shoal", description="The `aud` a user's token of that issuer must name.")
    jwks: Path | None = Field(
        default=None,
        validate_default=True,
        description="File with that issuer's public keys as a JWK set. Left out: found through `issuer`, if it is set.",
    )
    leeway_s: int = Field(default=30, ge=0, le=60, description="Clocks differ; RFC 8725 practice is at most a minute.")

    @field_validator("jwks")
    @classmethod
    def _believes_somebody(cls, jwks: Path | None, info: ValidationInfo) -> Path | None:
        if jwks is None and not info.data.get("issuers") and info.data.get("issuer") == DEVELOPMENT_ISSUER:
            raise PydanticCustomError("missing", "Field required")
        return jwks

    def remote(self) -> tuple[IssuerSettings, ...]:
        """Return the issuers whose keys are fetched. Raises ValidationError when the single one is at no safe URL."""
        if self.jwks is not None or self.issuer == DEVELOPMENT_ISSUER:
            return self.issuers
        return (*self.issuers, IssuerSettings(issuer=self.issuer, audience=self.audience))


class TlsSettings(FrozenSettings):
    """How services prove themselves to each other below the calls. Prefix SHOAL_TLS_. Nothing set = plain."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_prefix="SHOAL_TLS_")

    cert: Path | None = Field(default=None, description="File with this service's certificate chain (PEM).")
    key: Path | None = Field(default=None, description="File with its private key (PEM).")
    ca: Path | None = Field(default=None, description="File with who signs the certificates of the others (PEM).")
    require_client: bool = Field(default=False, description="Whether a gRPC port takes nobody without a certificate.")

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.cert is None) != (self.key is None):
            raise ValueError("SHOAL_TLS_CERT and SHOAL_TLS_KEY come together")
        if self.require_client and (self.ca is None or self.cert is None):
            raise ValueError("SHOAL_TLS_REQUIRE_CLIENT needs SHOAL_TLS_CERT, SHOAL_TLS_KEY and SHOAL_TLS_CA")
        return self


class GrpcSettings(FrozenSettings):
    """Where a service listens, and its limits. Prefix SHOAL_GRPC_."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_prefix="SHOAL_GRPC_")

    host: str = Field(default="127.0.0.1", description="Loopback unless said otherwise: nothing is open by accident.")
    port: int = Field(default=50051, ge=0, le=65535, description="0 = any free one.")
    max_message_bytes: int = Field(
        default=4 * 1024 * 1024, description="gRPC's own default; our frames are 512 KiB at most, parts about 64 KiB."
    )
    max_metadata_bytes: int = Field(
        default=32 * 1024, description="A user's token of 8 KiB and a service's own; gRPC's default drops calls at 8."
    )
    max_concurrent_calls: int = Field(
        default=10_000, ge=1, description="Streams among them; past it calls are refused, and asked to wait a second."
    )
    compress_from_bytes: int = Field(
        default=1024, ge=0, description="Smaller answers gain nothing by gzip; 64 KiB take some ms. 0 = none is."
    )
    keepalive_s: float = Field(default=30.0, description="A dead peer is noticed within this and 10 s.")
    shutdown_grace_s: float = Field(default=5.0, description="How long calls may finish after the drain.")
