-- Resources and what is granted on them.
--
-- Whatever alters a resource's place or anybody's permissions locks the one row of project.epoch first: such changes
-- happen one after another, so that what they rely on (an owner is left, a folder is not moved into itself, an invitation
-- is accepted once) stays true until they commit, and epochs are published in their order.

CREATE TABLE project.resources (
    resource_key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    parent_key   bigint REFERENCES project.resources,
    generation   bigint NOT NULL DEFAULT 1,
    create_time  timestamptz NOT NULL,
    kind         smallint NOT NULL CHECK (kind BETWEEN 1 AND 4),
    archived     boolean NOT NULL DEFAULT false,
    name         text COLLATE "C" NOT NULL UNIQUE,
    title        text NOT NULL DEFAULT '',
    description  text NOT NULL DEFAULT '',
    creator      text COLLATE "C" NOT NULL
);

COMMENT ON COLUMN project.resources.kind IS '1 = organisation, 2 = project, 3 = folder, 4 = document.';
COMMENT ON COLUMN project.resources.generation IS
    'Counts changes of what is said of it, the etag is made of it; of a document, the generation in the document service.';

CREATE INDEX resources_in ON project.resources (parent_key, kind);

CREATE TABLE project.custom_roles (
    role_key         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_key bigint NOT NULL REFERENCES project.resources,
    name             text COLLATE "C" NOT NULL UNIQUE,
    title            text NOT NULL,
    permissions      smallint[] NOT NULL
);

CREATE INDEX custom_roles_of ON project.custom_roles (organization_key);

CREATE TABLE project.grants (
    resource_key   bigint NOT NULL REFERENCES project.resources ON DELETE CASCADE,
    role_key       bigint REFERENCES project.custom_roles,
    create_time    timestamptz NOT NULL,
    expire_time    timestamptz,
    principal_kind smallint NOT NULL CHECK (principal_kind BETWEEN 1 AND 4),
    role           smallint NOT NULL CHECK (role BETWEEN 0 AND 5),
    principal      text COLLATE "C" NOT NULL,
    grantor        text COLLATE "C" NOT NULL,
    denied         smallint[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (resource_key, principal_kind, principal),
    CHECK (role = 0 OR role_key IS NULL)
);

COMMENT ON COLUMN project.grants.principal_kind IS
    '1 = user, by subject; 2 = group, 3 = organisation in the token, 4 = share link, each by name.';
COMMENT ON COLUMN project.grants.role IS 'As shoal.project.v1.Role.';

CREATE INDEX grants_to ON project.grants (principal_kind, principal);
CREATE INDEX grants_of_role ON project.grants (role_key) WHERE role_key IS NOT NULL;

CREATE TABLE project.groups (
    group_key        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_key bigint NOT NULL REFERENCES project.resources,
    name             text COLLATE "C" NOT NULL UNIQUE,
    title            text NOT NULL
);

CREATE INDEX groups_of ON project.groups (organization_key, title, group_key);

CREATE TABLE project.group_members (
    group_key bigint NOT NULL REFERENCES project.groups ON DELETE CASCADE,
    subject   text COLLATE "C" NOT NULL,
    PRIMARY KEY (group_key, subject)
);

CREATE INDEX group_members_subject ON project.group_members (subject);

CREATE TABLE project.group_claims (
    group_key bigint NOT NULL REFERENCES project.groups ON DELETE CASCADE,
    claim     text COLLATE "C" NOT NULL,
    PRIMARY KEY (group_key, claim)
);

CREATE INDEX group_claims_claim ON project.group_claims (claim);

-- An invitation that is accepted or revoked is gone; the audit remembers.
CREATE TABLE project.invitations (
    invitation_key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    resource_key   bigint NOT NULL REFERENCES project.resources ON DELETE CASCADE,
    role_key       bigint REFERENCES project.custom_roles,
    create_time    timestamptz NOT NULL,
    expire_time    timestamptz NOT NULL,
    role           smallint NOT NULL,
    name           text COLLATE "C" NOT NULL UNIQUE,
    email          text NOT NULL,
    inviter        text COLLATE "C" NOT NULL,
    token_hash     bytea NOT NULL
);

CREATE INDEX invitations_to ON project.invitations (resource_key, invitation_key);
CREATE INDEX invitations_expiring ON project.invitations (expire_time);
CREATE INDEX invitations_of_role ON project.invitations (role_key) WHERE role_key IS NOT NULL;

-- A link that is revoked or expired is gone, with its grant and redemptions; the audit remembers. What a link gives is a
-- row of project.grants, to the link.
CREATE TABLE project.share_links (
    link_key        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    resource_key    bigint NOT NULL REFERENCES project.resources ON DELETE CASCADE,
    create_time     timestamptz NOT NULL,
    expire_time     timestamptz,
    wrong_since     timestamptz,
    wrong_passwords int NOT NULL DEFAULT 0,
    role            smallint NOT NULL,
    name            text COLLATE "C" NOT NULL UNIQUE,
    creator         text COLLATE "C" NOT NULL,
    password        text NOT NULL DEFAULT '',
    secret_hash     bytea NOT NULL UNIQUE
);

COMMENT ON COLUMN project.share_links.password IS 'A hash that says how it was made; empty = none is needed.';

CREATE INDEX share_links_to ON project.share_links (resource_key, link_key);
CREATE INDEX share_links_expiring ON project.share_links (expire_time) WHERE expire_time IS NOT NULL;

CREATE TABLE project.link_redemptions (
    link_key bigint NOT NULL REFERENCES project.share_links ON DELETE CASCADE,
    subject  text COLLATE "C" NOT NULL,
    PRIMARY KEY (link_key, subject)
);

CREATE INDEX link_redemptions_subject ON project.link_redemptions (subject);

-- The permission epoch, and what each one touched, for those who keep answers.
CREATE TABLE project.epoch (
    one   boolean PRIMARY KEY DEFAULT true CHECK (one),
    value bigint NOT NULL
);

INSERT INTO project.epoch (value) VALUES (1);

CREATE TABLE project.permission_changes (
    epoch      bigint PRIMARY KEY,
    created_at timestamptz NOT NULL DEFAULT now(),
    subjects   text[] NOT NULL,
    resources  text[] NOT NULL
);

-- Who granted what to whom. It only grows: not even the owner of the schema changes a row without first dropping the
-- triggers.
CREATE TABLE project.audit_entries (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    create_time    timestamptz NOT NULL,
    action         smallint NOT NULL,
    principal_kind smallint NOT NULL,
    role           smallint NOT NULL,
    actor          text COLLATE "C" NOT NULL,
    resource       text COLLATE "C" NOT NULL,
    principal      text COLLATE "C" NOT NULL,
    custom_role    text COLLATE "C" NOT NULL,
    denied         smallint[] NOT NULL,
    scopes         text[] COLLATE "C" NOT NULL,
    details        jsonb NOT NULL
);

COMMENT ON COLUMN project.audit_entries.scopes IS 'The resource and all that it was in when this happened, by name.';
COMMENT ON COLUMN project.audit_entries.action IS 'As shoal.project.v1.AuditAction.';

CREATE INDEX audit_entries_scopes ON project.audit_entries USING gin (scopes);

CREATE FUNCTION project.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'project.audit_entries only grows' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER audit_entries_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON project.audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION project.refuse_change();

-- What happened, in the transaction in which it happened; read as the outbox of the document service is: rows of
-- transactions below pg_snapshot_xmin(pg_current_snapshot()) only, since a lower id may commit later.
CREATE TABLE project.outbox (
    id             bigint GENERATED ALWAYS AS IDENTITY (CACHE 32) PRIMARY KEY,
    txid           xid8 NOT NULL DEFAULT pg_current_xact_id(),
    created_at     timestamptz NOT NULL DEFAULT now(),
    kind           smallint NOT NULL,
    principal_kind smallint NOT NULL,
    role           smallint NOT NULL,
    actor          text COLLATE "C" NOT NULL,
    resource       text COLLATE "C" NOT NULL,
    principal      text COLLATE "C" NOT NULL,
    details        jsonb NOT NULL
);

COMMENT ON COLUMN project.outbox.kind IS 'As shoal.project.v1.AuditAction.';

CREATE INDEX outbox_by_transaction ON project.outbox (txid, id);

CREATE TABLE project.outbox_readers (
    name       text PRIMARY KEY,
    read_up_to xid8 NOT NULL,
    read_time  timestamptz NOT NULL DEFAULT now()
);
