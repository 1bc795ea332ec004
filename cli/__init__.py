"""The `shoal` command: the one place that may compose everything."""
