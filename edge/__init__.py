"""The edge: what browsers talk to. Knows the contracts and no service."""
