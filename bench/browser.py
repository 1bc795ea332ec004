"""`python -m bench.browser`: what a person at the page waits for, in Chromium, against a Shoal of its own.

Chromium, Shoal, its database and those who type share the machine's cores, as in the targets. Targets: a page takes
keys within 1 s of a navigation with a cold cache; a document of 1 MB within 1.5 s; 50 others who type do not slow one's
own typing; no task over 100 ms while a trace comes in at 200 operations a second.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from playwright.async_api import Page
from rich.console import Console
from rich.table import Table

from bench import servers
from bench.chromium import EDITOR, KEYS, LONG_TASKS, Person, chromium, percentile
from bench.room import LoadedRoom

RUNS = 5
KEYSTROKES = 120
KEY_EVERY_MS = 80
OTHERS = 50
OTHERS_PER_S = 100
"""Operations of all the others: two keys a second each."""
MEGABYTE = 1_000_000
REPLAY_PER_S = 200
KINDS = {
    "rich text": ("rich_text", "friendsforever_flat", MEGABYTE * 9 // 10),
    # CodeMirror draws what is in sight alone.
    "plain text": ("plain_text", "rustcode", 300),
}
"""The type, the trace that is played into it, and how many characters a page has when a large document is there."""

Row = Callable[[str, str, str], None]

console = Console(stderr=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.browser", description=__doc__)
    parser.add_argument("--seconds", type=float, default=15.0, help="how long a trace is replayed")
    parser.add_argument("--traces", type=Path, default=Path("../shared/traces"), help="folder of the recorded sessions")
    arguments = parser.parse_args()
    table = Table("what", "target", "measured")
    with servers.shoal_up() as shoal:
        asyncio.run(_measure(shoal, arguments, table))
    Console().print(table)
    return 0


async def _measure(shoal: servers.RunningShoal, arguments: argparse.Namespace, table: Table) -> None:
    def row(what: str, target: str, measured: str) -> None:
        console.print(f"{what}: {measured}")
        table.add_row(what, target, measured)

    async with chromium() as browser:
        ada = await Person.sign_in(browser, f"http://localhost:{shoal.port}", "Ada")
        for kind, (type_, trace, drawn) in KINDS.items():
            small = _create(shoal, type_, "A first line.\n" * 20)
            row(f"{kind}: takes keys, cold cache", "≤ 1000 ms", await _ready(ada, _path(small), EDITOR, 200))
            large = _create(shoal, type_, _prose(MEGABYTE))
            row(f"{kind}: 1 MB opened, cold cache", "≤ 1500 ms", await _ready(ada, _path(large), EDITOR, drawn))
            row(f"{kind}: scripts, gzipped", "", f"{await ada.script_bytes(_path(small), EDITOR) / 1000:.0f} kB")
            await _typing(shoal, ada, kind, type_, row)
            path = arguments.traces / f"{trace}.json.gz"
            if path.exists():
                tasks = await _replay(shoal, ada, _create(shoal, type_, ""), path, arguments.seconds)
                row(f"{kind}: tasks over 50 ms at {REPLAY_PER_S} op/s", "none > 100 ms", tasks)
            else:
                console.print(f"{path} is not there; skipped")
        for name, path, place in (("home", "/", "[data-testid=new-document]"), ("API", "/api", ".swagger-ui .info")):
            row(f"{name} page: scripts, gzipped", "", f"{await ada.script_bytes(path, place) / 1000:.0f} kB")
        row("home page: there, cold cache", "≤ 1000 ms", await _ready(ada, "/", "[data-testid=new-document]", 0))


async def _ready(person: Person, path: str, selector: str, length: int) -> str:
    times = [await person.ready_ms(path, selector, length) for _ in range(RUNS)]
    return f"{percentile(times, 0.5):.0f} ms (worst of {RUNS}: {max(times):.0f})"


async def _typing(shoal: servers.RunningShoal, person: Person, kind: str, type_: str, row: Row) -> None:
    """Key to paint, alone and among others, in documents of 2000 characters."""
    found = {}
    for others in (0, OTHERS):
        document = _create(shoal, type_, "lorem ipsum dolor sit amet\n" * 80)
        async with person.window(KEYS, LONG_TASKS) as page, _others(shoal, document, others):
            await _open(page, person.url + _path(document))
            await page.keyboard.type("warm up, warm up", delay=KEY_EVERY_MS)
            await page.evaluate("shoalKeys.length = 0")
            await page.keyboard.type("limpets " * (KEYSTROKES // 8), delay=KEY_EVERY_MS)
            await page.wait_for_function(f"() => shoalKeys.length >= {KEYSTROKES}")
            found[others] = times = await page.evaluate("shoalKeys")
        who = f"among {others} others at {OTHERS_PER_S} op/s" if others else "alone"
        row(
            f"{kind}: key to paint {who}",
            "",
            f"p50 {percentile(times, 0.5):.1f} ms, p95 {percentile(times, 0.95):.1f} ms",
        )
    ratios = [percentile(found[OTHERS], share) / percentile(found[0], share) for share in (0.5, 0.95)]
    row(f"{kind}: among others to alone", "1", f"p50 × {ratios[0]:.2f}, p95 × {ratios[1]:.2f}")


@contextlib.asynccontextmanager
async def _others(shoal: servers.RunningShoal, document: str, count: int) -> AsyncIterator[None]:
    """`count` people who type into a document until the block ends."""
    if not count:
        yield
        return
    room = LoadedRoom(document, count, 2000, seed=1)
    await room.join("127.0.0.1", shoal.port, shoal.token)
    while not all(person.opened for person in room.people):
        await asyncio.sleep(0.02)

    async def type_on() -> None:
        chance = random.Random(1)
        while True:
            room.type(chance.choice(room.people), time.perf_counter())
            await asyncio.sleep(1 / OTHERS_PER_S)

    typing = asyncio.create_task(type_on())
    yield
    typing.cancel()
    assert not room.faults, room.faults[:3]
    room.leave()


async def _replay(shoal: servers.RunningShoal, person: Person, document: str, trace: Path, seconds: float) -> str:
    """Long tasks of a page in whose document a trace is played."""
    async with person.window(LONG_TASKS) as page:
        await _open(page, person.url + _path(document))
        await page.evaluate("shoalTasks.length = 0")
        command = ["replay", str(trace), "--document", document, "--rate", str(REPLAY_PER_S), "--data", str(shoal.data)]
        replay = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "cli.main", *command, stderr=subprocess.DEVNULL
        )
        try:
            await page.wait_for_function(f"() => document.querySelector('{EDITOR}').textContent.length > 20")
            await asyncio.sleep(seconds)
            assert replay.returncode is None, "the replay ended early"
        finally:
            replay.terminate()
            await replay.wait()
        tasks = await page.evaluate("shoalTasks")
    return f"{len(tasks)}, the longest {max(tasks, default=0):.0f} ms; {sum(each > 100 for each in tasks)} over 100"


async def _open(page: Page, url: str) -> None:
    await page.goto(url)
    await page.locator(EDITOR).click()
    await page.keyboard.press("Control+End")


def _path(document: str) -> str:
    return "/d/" + document.removeprefix("documents/")


def _create(shoal: servers.RunningShoal, type_: str, text: str) -> str:
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(text)
        file.flush()
        command = ["create", "--title", "Bench", "--type", type_, "--data", str(shoal.data)]
        from_file = ["--from", file.name] if text else []
        done = subprocess.run(
            [sys.executable, "-m", "cli.main", *command, *from_file], capture_output=True, text=True, check=True
        )
    return done.stdout.strip()


def _prose(length: int) -> str:
    """Paragraphs of about 400 characters."""
    paragraph = "The pool below the third ledge was measured again, and the limpets in it were counted twice. " * 4
    return (paragraph.rstrip() + "\n") * (length // len(paragraph))


if __name__ == "__main__":
    sys.exit(main())
