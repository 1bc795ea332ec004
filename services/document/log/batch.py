"""A batch as the log takes it: checked, and laid out as the columns of one statement.

Owns what can be refused without asking the database. Pure; runs once for each operation, so it is written for speed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mesh.faults import InvalidField
from mesh.names import DocumentId, parse_document, parse_site
from shoal.document.v1 import operation_log_pb2 as pb


@dataclass(slots=True)
class SiteRun:
    """What one site has in a batch: sequences `first` to `last`, the last of them at `last_revision`."""

    index: int
    site: str
    author: str
    first: int
    last: int
    last_revision: int


@dataclass(slots=True)
class Batch:
    """New operations of one document, `expected` + 1 to `head`; the lists have one element an operation."""

    batch_id: int
    name: str
    document: DocumentId
    expected: int
    head: int
    byte_size: int = 0
    runs: list[SiteRun] = field(default_factory=list)
    run_of: list[int] = field(default_factory=list)
    sequences: list[int] = field(default_factory=list)
    bases: list[int] = field(default_factory=list)
    agents: list[str | None] = field(default_factory=list)
    payloads: list[bytes] = field(default_factory=list)


def parse_batch(message: pb.AppendBatch) -> Batch:
    """Return the batch a message means. Raises InvalidField.

    Revisions must follow the expected head one by one, and the sequences of each site one another.
    """
    expected, operations = message.expected_head_revision, message.operations
    batch = Batch(
        message.batch_id, message.document, parse_document(message.document, "document"), expected,
        expected + len(operations),
    )  # fmt: skip
    if not operations or expected < 0:
        raise InvalidField("operations" if expected >= 0 else "expected_head_revision", "must not be empty or negative")
    runs: dict[str, SiteRun] = {}
    run_of, sequences, bases = batch.run_of.append, batch.sequences.append, batch.bases.append
    agents, payloads = batch.agents.append, batch.payloads.append
    revision = expected
    for operation in operations:
        revision += 1
        site, sequence, base = operation.site, operation.site_sequence, operation.base_revision
        run = runs.get(site)
        if run is None:
            run = runs[site] = _new_run(batch, operation.author, site, sequence)
        elif sequence != run.last + 1 or operation.author != run.author:
            raise InvalidField("operations", "sequences of a site must follow one another, all of one author")
        if operation.revision != revision or not 0 <= base < revision:
            raise InvalidField("operations", "revisions must follow the expected head, each base below its revision")
        run.last, run.last_revision = sequence, revision
        run_of(run.index)
        sequences(sequence)
        bases(base)
        agents((operation.provenance.agent or None) if operation.HasField("provenance") else None)
        payloads(operation.operation.SerializeToString())
    batch.byte_size = sum(map(len, batch.payloads))
    return batch


def _new_run(batch: Batch, author: str, site: str, sequence: int) -> SiteRun:
    parse_site(site)
    if sequence < 1 or not author:
        raise InvalidField("operations", "an operation has an author, and a site_sequence from 1")
    run = SiteRun(len(batch.runs), site, author, sequence, sequence, 0)
    batch.runs.append(run)
    return run
