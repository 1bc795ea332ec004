"""The recorded steps of clients: `ot.client` still takes them, and the file is what the recorder writes.

The browser's client replays the same file: edge/web/client/test/vectors.test.ts.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from ot.client import Client
from ot.document import Document
from ot.operation import Operation
from tests.vectors import record

VECTORS = json.loads(record.PATH.read_text(encoding="utf-8"))


def take(client: Client, step: dict[str, Any]) -> Operation | None:
    """Do a step; returns what it changes in the view beside one's own edits."""
    match step["do"]:
        case "edit":
            client.edit(Operation.from_delta(step["operation"]))
        case "take_flight":
            flight = client.take_flight(step["max_operations"])
            assert flight is not None
            assert flight.first_site_sequence == step["first_site_sequence"]
        case "resend":
            flight = client.resend()
            assert flight is not None
            assert flight.first_site_sequence == step["first_site_sequence"]
            assert [operation.to_delta() for operation in flight.operations] == step["operations"]
        case "receive":
            operation = Operation.from_delta(step["operation"])
            return client.receive(step["revision"], step["site"], step["site_sequence"], operation)
        case "refuse":
            return client.refuse(step["first_site_sequence"]).removal
    return None


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: f"{case['session']}-{case['site']}")
def test_a_recorded_client_holds_the_same_after_every_step(case: dict[str, Any]) -> None:
    client = Client(0, Document.from_delta(case["content"]), site=case["site"])
    for step in case["steps"]:
        change = take(client, step)
        assert client.document is not None
        assert {
            "revision": client.revision,
            "pending": [operation.to_delta() for operation in client.pending],
            "view": client.document.to_delta(),
            "change": change.to_delta() if change else [],
        } == step["then"]


def test_the_clients_of_a_recorded_session_end_with_one_text() -> None:
    ends: dict[int, set[str]] = {}
    for case in VECTORS["cases"]:
        ends.setdefault(case["session"], set()).add(json.dumps(case["steps"][-1]["then"]["view"], sort_keys=True))
    assert all(len(texts) == 1 for texts in ends.values())


def test_the_record_has_every_kind_of_step_more_than_once() -> None:
    counts = Counter(step["do"] for case in VECTORS["cases"] for step in case["steps"])
    assert min(counts[kind] for kind in ("edit", "take_flight", "resend", "receive", "refuse")) > 1


def test_the_file_is_what_the_recorder_writes() -> None:
    assert record.encoded(record.record()) == record.PATH.read_text(encoding="utf-8")
