-- Whether the project service knows where a document is. What nobody told it yet, documents made before there was one
-- included, is found by the index and told.

ALTER TABLE document.documents ADD COLUMN place_told boolean NOT NULL DEFAULT false;

COMMENT ON COLUMN document.documents.place_told IS
    'Whether the project service was told `project` and `folder` as they are.';

CREATE INDEX documents_untold ON document.documents (document_key) WHERE NOT place_told;
