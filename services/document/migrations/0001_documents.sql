-- Documents, their operations, sites and checkpoints, and the outbox.
--
-- A document is known by a number here and by its text id outside: the number is in every row of every table.
-- Columns stand widest first, so that no byte goes to alignment; an operation costs about 110 bytes beyond its payload,
-- its index entry included.

CREATE TABLE document.documents (
    document_key         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    head_revision        bigint NOT NULL DEFAULT 0,
    checkpoint_revision  bigint NOT NULL DEFAULT 0,
    uncheckpointed_bytes bigint NOT NULL DEFAULT 0,
    create_time          timestamptz NOT NULL DEFAULT now(),
    update_time          timestamptz NOT NULL DEFAULT now(),
    listed_time          timestamptz NOT NULL DEFAULT now(),
    type                 smallint NOT NULL,
    id                   text COLLATE "C" NOT NULL UNIQUE,
    title                text NOT NULL,
    creator              text NOT NULL
) WITH (fillfactor = 50);

COMMENT ON COLUMN document.documents.listed_time IS
    'Follows update_time within seconds. Every append moves head_revision and update_time; were one of them indexed, no '
    'append could be a HOT update, and each would write every index of this table. Lists are in the order of this one, '
    'which housekeeping moves, at most once an interval for each document that changed.';

CREATE INDEX documents_listed ON document.documents (listed_time DESC, document_key DESC);

-- Who writes in which document, and how far they got: the permanent row behind "exactly once". An operation names its
-- site by site_key alone; the author belongs to the site.
CREATE SEQUENCE document.site_keys CACHE 32;

CREATE TABLE document.document_sites (
    document_key  bigint NOT NULL REFERENCES document.documents,
    site_key      bigint PRIMARY KEY,
    last_sequence bigint NOT NULL,
    last_revision bigint NOT NULL,
    site          text COLLATE "C" NOT NULL,
    author        text COLLATE "C" NOT NULL,
    UNIQUE (document_key, site)
) WITH (fillfactor = 70);

-- The log. No unique index is possible on a partitioned table without applied_at in it: that a revision is there once
-- rests on the compare-and-set of documents.head_revision. The index ascends, since entries then arrive at the end of
-- each document's run and pages split where they are full; it is read in both directions.
CREATE TABLE document.document_operations (
    applied_at    timestamptz NOT NULL,
    document_key  bigint NOT NULL,
    revision      bigint NOT NULL,
    site_key      bigint NOT NULL,
    site_sequence bigint NOT NULL,
    base_revision bigint NOT NULL,
    operation     bytea NOT NULL,
    agent         text
) PARTITION BY RANGE (applied_at);

CREATE INDEX document_operations_revision ON document.document_operations (document_key, revision);

CREATE TABLE document.document_operations_default PARTITION OF document.document_operations DEFAULT;

-- Content is a shoal.type.v1.Content, serialised and deflated by us.
CREATE TABLE document.document_checkpoints (
    document_key bigint NOT NULL REFERENCES document.documents,
    revision     bigint NOT NULL,
    create_time  timestamptz NOT NULL DEFAULT now(),
    hash         bytea NOT NULL,
    content      bytea NOT NULL,
    attribution  bytea,
    PRIMARY KEY (document_key, revision)
);

ALTER TABLE document.document_checkpoints ALTER COLUMN content SET STORAGE EXTERNAL;

-- What happened, in the transaction in which it happened. A reader takes rows of transactions below
-- pg_snapshot_xmin(pg_current_snapshot()) only: a lower id may commit later.
CREATE TABLE document.outbox (
    id             bigint GENERATED ALWAYS AS IDENTITY (CACHE 32) PRIMARY KEY,
    txid           xid8 NOT NULL DEFAULT pg_current_xact_id(),
    created_at     timestamptz NOT NULL DEFAULT now(),
    document_key   bigint NOT NULL,
    first_revision bigint NOT NULL,
    last_revision  bigint NOT NULL,
    kind           smallint NOT NULL
);

COMMENT ON COLUMN document.outbox.kind IS '1 = operations first_revision to last_revision were committed.';
