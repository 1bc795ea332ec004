"""Settings of a service that runs alone, beyond its own: by which key it proves itself to the others."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from mesh.settings import FrozenSettings


class ServiceIdentitySettings(FrozenSettings):
    """Prefix SHOAL_SERVICE_."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_prefix="SHOAL_SERVICE_")

    key: Path = Field(
        description="File with the private key (JWK) that signs this service's own tokens; its public half is in the "
        "set of SHOAL_TOKEN_JWKS. In the data directory of `shoal up`: keys/token-key.json."
    )
