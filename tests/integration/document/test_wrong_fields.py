"""A document that cannot be: all that is wrong with it is told at once, and nothing is made."""

from __future__ import annotations

from mesh.identity import TokenSigner, TokenVerifier
from shoal.document.v1 import document_pb2 as pb
from shoal.document.v1 import history_pb2, history_pb2_grpc
from shoal.document.v1.document_pb2_grpc import DocumentServiceStub
from tests.conformance.log_host import LogHost
from tests.integration.document.service import reached
from tests.integration.project.test_wrong_fields import wrong


async def test_a_document_with_everything_wrong_says_all_of_it(
    host: LogHost, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    ada = (("authorization", f"Bearer {signer.sign('users/ada', lifetime_s=60)}"),)
    async with reached(host, verifier) as channel:
        documents, history = DocumentServiceStub(channel), history_pb2_grpc.HistoryServiceStub(channel)
        bad = pb.Document(title="a\tb", type=9, project="p", folder="f", labels={"A": "x" * 256}, language="_")
        request = pb.CreateDocumentRequest(document=bad, document_id="-", source={"text": "x"})
        assert await wrong(documents.CreateDocument(request, metadata=ada)) == [
            "document.title", "document.type", "document.project", "document.folder", "document.labels.A",
            "document.labels.A", "document.language", "document_id", "source.format",
        ]  # fmt: skip
        template = {"document": "x", "values": {"": "x" * 1001}}
        request = pb.CreateDocumentRequest(from_template=template)
        assert await wrong(documents.CreateDocument(request, metadata=ada)) == [
            "from_template.document", "from_template.values.", "from_template.values.",
        ]  # fmt: skip
        assert not (await documents.ListDocuments(pb.ListDocumentsRequest(), metadata=ada)).documents
        made = await documents.CreateDocument(pb.CreateDocumentRequest(), metadata=ada)
        restore = history_pb2.RestoreDocumentRequest(document=made.document.name, request_id="none")
        assert await wrong(history.RestoreDocument(restore, metadata=ada)) == ["request_id", "moment"]
