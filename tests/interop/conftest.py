"""A running Shoal for the clients that nobody here wrote."""

from tests.system.conftest import shoal

__all__ = ["shoal"]
