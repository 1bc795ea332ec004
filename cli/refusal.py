"""Refusals in full: everything a server says of why it did not do what `shoal call` asked.

Owns how a google.rpc.Status reads on stderr: its code and message, its reason and facts, each violated field, when to
try again, and the request's id. The other verbs say one sentence: cli/errors.py.
"""

from __future__ import annotations

from collections.abc import Iterator

import grpc
from google.protobuf import json_format
from google.protobuf.any_pb2 import Any
from google.rpc import error_details_pb2, status_pb2

from cli.errors import Failed

_DETAILS = "grpc-status-details-bin"
_REQUEST_ID = "x-request-id"


def refused(error: grpc.aio.AioRpcError) -> Failed:
    """Return all that is known of a call that did not succeed, a line for each thing."""
    trailing = dict(error.trailing_metadata() or ())
    lines = [f"{error.code().name}: {error.details() or 'no more is known'}"]
    request_ids = [str(trailing[_REQUEST_ID])] if _REQUEST_ID in trailing else []
    if isinstance(details := trailing.get(_DETAILS), bytes):
        for detail in status_pb2.Status.FromString(details).details:
            told = list(_told(detail))
            (request_ids if detail.Is(error_details_pb2.RequestInfo.DESCRIPTOR) else lines).extend(told)
    return Failed("\n  ".join([*lines, *(f"request id: {each}" for each in dict.fromkeys(request_ids))]))


def _told(detail: Any) -> Iterator[str]:
    info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    retry, request = error_details_pb2.RetryInfo(), error_details_pb2.RequestInfo()
    if detail.Unpack(info):
        yield f"reason: {info.reason}"
        yield from (f"{key}: {value}" for key, value in sorted(info.metadata.items()))
    elif detail.Unpack(bad):
        yield from (f"field {each.field}: {each.description}" for each in bad.field_violations)
    elif detail.Unpack(retry):
        yield f"try again after: {retry.retry_delay.ToJsonString()}"
    elif detail.Unpack(request):
        yield request.request_id
    else:
        yield _unknown(detail)


def _unknown(detail: Any) -> str:
    try:
        return json_format.MessageToJson(detail, indent=None)
    except (TypeError, json_format.Error):  # of a contract that this installation does not have
        return f"more: {detail.type_url}"
