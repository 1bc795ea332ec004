"""Settings of collab. Prefix SHOAL_COLLAB_. Each number says why it is what it is."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from mesh.settings import FrozenSettings


class CollabSettings(FrozenSettings):
    """What rooms and streams are allowed, and how often they do what they do by themselves."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_prefix="SHOAL_COLLAB_")

    log_target: str = Field(default="127.0.0.1:50052", description="Where the document service listens (`serve`).")
    project_target: str = Field(
        default="127.0.0.1:50053", description="Where the project service listens: who may do what (`serve`)."
    )
    max_flight_bytes: int = Field(default=256 * 1024, description="A pasted chapter fits; a book is many flights.")
    max_flight_operations: int = Field(default=1000, description="At 60 keystrokes a second, 16 s of typing.")
    max_submit_bytes: int = Field(
        default=3 * 1024 * 1024,
        description="One operation without a stream: a restore of a long book passes whole. With what goes around it, "
        "it stays below the 4 MiB of a gRPC message on every way it takes.",
    )
    max_commit_bytes: int = Field(
        default=1024 * 1024,
        description="What a room commits and shows at once, unless one submission alone is larger; see above.",
    )
    max_inbox_flights: int = Field(default=2000, description="While PostgreSQL is away; past it ROOM_BUSY.")
    max_inbox_bytes: int = Field(default=16 * 1024 * 1024, description="The same in bytes, for large flights.")
    max_sessions_per_document: int = Field(default=500, description="Measured with 300; the seed starts with 50.")
    max_outbox_bytes: int = Field(default=16 * 1024 * 1024, description="A stream that reads slower ends, and resumes.")
    recent_operations: int = Field(default=1000, description="Kept in a room; older bases are read from the log.")
    checkpoint_interval_s: float = Field(default=1.0, description="A replica that went wrong knows within a second.")
    idle_checkpoint_interval_s: float = Field(default=10.0, description="The same where nothing happens.")
    presence_interval_s: float = Field(default=0.05, description="20 a second: smooth, and cheap for 300 people.")
    presence_expiry_s: float = Field(default=30.0, description="The heartbeat of the seed.")
    idle_room_s: float = Field(default=60.0, description="An empty room stays this long: reloads find it warm.")
    head_poll_interval_s: float = Field(default=1.0, description="How soon what another node wrote is noticed.")
    drain_timeout_s: float = Field(default=10.0, description="How long a shutdown waits for a log that is away.")
    max_permission_checks: int = Field(default=64, description="Asked at once after a touch; a cache answers at once.")
    permission_timeout_s: float = Field(default=2.0, description="An answer that takes longer is taken for none.")
    permission_retry_s: float = Field(default=0.1, description="First wait when there is none; doubles up to 1 s.")
    permission_keep_s: float = Field(
        default=900.0, description="DESIGN 11: an answer is asked for anew after 15 minutes, also if nothing is heard."
    )
    token_beat_s: float = Field(default=1.0, description="How often tokens are looked at: so late a session may end.")
    token_warning_s: float = Field(default=60.0, description="Time enough to fetch a new token, and to try again.")
    project_presence_interval_s: float = Field(default=0.5, description="As ordered: at most two frames a second.")
    log_retry_s: float = Field(default=0.2, description="First wait when the log is away; doubles up to 5 s.")
