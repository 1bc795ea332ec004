"""What all modules of the store share: the schema's name, and the keys of its advisory locks."""

SCHEMA = "document"

LOCK_SPACE = 0x53484F42
"""First half of the keys of our advisory locks: "SHOB"."""
