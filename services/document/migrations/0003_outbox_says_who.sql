-- Events tell who did what. Of operations the log knows it; what was said of a document, and that it was, nothing else
-- keeps.

ALTER TABLE document.outbox
    ADD COLUMN actor   text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN details jsonb NOT NULL DEFAULT '{}';

COMMENT ON COLUMN document.outbox.actor IS 'The subject of who did it; empty of operations, and where time did it.';
COMMENT ON COLUMN document.outbox.details IS
    'Of a change of metadata: `title`, `project` and `folder`, those that changed, each as [before, after]. Of a purge: '
    '`document`, `project` and `folder`, by name: soon nothing else knows them. Of a version: `version`, its id, and '
    '`kind`, as in document_versions.';
