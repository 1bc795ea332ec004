"""The doctor: a database checked against its log."""
