"""The browser's client on a bad network: several of them, in Node, against a real Shoal.

The run itself is edge/web/client/chaos. SHOAL_SEED repeats one; the seed is printed.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import need
from tests.system.shoal import ROOT, ShoalProcess

pytestmark = pytest.mark.slow
WRITERS = ["Ada", "Bob", "Eve", "Ivo"]


def test_browser_clients_over_a_bad_network_end_with_the_servers_text_and_each_character_once(
    shoal: ShoalProcess, tmp_path: Path
) -> None:
    need(shutil.which("npx") is not None and (ROOT / "edge/web/node_modules/vitest").exists(), "Node and its packages")
    name = shoal.command("create", "--title", "Chaos", "--type", "plain_text").stdout.strip()
    tokens = {f"users/{who.lower()}": shoal.command("token", "--as", who).stdout.strip() for who in WRITERS}
    seed = os.environ.get("SHOAL_SEED") or str(random.SystemRandom().randrange(2**31))
    result = tmp_path / "result.json"
    run = subprocess.run(
        ["npx", "vitest", "run", "--config", "client/chaos/vitest.config.ts"],
        cwd=ROOT / "edge/web",
        env=os.environ
        | {
            "SHOAL_URL": shoal.url,
            "SHOAL_TOKENS": json.dumps(tokens),
            "SHOAL_DOCUMENT": name,
            "SHOAL_RESULT": str(result),
            "SHOAL_SEED": seed,
        },
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    print(f"SHOAL_SEED={seed}", run.stdout[-6000:], run.stderr[-3000:])
    assert run.returncode == 0
    reached = json.loads(result.read_text())
    assert shoal.command("cat", name).stdout == reached["text"]
    assert json.loads(shoal.command("show", name, "--json").stdout)["head_revision"] == reached["revision"]
