"""`shoal mirror`: a folder of Markdown or text files and a project's documents, kept the same both ways.

Owns the command; what it does is in cli/mirroring/ and docs/mirror.md.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from cli.instance import DEFAULT_DATA
from cli.mirroring.folder import Folder
from cli.mirroring.live import Live, away_is_failure, mirror_once, unless_stopped
from cli.mirroring.model import Form, Rules
from cli.mirroring.paths import shown
from cli.mirroring.plan import Everything
from cli.mirroring.plan import plan as make_plan
from cli.mirroring.project import full_project
from cli.mirroring.remote import Remote
from cli.mirroring.report import Report, describe, summary
from cli.mirroring.scan import Scanner
from cli.mirroring.state import Origin, State, read_entries
from cli.mirroring.sync import Sync
from cli.run import INTERRUPTED, run
from cli.target import DataOption, GrpcOption, Target, TokenOption, UrlOption, find_target
from cli.up import stop_requested

ProjectOption = Annotated[str, typer.Option("--project", metavar="P", help="The project: projects/x, or x.")]


def mirror(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder; made when missing.")],
    project: ProjectOption,
    form: Annotated[Form, typer.Option("--format", help="How rich text stands in files.")] = Form.MARKDOWN,
    include: Annotated[
        list[str] | None,
        typer.Option("--include", metavar="PATTERN", help="Which files. Left out: *.md, *.markdown, *.txt."),
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Make both the same and exit; 1 when something is not.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be done, and do nothing.")] = False,
    adopt: Annotated[
        bool, typer.Option("--adopt", help="Mirror a folder that was mirrored with something else until now.")
    ] = False,
    url: UrlOption = None,
    grpc_address: GrpcOption = None,
    token: TokenOption = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Keep a folder of files and a project's documents the same, both ways, until Ctrl-C.

    A document's place is its label `path`. Edits of both sides are merged. What is deleted goes to a trash: the
    document's, or DIR/.shoal-mirror/trash. Links, hidden files and what is not text are left alone, and told.
    """

    def target() -> Target:
        return find_target(url=url, grpc_address=grpc_address, token=token, data=data)

    rules = Rules(form, tuple(include)) if include else Rules(form)
    server = url.rstrip("/") if url else grpc_address or str(data.absolute())
    origin = Origin(server, full_project(project), form.value)
    if dry_run:
        run(_show(folder, target, origin, rules))
    elif not run(_mirror(folder, target, origin, rules, adopt=adopt, once=once)):
        raise typer.Exit(1)


async def _mirror(
    path: Path, target: Callable[[], Target], origin: Origin, rules: Rules, *, adopt: bool, once: bool
) -> bool:
    """Mirror until stopped, or once; return whether nothing was refused."""
    report = Report()
    with (
        stop_requested() as stop,
        Folder.opened(path, make=True) as folder,
        State.opened(folder, origin, adopt=adopt) as state,
    ):
        async with Remote.opened(target, origin.project, rules.form) as remote:
            sync = Sync(folder, state, remote, rules, report)
            sync.recover()
            if once:
                if not await unless_stopped(mirror_once(sync, remote, report), stop):
                    raise typer.Exit(INTERRUPTED)
                return not report.has_failures
            report.status(f"mirroring {shown(str(path))} and {origin.project}; Ctrl-C ends it")
            await unless_stopped(Live(path, sync, remote, report).run(), stop)
            report.status("ended; what was not sent yet is sent next time")
            return True


async def _show(path: Path, target: Callable[[], Target], origin: Origin, rules: Rules) -> None:
    """Print what a mirror would do, and do nothing."""
    with Folder.opened(path) as folder:
        entries = read_entries(folder, origin)
        seen = Scanner(folder, rules).scan({entry.path for entry in entries.values()})
    async with Remote.opened(target, origin.project, rules.form) as remote:
        with away_is_failure():
            await remote.walk()
            for name in entries.keys() - remote.documents().keys():
                await remote.look_up(name)
        plan = make_plan(entries, seen, remote.documents(), rules, Everything())
    for action in plan.actions:
        if words := describe(action, entries):
            print(words)
    for refused in plan.refused:
        print(f"{shown(refused.path)}: refused: {refused.why}")
    print(summary(plan.actions))
