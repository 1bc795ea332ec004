"""Faults of the document service that callers meet, and what its own log may say of their causes."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import grpc

from mesh.database import is_connection_lost
from mesh.faults import Fault, Internal, LogUnavailable, Reason


class DocumentAlreadyExists(Fault):
    """A document of this name exists."""

    code, reason = grpc.StatusCode.ALREADY_EXISTS, Reason.ERROR_REASON_DOCUMENT_ALREADY_EXISTS

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} exists already", document=name)


class DocumentNotDeleted(Fault):
    """Only what is in the trash can be taken out of it, or purged."""

    code, reason = grpc.StatusCode.FAILED_PRECONDITION, Reason.ERROR_REASON_DOCUMENT_NOT_DELETED

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not deleted", document=name)


class EtagMismatch(Fault):
    """The metadata changed since the caller saw it."""

    code, reason = grpc.StatusCode.ABORTED, Reason.ERROR_REASON_ETAG_MISMATCH

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} was changed since; get it and try again", document=name)


class NotATemplate(Fault):
    """The document named as template is not marked as one."""

    code, reason = grpc.StatusCode.FAILED_PRECONDITION, Reason.ERROR_REASON_NOT_A_TEMPLATE

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not marked as a template", document=name)


class HistoryArchived(Fault):
    """What was asked for lies before the operations that this database still has."""

    code, reason = grpc.StatusCode.OUT_OF_RANGE, Reason.ERROR_REASON_HISTORY_ARCHIVED

    def __init__(self, name: str, first_revision: int) -> None:
        super().__init__(
            f"the history of {name} before revision {first_revision} was taken out of the database",
            document=name,
            first_revision=first_revision,
        )


class HistoryBroken(Internal):
    """The log or an attribution is not what it can be; the caller learns where, and no wrong answer."""

    def __init__(self, name: str, revision: int) -> None:
        super().__init__(f"the history of {name} is broken at revision {revision}", document=name, revision=revision)


class VersionNotFound(Fault):
    """The document has no version of this name."""

    code, reason = grpc.StatusCode.NOT_FOUND, Reason.ERROR_REASON_VERSION_NOT_FOUND

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} does not exist", version=name)


class InvalidHistory(Fault):
    """A history file is not one, or not whole; `line` counts from 1. What is wrong is said without the file's text."""

    code, reason = grpc.StatusCode.INVALID_ARGUMENT, Reason.ERROR_REASON_INVALID_HISTORY

    def __init__(self, line: int, wrong: str) -> None:
        super().__init__(f"line {line}: {wrong}", line=line)


class CollabUnavailable(LogUnavailable):
    """The service that takes edits cannot be reached; whether this one was taken, the same `request_id` will tell."""

    def __init__(self) -> None:
        super().__init__("collab cannot be reached; try again, with the same request_id")


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
