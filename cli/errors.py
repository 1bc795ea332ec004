"""Expected failures: what a person at a terminal is told in one line, without a traceback.

Owns the type and how faults and lost servers read. Anything else that escapes a verb is our mistake, shown whole.
"""

from __future__ import annotations

import grpc

from mesh import faults
from shoal.error.v1 import error_pb2

_PREFIX = "ERROR_REASON_"


class Failed(Exception):
    """The verb could not do what was asked; the message is one sentence for the person who asked. Exit code 1."""


def failed_call(error: grpc.aio.AioRpcError, address: str) -> Failed:
    """Return what to say about a call that did not succeed."""
    if error.code() is grpc.StatusCode.UNAVAILABLE and not _explained(error):
        return Failed(f"no Shoal answers at {address}; is `shoal up` running?")
    return failed_fault(faults.to_proto(faults.from_rpc_error(error)))


def failed_fault(fault: error_pb2.Fault) -> Failed:
    """Return what to say about a refusal of the server."""
    reason = error_pb2.ErrorReason.Name(fault.reason).removeprefix(_PREFIX)
    return Failed(f"{fault.message} ({reason})")


def _explained(error: grpc.aio.AioRpcError) -> bool:
    return any(key == "grpc-status-details-bin" for key, _ in error.trailing_metadata() or ())
