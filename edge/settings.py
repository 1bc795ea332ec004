"""Settings of the edge. Prefix SHOAL_EDGE_. Each number says why it is what it is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from mesh.settings import FrozenSettings, require_safe_url


def _openapi_document() -> Path:
    """Where the document lies: a wheel has it in this package, a checkout where it is generated."""
    packed = Path(__file__).parent / "openapi" / "shoal.json"
    return packed if packed.is_file() else Path(__file__).parent.parent / "gen" / "openapi" / "shoal.json"


class ProviderSettings(BaseModel):
    """The identity provider that people of the page sign in with: SHOAL_EDGE_SIGN_IN, as a JSON object.

    Its tokens are believed only if SHOAL_TOKEN_ISSUERS names it too.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: Annotated[str, AfterValidator(require_safe_url)] = Field(description="As its discovery document says.")
    client_id: str = Field(min_length=1, description="What the edge is registered as.")
    client_secret: SecretStr | None = Field(default=None, description="Left out for a public client; PKCE in any case.")
    public_url: Annotated[str, AfterValidator(require_safe_url)] = Field(
        description="Where browsers find this edge; people come back to its /v1/session/callback."
    )
    scope: str = Field(
        default="openid profile email offline_access",
        description="`offline_access` asks for a refresh token, without which people sign in again when a token ends.",
    )
    label: str = Field(default="", max_length=60, description="What the button says; empty = the issuer's host.")
    cookie_key: SecretStr = Field(
        description="32 random bytes as 64 hex digits, the same for all edges: seals what browsers keep for them."
    )
    refresh_lifetime_s: float = Field(default=30 * 86400.0, gt=0, description="How long a browser stays signed in.")

    @field_validator("cookie_key")
    @classmethod
    def _is_a_key(cls, key: SecretStr) -> SecretStr:
        try:
            is_key = len(bytes.fromhex(key.get_secret_value())) == 32
        except ValueError:
            is_key = False
        if not is_key:
            raise ValueError("must be 64 hex digits: openssl rand -hex 32")
        return key


class EdgeSettings(FrozenSettings):
    """Where the edge listens, whom it lets in, and what a socket may cost."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_prefix="SHOAL_EDGE_")

    host: str = Field(default="127.0.0.1", description="Loopback unless said otherwise: nothing is open by accident.")
    port: int = Field(default=8080, ge=0, le=65535, description="0 = any free one.")
    collab_target: str = Field(default="127.0.0.1:50051", description="Where collab listens for gRPC.")
    document_target: str = Field(default="127.0.0.1:50052", description="Where the document service listens for gRPC.")
    project_target: str = Field(default="127.0.0.1:50053", description="Where the project service listens for gRPC.")
    allowed_origins: tuple[str, ...] = Field(
        default=(), description="Pages of other hosts that may connect: `https://a.example`, `https://*.example`."
    )
    max_sockets: int = Field(default=5000, description="About 20 KB each; past it 4413.")
    max_sockets_per_user: int = Field(default=10, description="As ordered: tabs and devices of one person.")
    max_frame_bytes: int = Field(default=512 * 1024, description="A flight is at most 256 KiB; JSON doubles it.")
    heartbeat_s: float = Field(default=30.0, description="As ordered: a dead socket is gone after 45 s.")
    max_socket_backlog_bytes: int = Field(
        default=256 * 1024, description="Unread by a socket; past it room frames are dropped for one catch-up."
    )
    max_socket_unread_bytes: int = Field(
        default=32 * 1024 * 1024, description="Unread in all, answers included; past it the socket is closed."
    )
    max_sessions_per_socket: int = Field(default=64, description="Documents open in one window, generously.")
    lagging_timeout_s: float = Field(default=60.0, description="A socket that reads nothing for so long is closed.")
    max_relay_backlog_bytes: int = Field(
        default=8 * 1024 * 1024, description="Unsent to collab; past it sockets are not read until it is less."
    )
    relay_ping_s: float = Field(default=10.0, description="Keeps participants listed: they expire after 30 s.")
    sign_in: ProviderSettings | None = Field(
        default=None, description="Who signs people in for the page; without it they bring a token, or a name."
    )
    development_token_lifetime_s: float = Field(default=7 * 86400.0, description="A week of trying things out.")
    web_root: Path = Field(
        default=Path(__file__).parent / "web" / "dist", description="The built page; `make setup` builds it."
    )
    offline: bool = Field(
        default=True,
        description="Browsers keep the app, to open it without a network; false takes back what they kept of it.",
    )
    openapi_document: Path = Field(
        default_factory=_openapi_document, description="The OpenAPI document shown at /api; `make gen` writes it."
    )
