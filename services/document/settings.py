"""Settings of the document service, each number with its reason. Prefix SHOAL_DOCUMENT_."""

from __future__ import annotations

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from mesh.settings import FrozenSettings


class DocumentSettings(FrozenSettings):
    """How documents are stored, committed, checkpointed and kept."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_prefix="SHOAL_DOCUMENT_")

    database_url: SecretStr = Field(
        default=SecretStr("postgresql:///shoal"), description="Where the schema `document` is; may hold a password."
    )
    pool_size: int = Field(default=100, ge=4, description="DESIGN 11; one a lane, the rest for reads.")
    pool_idle_s: float = Field(default=300.0, gt=0, description="DESIGN 11: an idle connection costs the server 5 MB.")
    connect_timeout_s: float = Field(default=30.0, gt=0, description="DESIGN 11.")
    statement_timeout_s: float = Field(
        default=30.0, gt=0, description="Nothing of ours takes a second; past this something is wrong."
    )

    commit_lanes: int = Field(
        default=1,
        ge=1,
        le=16,
        description="Connections that append. One does 30,000 op/s and more; a second mostly adds commits to wait for.",
    )
    max_statement_operations: int = Field(
        default=2000, ge=1, description="500 take 4 ms, 2,000 about 15: longer ones only add waiting."
    )
    max_statement_bytes: int = Field(default=1024 * 1024, ge=1, description="The same bound for large operations.")
    max_queued_operations: int = Field(
        default=50_000, ge=1, description="About two seconds of the fastest log; past it the caller must hold back."
    )
    max_queued_bytes: int = Field(default=64 * 1024 * 1024, ge=1, description="What a queue may cost in memory.")
    append_timeout_s: float = Field(
        default=10.0, gt=0, description="An append past this is given up and settled by what the log then holds."
    )
    settle_s: float = Field(
        default=5.0,
        gt=0,
        description="How long a batch whose answer was lost is asked about before its caller hears LOG_UNAVAILABLE.",
    )

    checkpoint_operations: int = Field(
        default=500, ge=1, description="DESIGN 5: any revision is a checkpoint and at most this many operations."
    )
    checkpoint_bytes: int = Field(default=256 * 1024, ge=1, description="DESIGN 5: the same for large operations.")
    recent_documents: int = Field(
        default=256, ge=1, description="Contents kept as of their last checkpoint, so that the next needs no reading."
    )

    collab_target: str = Field(
        default="127.0.0.1:50051",
        description="Where collab listens for gRPC: restored and replaced content goes through it (`serve`).",
    )
    max_operation_bytes: int = Field(
        default=3 * 1024 * 1024,
        ge=1,
        description="One operation, sent to collab or read from a history file; as SHOAL_COLLAB_MAX_SUBMIT_BYTES.",
    )
    max_history_line_bytes: int = Field(
        default=24 * 1024 * 1024,
        ge=1,
        description="A line of a history file: an operation of the size above, if JSON had to escape all of it.",
    )
    max_imports: int = Field(
        default=4, ge=1, description="Histories read at once; each takes a core's time, and a document's memory."
    )
    import_wait_s: float = Field(
        default=60.0, gt=0, description="How long an import waits for the next piece before its client counts as gone."
    )

    project_target: str = Field(
        default="127.0.0.1:50053",
        description="Where the project service listens for gRPC: permissions, and the register of documents (`serve`).",
    )
    tell_places_s: float = Field(
        default=1.0, gt=0, description="How often is looked for documents that the project service was not told of."
    )

    content_cache_s: float = Field(default=300.0, gt=0, description="DESIGN 11: contents by (document, revision).")
    content_cache_units: int = Field(
        default=32 * 1024 * 1024, ge=1, description="UTF-16 code units of all contents kept: 50 to 100 MB."
    )

    partitions_ahead: int = Field(
        default=3,
        ge=1,
        le=24,
        description="Months made ahead: a service down for two finds room when it is up.",
    )
    history_months: int = Field(
        default=0,
        ge=0,
        le=1200,
        description="Whole months of operations kept besides the current one; older ones are detached. 0 = all stay.",
    )
    trash_days: int = Field(
        default=30,
        ge=1,
        le=3650,
        description="How long a deleted document can be undeleted: a month is what is missed.",
    )
    erase_interval_s: float = Field(
        default=60.0, gt=0, description="How late the trash is emptied; what is purged by hand is erased at once."
    )
    import_idle_s: float = Field(
        default=3600.0, gt=0, description="An import that added nothing for so long was cut off, and is cleared away."
    )
    outbox_days: int = Field(
        default=7, ge=1, description="Until a relay publishes them, rows tell what happened lately, and then go."
    )
    recency_interval_s: float = Field(
        default=2.0,
        gt=0,
        description="How late the order of ListDocuments may be on another node; each costs an index entry a document.",
    )

    outbox_poll_s: float = Field(
        default=0.3,
        gt=0,
        description="How late another process's change is heard of; each question costs the database 0.2 ms.",
    )
    watch_interval_s: float = Field(
        default=1.0, gt=0, description="Changes in it are one message to a watcher; with the above, within two seconds."
    )
    index_interval_s: float = Field(
        default=1.0, gt=0, description="How often a document that is written all the time is indexed, at most."
    )
    index_document_share: float = Field(
        default=0.05,
        gt=0,
        le=1,
        description="What a document may take of the time: one whose text takes 0.5 s to index is indexed every 10 s.",
    )
    index_sessions_interval_s: float = Field(
        default=10.0, gt=0, description="The same for edit sessions, which whoever asks for them leads on at once."
    )
    index_share: float = Field(
        default=0.25, gt=0, le=1, description="What indexing may take of the time: nobody who types is to feel it."
    )
    index_share_late: float = Field(
        default=0.5,
        gt=0,
        le=1,
        description="The same while it is late: a small document takes 2 ms, so that 250 a second are followed.",
    )
    search_body_characters: int = Field(
        default=1_000_000,
        ge=0,
        description="Characters of a document that are searched: PostgreSQL indexes 1 MiB of words a row.",
    )
    session_gap_s: float = Field(
        default=600.0, gt=0, description="A pause longer than this begins a new edit session: one leaves the desk."
    )
    session_max_s: float = Field(
        default=4 * 3600.0, gt=0, description="Nor is one longer than this, even where agents never pause."
    )
    version_operations: int = Field(
        default=1000, ge=1, description="An automatic version every so many operations: a page of typing."
    )
    version_minutes: float = Field(
        default=30.0, gt=0, description="And after so many minutes of work, however little was written."
    )
    versions_all_days: float = Field(
        default=1.0, ge=0, description="All automatic versions are kept for so long: what was lost today."
    )
    versions_hourly_days: float = Field(default=7.0, ge=0, description="One an hour for so long: this week's work.")
    versions_daily_days: float = Field(default=90.0, ge=0, description="One a day for so long; later one a week.")
