"""The document service: metadata, content, and the log of operations, which is the one truth."""
