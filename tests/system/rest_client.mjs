/* A program that uses @shoal/client/rest as anybody would: `node rest_client.mjs MODULE URL TOKEN`.
 *
 * Prints one JSON object: what each step gave.
 */
const [module, url, token] = process.argv.slice(2);
const {
  Rest, RestError, createDocument, deleteDocument, getContent, getDocument, listDocuments, pages, submitOperation, updateDocument, watchDocument,
} = await import(module);

const renewals = [];
const rest = new Rest({ url, token: async (renew) => (renewals.push(renew), renew ? token : "of yesterday") });
const told = ({ code, status, reason, violations, requestId }) => ({ code, status, reason, violations, requestId });
const refusal = (call) => call.then(() => "no error", (error) => (error instanceof RestError ? told(error) : String(error)));

const { document } = await createDocument(rest, {
  documentId: "rest-of-node",
  document: { title: "Written by node", type: "DOCUMENT_TYPE_PLAIN_TEXT" },
  source: { format: "CONTENT_FORMAT_TEXT", text: "one" },
});
const { name } = document;
await createDocument(rest, { document: { title: "Written by node, too" } });

const listed = [];
for await (const page of pages(rest, listDocuments, { filter: 'title : "by node"', orderBy: "title", pageSize: 1 })) {
  listed.push(page.documents.map(({ title }) => title));
}

const watched = [];
for await (const { operations } of watchDocument(rest, { name, afterRevision: "0" })) {
  for (const { revision, operation } of operations) {
    watched.push([revision, operation.components]);
    if (watched.length === 1) {
      const two = { components: [{ retain: 3 }, { insert: " two 😀" }] };
      await submitOperation(rest, { name, baseRevision: revision, operation: two });
    }
  }
  if (watched.length === 2) break;
}

let text = "";
for await (const part of getContent(rest, { name, format: "CONTENT_FORMAT_TEXT" })) text += part.text;

const updated = await updateDocument(rest, { document: { name, title: "Renamed", labels: { by: "node" } } });
const stale = await refusal(updateDocument(rest, { document: { name, title: "Again", etag: document.etag } }));
const invalid = await refusal(createDocument(rest, { documentId: "No Id", document: { title: "x".repeat(201) } }));
const missing = await refusal(getDocument(rest, { name: "documents/nowhere" }));
const gone = watchDocument(rest, { name: "documents/nowhere" });
const missingStream = await refusal(gone.next());
const deleted = await deleteDocument(rest, { name });
const { document: kept } = await getDocument(rest, { name });

console.log(JSON.stringify({
  renewals, document, listed, watched, text, title: updated.document.title, labels: updated.document.labels, stale, invalid, missing,
  missingStream, deleted: deleted.document.deleteTime, kept: kept.deleteTime,
}));
