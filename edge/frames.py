"""Frames as bytes: what lets one encoding serve every socket.

Owns the peeking into encoded frames and the building of WebSocket frames. Pure. Contract: proto/shoal/collab/v1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from google.protobuf import json_format

from mesh import faults
from shoal.collab.v1 import collab_pb2 as pb

_FRAMES_TAG = 0x0A
"""`CollaborateResponse.frames`, field 1, length-delimited."""
_ROOM_TAG = 0x08
"""`ServerFrame.room`, field 1, varint: encoders write fields in order, so a room frame begins with it."""
_TEXT, _BINARY = 0x81, 0x82


@dataclass(frozen=True, slots=True)
class RawFrame:
    """One frame of a response: `encoded` is it with its tag and length, so joined frames are a response again."""

    room: int
    encoded: bytes
    body_start: int

    def parse(self) -> pb.ServerFrame:
        """Return the frame's message."""
        return pb.ServerFrame.FromString(self.encoded[self.body_start :])


def split(response: bytes) -> Iterator[RawFrame]:
    """Yield the frames of an encoded CollaborateResponse. Falls back to a full parse on an unexpected encoding."""
    position, end = 0, len(response)
    while position < end:
        if response[position] != _FRAMES_TAG:
            yield from _split_by_parsing(response[position:])
            return
        size, body = _varint(response, position + 1)
        room = 0
        if size and response[body] == _ROOM_TAG:
            room, _ = _varint(response, body + 1)
        yield RawFrame(room, response[position : body + size], body - position)
        position = body + size


def _split_by_parsing(response: bytes) -> Iterator[RawFrame]:
    for frame in pb.CollaborateResponse.FromString(response).frames:
        encoded = encode(frame)
        yield RawFrame(frame.room, encoded, _varint(encoded, 1)[1])


def _varint(data: bytes, position: int) -> tuple[int, int]:
    """Return the number at `position`, and where it ends."""
    value = data[position]
    if value < 0x80:
        return value, position + 1
    value &= 0x7F
    shift = 7
    while True:
        position += 1
        byte = data[position]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position + 1
        shift += 7


def encode(frame: pb.ServerFrame) -> bytes:
    """Return a response of one frame, encoded."""
    return pb.CollaborateResponse(frames=[frame]).SerializeToString()


def stream_fault(fault: faults.Fault, session: int = 0) -> pb.ServerFrame:
    """Return the frame that tells a socket of a fault."""
    return pb.ServerFrame(session=session, stream_fault=pb.StreamFault(fault=faults.to_proto(fault)))


def binary_message(response: bytes) -> bytes:
    """Return one whole unmasked binary WebSocket frame."""
    return _websocket_frame(_BINARY, response)


def text_message(response: bytes) -> bytes:
    """Return one whole unmasked text WebSocket frame with the response in proto3 JSON."""
    return _websocket_frame(_TEXT, to_json(response).encode())


def to_json(response: bytes) -> str:
    """Return an encoded response in proto3 JSON."""
    return json_format.MessageToJson(pb.CollaborateResponse.FromString(response), indent=None)


def _websocket_frame(opcode: int, payload: bytes) -> bytes:
    size = len(payload)
    if size < 126:
        return bytes((opcode, size)) + payload
    if size < 65536:
        return bytes((opcode, 126)) + size.to_bytes(2, "big") + payload
    return bytes((opcode, 127)) + size.to_bytes(8, "big") + payload
