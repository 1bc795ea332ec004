"""Settings of a service that runs alone, beyond its own: by which key it proves itself to the others."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from mesh.settings import DEVELOPMENT_ISSUER, FrozenSettings


class ServiceIdentitySettings(FrozenSettings):
    """How services prove themselves to each other by tokens. Prefix SHOAL_SERVICE_."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_prefix="SHOAL_SERVICE_")

    key: Path = Field(
        description="File with the private key (JWK) that signs this service's own tokens. In the data directory of "
        "`shoal up`: keys/token-key.json."
    )
    jwks: Path | None = Field(
        default=None,
        description="File with the public keys of all services (JWK set); `sub` in a key is the only service it signs "
        "for. Left out, on loopback alone: the set of SHOAL_TOKEN_JWKS.",
    )
    issuer: str = Field(default=DEVELOPMENT_ISSUER, description="The `iss` of services' tokens; the same everywhere.")
    act_for_users: tuple[str, ...] = Field(
        default=(), description="Services that may call for users without the users' tokens, as `services/NAME`."
    )
