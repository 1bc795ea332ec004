// A person with @grpc/grpc-js and @grpc/proto-loader: performs tests/interop/scenario.json and prints the transcript.
// On stdin: {address, tokens: {person: token}, protos: [folders with .proto files], steps, patience_ms}. Who has no token
// sends none.
import { readFileSync } from "node:fs";
import grpc from "@grpc/grpc-js";
import loader from "@grpc/proto-loader";

const { address, tokens, protos, steps, patience_ms } = JSON.parse(readFileSync(0, "utf8"));
const files = ["shoal/document/v1/document.proto", "shoal/collab/v1/collab.proto"];
const details = ["google/rpc/status.proto", "google/rpc/error_details.proto"];
const asProto3Json = { longs: String, enums: String, bytes: String, includeDirs: protos };
const shoal = grpc.loadPackageDefinition(loader.loadSync(files, asProto3Json)).shoal;
const rich = loader.loadSync(details, asProto3Json);
const insecure = grpc.credentials.createInsecure();
const documents = new shoal.document.v1.DocumentService(address, insecure);
const collab = new shoal.collab.v1.CollabService(address, insecure);

function metadataOf(who) {
  const metadata = new grpc.Metadata();
  if (tokens[who]) metadata.set("authorization", `Bearer ${tokens[who]}`);
  return metadata;
}

/** Returns {messages}, or {error: {code, reason, domain}} as the status and its ErrorInfo say. */
function call(who, method, request) {
  const name = method.split("/")[1];
  const { responseStream, path } = shoal.document.v1.DocumentService.service[name];
  const options = { deadline: Date.now() + patience_ms };
  return new Promise((resolve, reject) => {
    const failed = (error) => {
      try {
        resolve({ error: said(error) });
      } catch (unexpected) {
        reject(new Error(`${path}: ${error.message}`, { cause: unexpected }));
      }
    };
    if (!responseStream) {
      documents[name](request, metadataOf(who), options, (error, answer) => {
        if (error) failed(error);
        else resolve({ messages: [answer] });
      });
      return;
    }
    const messages = [];
    documents[name](request, metadataOf(who), options)
      .on("data", (message) => messages.push(message))
      .on("end", () => resolve({ messages }))
      .on("error", failed);
  });
}

function said(error) {
  const [bytes] = error.metadata.get("grpc-status-details-bin");
  const status = rich["google.rpc.Status"].deserialize(bytes);
  const info = status.details.find((each) => (each.type_url ?? each.typeUrl).endsWith("google.rpc.ErrorInfo"));
  const { reason, domain } = rich["google.rpc.ErrorInfo"].deserialize(Buffer.from(info.value, "base64"));
  return { code: error.code, reason, domain };
}

/** One Collaborate call, and the frames that came on it and were not heard yet. */
class Line {
  constructor(who) {
    this.waiting = [];
    this.ended = null;
    this.wake = () => {};
    this.call = collab.Collaborate(metadataOf(who));
    this.call.on("data", (response) => this.take(() => this.waiting.push(...response.frames)));
    this.call.on("status", (status) => this.take(() => (this.ended = status)));
    this.call.on("error", () => {}); // told by "status" as well
  }

  take(what) {
    what();
    this.wake();
  }

  async until(ready) {
    const deadline = setTimeout(() => this.take(() => (this.late = true)), patience_ms);
    while (!ready() && !this.late) await new Promise((wake) => (this.wake = wake));
    clearTimeout(deadline);
  }

  async hear(pattern) {
    const heard = [];
    while (!heard.length || !matches(pattern, heard.at(-1))) {
      await this.until(() => this.waiting.length || this.ended);
      if (!this.waiting.length) {
        throw new Error(`waited for ${JSON.stringify(pattern)}, heard ${JSON.stringify(heard.slice(-5))}`);
      }
      heard.push(this.waiting.shift());
    }
    return heard;
  }

  async end() {
    this.call.end();
    await this.until(() => this.ended);
    return Object.keys(grpc.status).find((name) => grpc.status[name] === this.ended?.code);
  }
}

/** Whether `value` has all that `pattern` has; of a list, an element for each of the pattern's. */
function matches(pattern, value) {
  if (Array.isArray(pattern)) {
    return Array.isArray(value) && pattern.every((one) => value.some((each) => matches(one, each)));
  }
  if (pattern !== null && typeof pattern === "object") {
    return value != null && Object.keys(pattern).every((key) => key in value && matches(pattern[key], value[key]));
  }
  return pattern === value;
}

const transcript = {};
const lines = {};
for (const written of steps) {
  const document = transcript.created?.messages[0].document.name ?? "$document";
  const step = JSON.parse(JSON.stringify(written).replaceAll("$document", document));
  const { who } = step;
  if (step.do === "call") transcript[step.as] = await call(who, step.method, step.send);
  else if (step.do === "connect") lines[who] = new Line(who);
  else if (step.do === "send") lines[who].call.write({ frames: [step.frame] });
  else if (step.do === "hear") transcript[step.as] = await lines[who].hear(step.until);
  else if (step.do === "hang up") lines[who].call.cancel();
  else if (step.do === "end") transcript[step.as] = await lines[who].end();
  else throw new Error(`no step is called ${step.do}`);
}
documents.close();
collab.close();
console.log(JSON.stringify(transcript));
