"""What docs/contracts.md tells partners about errors is what the code does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module

from mesh.faults import Fault, Reason
from tests.unit.contracts.generated import ROOT

PAGE = (ROOT / "docs" / "contracts.md").read_text(encoding="utf-8")
REASON = re.compile(r"`([A-Z]+(?:_[A-Z]+)+)`")
OTHER_WORDS = {"INVALID_ARGUMENT", "NOT_FOUND", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED", "PERMISSION_INTERNAL"}
"""Codes, and a permission."""


def test_the_page_names_every_reason_that_may_be_tried_again() -> None:
    rows = [line.strip("|").split("|") for line in PAGE.splitlines() if re.match(r"\| [A-Z_]{5,}[ ,]", line)]
    shown = {(row[0].strip().split(",")[0], row[1].strip()) for row in rows}
    kept = {(fault.reason, fault.code.name) for fault in faults(Fault) if fault.retry_after_ms}
    assert shown == {(Reason.Name(reason).removeprefix("ERROR_REASON_"), code) for reason, code in kept}


def test_the_reasons_it_names_are_in_the_catalogue() -> None:
    named = set(REASON.findall(PAGE.partition("## Errors")[2])) - OTHER_WORDS
    assert named
    assert {f"ERROR_REASON_{each}" for each in named} <= set(Reason.keys())


def faults(base: type[Fault]) -> Iterator[type[Fault]]:
    """Every kind of fault that the services have."""
    for path in sorted([*ROOT.glob("mesh/*.py"), *ROOT.glob("services/*/errors.py")]):
        import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    yield from subclasses(base)


def subclasses(base: type[Fault]) -> Iterator[type[Fault]]:
    for each in base.__subclasses__():
        yield each
        yield from subclasses(each)
