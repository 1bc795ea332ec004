"""Settings every service has, read from the environment once, frozen, validated.

Owns the base class; each service's own numbers stand in its `settings.py`. Nothing else reads the environment.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class FrozenSettings(BaseSettings):
    """The base of all settings: frozen, and unknown names are errors when given in code."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_file=None)


class IdentitySettings(FrozenSettings):
    """Whose tokens are believed. Prefix SHOAL_TOKEN_."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_prefix="SHOAL_TOKEN_")

    jwks: Path = Field(description="File with the issuer's public keys as a JWK set; each key names its algorithm.")
    issuer: str = Field(default="https://shoal.localhost", description="The only `iss` believed.")
    audience: str = Field(default="shoal", description="The `aud` a user's token must name.")
    leeway_s: int = Field(default=30, ge=0, le=60, description="Clocks differ; RFC 8725 practice is at most a minute.")


class GrpcSettings(FrozenSettings):
    """Where a service listens, and its limits. Prefix SHOAL_GRPC_."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_prefix="SHOAL_GRPC_")

    host: str = Field(default="127.0.0.1", description="Loopback unless said otherwise: nothing is open by accident.")
    port: int = Field(default=50051, ge=0, le=65535, description="0 = any free one.")
    max_message_bytes: int = Field(
        default=4 * 1024 * 1024, description="gRPC's own default; our frames are 512 KiB at most, parts about 64 KiB."
    )
    keepalive_s: float = Field(default=30.0, description="A dead peer is noticed within this and 10 s.")
    shutdown_grace_s: float = Field(default=5.0, description="How long calls may finish after the drain.")
