"""Plumbing that knows no document rule: faults, names, settings, identity, database, gRPC servers, health."""
