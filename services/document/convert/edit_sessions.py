"""Operations of the log as edits, and edit sessions as messages."""

from __future__ import annotations

from ot.operation import utf16_length
from services.document.history.edit_sessions import Edit, EditSession
from services.document.store.edit_sessions import WrittenRow
from shoal.document.v1 import history_pb2
from shoal.type.v1 import operation_pb2


def edit_of(row: WrittenRow) -> Edit:
    """Return how much an operation moved. It is not read further: this runs for every operation there is."""
    inserted = deleted = 0
    for component in operation_pb2.Operation.FromString(row.operation).components:
        if text := component.insert:
            inserted += utf16_length(text)
        elif component.HasField("embed"):
            inserted += 1
        else:
            deleted += component.delete
    return Edit(row.revision, row.time, row.author, row.agent or "", inserted, deleted)


def edit_session_to_proto(session: EditSession) -> history_pb2.EditSession:
    """Return the message of an edit session."""
    message = history_pb2.EditSession(
        first_revision=session.first_revision,
        last_revision=session.last_revision,
        contributions=[history_pb2.Contribution(**each._asdict()) for each in session.contributions],
    )
    message.start_time.FromDatetime(session.start_time)
    message.end_time.FromDatetime(session.end_time)
    return message
