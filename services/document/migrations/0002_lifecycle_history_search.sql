-- Where documents belong and how they end; versions, sessions of work, the search index, and who reads the outbox.

ALTER TABLE document.documents
    ADD COLUMN project     text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN folder      text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN labels      jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN language    text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN template    boolean NOT NULL DEFAULT false,
    ADD COLUMN generation  bigint NOT NULL DEFAULT 1,
    ADD COLUMN delete_time timestamptz,
    ADD COLUMN expire_time timestamptz,
    ADD COLUMN first_revision      bigint NOT NULL DEFAULT 0,
    ADD COLUMN first_revision_time timestamptz,
    ADD COLUMN state       smallint NOT NULL DEFAULT 0;

COMMENT ON COLUMN document.documents.generation IS 'Counts changes of metadata; the etag is made of it.';
COMMENT ON COLUMN document.documents.state IS
    '0 = there; 1 = being imported, seen by nobody yet; 2 = purged, seen by nobody any more, being erased.';

COMMENT ON COLUMN document.documents.first_revision IS
    'Operations up to this one may have left the log with a partition that was detached. There is a checkpoint at it, '
    'from which all later revisions are made. 0 = all are there.';
COMMENT ON COLUMN document.documents.first_revision_time IS
    'When that revision was committed: what was said before is not known here. NULL = all is.';

CREATE INDEX documents_in_project ON document.documents (project, listed_time DESC, document_key DESC)
    WHERE project <> '';
CREATE INDEX documents_created ON document.documents (create_time DESC, document_key DESC);
CREATE INDEX documents_titled ON document.documents (title, document_key);
CREATE INDEX documents_expiring ON document.documents (expire_time) WHERE expire_time IS NOT NULL OR state <> 0;

-- Marks at revisions.
CREATE TABLE document.document_versions (
    version_key   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    document_key  bigint NOT NULL REFERENCES document.documents,
    revision      bigint NOT NULL,
    create_time   timestamptz NOT NULL DEFAULT now(),
    revision_time timestamptz NOT NULL,
    kind          smallint NOT NULL,
    id            text COLLATE "C" NOT NULL,
    title         text NOT NULL,
    description   text NOT NULL,
    creator       text NOT NULL,
    UNIQUE (document_key, id)
);

COMMENT ON COLUMN document.document_versions.kind IS 'As shoal.document.v1.VersionKind.';
CREATE INDEX document_versions_newest ON document.document_versions (document_key, revision DESC, version_key DESC);
CREATE UNIQUE INDEX document_versions_automatic ON document.document_versions (document_key, revision) WHERE kind = 2;

-- Derived from the log: what stands from here on can be made anew from it at any time.

-- Sessions of work: stretches of history without a long pause. `contributions` is a list of
-- {author, agent, operations, inserted, deleted}.
CREATE TABLE document.document_edit_sessions (
    document_key   bigint NOT NULL REFERENCES document.documents,
    first_revision bigint NOT NULL,
    last_revision  bigint NOT NULL,
    start_time     timestamptz NOT NULL,
    end_time       timestamptz NOT NULL,
    contributions  jsonb NOT NULL,
    PRIMARY KEY (document_key, first_revision)
);

-- What search looks at. `revision` and `generation` are the content and the metadata it is of; generation -1: none of it,
-- the document is in the trash. `sessions_revision` is how far the edit sessions have followed the log: they move on
-- with it, in one statement, so that no operation is counted twice.
CREATE TABLE document.document_search (
    document_key      bigint PRIMARY KEY REFERENCES document.documents,
    revision          bigint NOT NULL,
    generation        bigint NOT NULL,
    sessions_revision bigint NOT NULL,
    language          regconfig NOT NULL,
    project           text COLLATE "C" NOT NULL,
    title             text NOT NULL,
    body              text NOT NULL,
    terms             tsvector NOT NULL
) WITH (fillfactor = 80);

-- Where btree_gin is there, the service puts one by (project, terms) in its place.
CREATE INDEX document_search_terms ON document.document_search USING gin (terms);
CREATE INDEX document_search_languages ON document.document_search (language);

-- Readers of the outbox: each has read every row of transactions below `read_up_to`.
CREATE TABLE document.outbox_readers (
    name       text PRIMARY KEY,
    read_up_to xid8 NOT NULL,
    read_time  timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX outbox_by_transaction ON document.outbox (txid, id);

COMMENT ON COLUMN document.outbox.kind IS
    '1 = operations first_revision to last_revision were committed; else first_revision = last_revision = the head, and '
    '2 = created, 3 = metadata changed, 4 = deleted, 5 = undeleted, 6 = purged, 7 = version made, 8 = restored.';

-- It is deflated by us, as content is.
ALTER TABLE document.document_checkpoints ALTER COLUMN attribution SET STORAGE EXTERNAL;
