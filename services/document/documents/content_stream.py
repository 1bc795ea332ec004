"""Content on its way to a caller: in the form asked for, in parts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from mesh.wire import content_parts
from ot.document import Document
from services.document import convert
from services.document.formats import Format, render
from shoal.document.v1 import document_pb2 as pb

_THREAD_LENGTH = 16 * 1024
"""UTF-16 units; past it writing a document down takes milliseconds, and a thread does it."""
_AS_MESSAGES = (pb.ContentFormat.CONTENT_FORMAT_UNSPECIFIED, pb.ContentFormat.CONTENT_FORMAT_DELTA)


async def content_responses(
    revision: int, document: Document, form: pb.ContentFormat, *, plain_text: bool
) -> AsyncIterator[pb.GetContentResponse]:
    """Yield a document's content in the form asked for, in parts; the last part has the hash. Raises InvalidField.

    The document must not be changed meanwhile.
    """
    wanted = None if form in _AS_MESSAGES else convert.format_of(form)
    if document.length > _THREAD_LENGTH:
        parts = await asyncio.to_thread(_parts, revision, document, wanted, plain_text)
    else:
        parts = _parts(revision, document, wanted, plain_text)
    for part in parts:
        yield part


def _parts(revision: int, document: Document, form: Format | None, plain_text: bool) -> list[pb.GetContentResponse]:
    if form is None:
        parts = [pb.GetContentResponse(revision=revision, content=part) for part in content_parts(document)]
    else:
        text = render(document, form, plain_text=plain_text)
        parts = [pb.GetContentResponse(revision=revision, text=part) for part in convert.text_parts(text)]
    parts[-1].hash = document.hash()
    return parts
