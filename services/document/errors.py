"""Faults of the document service that callers meet, and what its own log may say of their causes."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import grpc

from mesh.database import is_connection_lost
from mesh.faults import Fault, LogUnavailable, Reason


class DocumentAlreadyExists(Fault):
    """A document of this name exists."""

    code, reason = grpc.StatusCode.ALREADY_EXISTS, Reason.ERROR_REASON_DOCUMENT_ALREADY_EXISTS

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} exists already", document=name)


class HistoryArchived(Fault):
    """What was asked for lies before the operations that this database still has."""

    code, reason = grpc.StatusCode.OUT_OF_RANGE, Reason.ERROR_REASON_HISTORY_ARCHIVED

    def __init__(self, name: str, revision: int) -> None:
        super().__init__(f"the history of {name} at revision {revision} was taken out of the database", document=name)


class LogBusy(LogUnavailable):
    """More waits to be written than the queue holds; nothing of this batch was taken."""

    retry_after_ms = 100

    def __init__(self, queued_operations: int, queued_bytes: int) -> None:
        super().__init__("the log's queue is full", queued_operations=queued_operations, queued_bytes=queued_bytes)


@contextmanager
def reachable() -> Iterator[None]:
    """Turn a database that is away into LogUnavailable."""
    try:
        yield
    except Exception as error:
        if is_connection_lost(error):
            raise LogUnavailable("the log cannot be reached") from error
        raise


def cause_of(error: BaseException) -> dict[str, object]:
    """Return what is logged of an unexpected error: its kind and place, never its message or locals.

    The messages of drivers and databases quote values, and the values here are what people wrote.
    """
    return {
        "error": type(error).__name__,
        "sqlstate": getattr(error, "sqlstate", None),
        "at": "".join(traceback.format_tb(error.__traceback__)),
    }
