"""Settings of the project service, each number with its reason. Prefix SHOAL_PROJECT_."""

from __future__ import annotations

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from mesh.settings import FrozenSettings
from services.project.roles import Role


class ProjectSettings(FrozenSettings):
    """How organisations, projects and permissions are stored, and how soon a change of them is told."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_prefix="SHOAL_PROJECT_")

    database_url: SecretStr = Field(
        default=SecretStr("postgresql:///shoal"), description="Where the schema `project` is; may hold a password."
    )
    pool_size: int = Field(default=20, ge=4, description="Answers take a millisecond, changes happen one by one.")
    pool_idle_s: float = Field(default=300.0, gt=0, description="DESIGN 11: an idle connection costs the server 5 MB.")
    connect_timeout_s: float = Field(default=30.0, gt=0, description="DESIGN 11.")
    statement_timeout_s: float = Field(
        default=5.0, gt=0, description="As long as the longest deadline: past it nobody waits for the answer any more."
    )

    document_target: str = Field(
        default="127.0.0.1:50052", description="Where the document service listens: what activities tell of (`serve`)."
    )
    collab_target: str = Field(
        default="127.0.0.1:50051",
        description="Where collab listens: notifications go through it to the rooms that users have open (`serve`).",
    )

    epoch_poll_s: float = Field(
        default=0.5, gt=0, le=0.5, description="A change is told by NOTIFY at once; should one be lost, within this."
    )
    epoch_heartbeat_s: float = Field(
        default=5.0, gt=0, description="As WatchPermissions promises; a stream that hangs longer is known to be broken."
    )
    kept_changes: int = Field(
        default=1000, ge=1, description="Changes a slow watcher may be behind before it is told to drop everything."
    )
    sweep_interval_s: float = Field(
        default=0.5,
        gt=0,
        le=0.5,
        description="What a link gave is gone, on open sessions too, a second after its time.",
    )
    changes_days: int = Field(default=1, ge=1, description="Watchers read changes at once; a day helps who looks back.")
    outbox_days: int = Field(default=7, ge=1, description="As in the document service.")

    outbox_poll_s: float = Field(
        default=0.3, gt=0, description="How late activities follow what this service does; a question costs 0.2 ms."
    )
    session_pause_s: float = Field(
        default=600.0, gt=0, description="A pause longer than this begins a new activity: as edit sessions."
    )
    summary_interval_s: float = Field(
        default=300.0, gt=0, description="How old the summary of projects may be; making it anew reads a week."
    )
    activity_days: int = Field(
        default=400, ge=1, description="How long activities are kept: a year, and some to look back over its end."
    )
    notification_days: int = Field(
        default=90, ge=1, description="How long notifications are kept, read or not: what nobody read in a season."
    )
    notification_poll_s: float = Field(
        default=5.0, gt=0, description="A new one is told by NOTIFY at once; should one be lost, within this."
    )
    notification_heartbeat_s: float = Field(
        default=15.0, gt=0, description="As StreamNotifications promises; proxies end streams that are quieter."
    )

    invitation_days: int = Field(default=7, ge=1, le=30, description="How long an invitation is good unless said.")
    trust_unverified_email: bool = Field(
        default=False,
        description="Whether the e-mail address of a token without `email_verified` counts for invitations: only for "
        "issuers that send no such claim and verify all the same.",
    )
    password_checks: int = Field(
        default=2, ge=1, description="Passwords of links checked at once: each takes a core for 0.2 s, and 16 MiB."
    )
    unfiled_role: Role = Field(
        default=Role.NONE,
        description="What everybody who is signed in may do on documents in no project, besides what is granted: none, "
        "viewer, commenter or editor. `shoal up` takes editor, so that whoever has a document's address can join.",
    )
    operators: frozenset[str] = Field(
        default=frozenset(), description="Subjects who may look after the installation: PERMISSION_OPERATE."
    )

    @field_validator("unfiled_role", mode="before")
    @classmethod
    def _is_no_more_than_editor(cls, said: object) -> Role:
        roles = {role.name.lower(): role for role in Role if role <= Role.EDITOR}
        role = said if isinstance(said, Role) else roles.get(str(said).lower())
        if role is None or role > Role.EDITOR:
            raise ValueError(f"must be one of {', '.join(roles)}")
        return role
