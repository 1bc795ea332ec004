"""A folder of files and a project's documents, kept the same: the parts of `shoal mirror`, `export` and `import`."""
