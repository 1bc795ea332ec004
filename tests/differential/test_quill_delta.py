"""ot/ behaves as quill-delta 5, operation by operation, on tens of thousands of random cases.

The seed is printed; SHOAL_SEED=<seed> repeats a run. Needs Node; without it the test is skipped, but not in CI.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ot.compose import compose
from ot.diff import diff
from ot.document import Document, apply
from ot.invert import invert
from ot.operation import Operation
from ot.transform import transform, transform_position
from tests.differential.cases import Cases

HERE = Path(__file__).parent
CASES_OF_A_KIND = 3_000

Case = dict[str, Any]


def operation(delta: list[dict[str, Any]]) -> Operation:
    return Operation.from_delta(delta)


def document(case: Case) -> Document:
    return Document.from_delta(case["document"])


def difference(case: Case) -> Any:
    """What our diff does, seen on the document."""
    before = document(case)
    after = apply(before, operation(case["a"]))
    return apply(before, diff(before, after)).to_delta()


def canonical_json(case: Case) -> Any:
    ours = document(case)
    return [ours.canonical_json().decode(), ours.hash().hex()]


OURS: dict[str, Callable[[Case], Any]] = {
    "canonicalise": lambda case: operation(case["a"]).to_delta(),
    "apply": lambda case: apply(document(case), operation(case["a"])).to_delta(),
    "compose": lambda case: compose(operation(case["a"]), operation(case["b"])).to_delta(),
    "transform": lambda case: transform(operation(case["a"]), operation(case["b"]), first=case["first"]).to_delta(),
    "transformPosition": lambda case: transform_position(case["position"], operation(case["a"]), first=case["first"]),
    "invert": lambda case: invert(operation(case["a"]), document(case)).to_delta(),
    "diff": difference,
    "canonicalJson": canonical_json,
}


@pytest.fixture(scope="session")
def node() -> str:
    """Node, with quill-delta installed beside the oracle."""
    found = shutil.which("node")
    npm = shutil.which("npm")
    if found is None or npm is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Node is missing, and in CI the comparison with quill-delta must run")
        pytest.skip("Node is missing")
    if not (HERE / "node_modules" / "quill-delta").is_dir():
        subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=HERE, check=True, capture_output=True)
    return found


@pytest.fixture(scope="session")
def seed() -> int:
    return int(os.environ.get("SHOAL_SEED") or random.SystemRandom().randrange(2**32))


def ask(node: str, cases: list[Case]) -> list[Any]:
    """quill-delta's answers to `cases`."""
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    done = subprocess.run(
        [node, "oracle.mjs"],
        cwd=HERE,
        input=lines,
        capture_output=True,
        check=True,
        text=True,
        encoding="utf-8",
    )
    answers = [json.loads(line) for line in done.stdout.split("\n") if line]
    assert len(answers) == len(cases)
    return answers


def as_javascript(value: Any) -> Any:
    """`value` such that Python's equality is JavaScript's: True is not 1, numbers are doubles."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return ("constant", value)
    if isinstance(value, int | float):
        return ("number", float(value))
    if isinstance(value, list):
        return [as_javascript(item) for item in value]
    return {key: as_javascript(item) for key, item in value.items()}


def with_followers(cases: Cases, kind: str) -> list[Case]:
    """Cases of one kind. An operation that follows another is made for the document as the first one leaves it."""
    made = [cases.case(kind) for _ in range(CASES_OF_A_KIND)]
    if kind == "compose":
        for case in made:
            after = apply(document(case), operation(case["a"]))
            case["b"] = cases.operation(after.to_delta())
    return made


@pytest.mark.parametrize("kind", OURS)
def test_behaviour_equals_quill_delta(kind: str, node: str, seed: int) -> None:
    print(f"SHOAL_SEED={seed}")
    cases = with_followers(Cases(seed + list(OURS).index(kind)), kind)
    for case, answer in zip(cases, ask(node, cases), strict=True):
        assert "answer" in answer, (seed, case, answer)
        ours = OURS[kind](case)
        assert as_javascript(ours) == as_javascript(answer["answer"]), f"SHOAL_SEED={seed} {json.dumps(case)}"
