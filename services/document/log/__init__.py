"""The log of operations: how it is written, and how contents are found in it."""
