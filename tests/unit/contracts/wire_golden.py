"""The golden frames of wire_golden.txt: reading them, and writing the bytes of new ones (`--update`).

`--update` gives bytes to the cases that have none. It never changes bytes that are there: what is on the wire is
promised to clients; a case whose bytes no longer fit its JSON is a test that fails.
"""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from google.protobuf import descriptor_pool, json_format, message_factory
from google.protobuf.message import Message

FILE = Path(__file__).with_name("wire_golden.txt")
_BYTES_A_LINE = 57
_CASE = "== "


@dataclass(frozen=True, slots=True)
class Golden:
    """One case: what a message is called, says, and is on the wire; `wire` is None until it was written."""

    title: str
    type: str
    json: Any
    wire: bytes | None

    def new(self) -> Message:
        """Return an empty message of its type."""
        descriptor = descriptor_pool.Default().FindMessageTypeByName(self.type)
        return message_factory.GetMessageClass(descriptor)()

    def encoded(self) -> bytes:
        """Return the bytes that its JSON is."""
        return encode(json_format.ParseDict(self.json, self.new()))


def encode(message: Message) -> bytes:
    """Return the bytes of a message: fields by number, maps by key."""
    return message.SerializeToString(deterministic=True)


def read(text: str) -> list[Golden]:
    """Return the cases of a golden file. Raises KeyError when one has no type or no json."""
    return [_read_case(part) for part in text.split(f"\n{_CASE}")[1:]]


def _read_case(part: str) -> Golden:
    title, *lines = part.rstrip().split("\n")
    fields: dict[str, str] = {}
    key = ""
    for line in lines:
        if not line.startswith(" "):
            key, _, line = line.partition(" ")
        fields[key] = fields.get(key, "") + line.strip()
    wire = bytes.fromhex(fields["wire"]) if "wire" in fields else None
    return Golden(title, fields["type"], json.loads(fields["json"]), wire)


def update(text: str) -> str:
    """Return the file with bytes for every case that had none."""
    introduction, *parts = text.split(f"\n{_CASE}")
    written = [introduction]
    for part in parts:
        case = _read_case(part)
        if case.wire is None:
            lines = textwrap.wrap(case.encoded().hex(), 2 * _BYTES_A_LINE)
            part = part.rstrip() + "\nwire " + "\n     ".join(lines) + "\n"
        written.append(part)
    return f"\n{_CASE}".join(written)


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true", help="write the bytes of cases that have none")
    if not parser.parse_args().update:
        parser.print_help()
        return 1
    FILE.write_text(update(FILE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "gen"))
    from shoal.collab.v1 import collab_pb2  # noqa: F401 -- its messages are then in the pool

    sys.exit(main())
