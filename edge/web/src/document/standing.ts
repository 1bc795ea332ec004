/* Standing: what one may do in this document and why, in a sentence above it.
 *
 * Owns the sentence. Rights come and go while one looks; they are the document's to say.
 */
import type { LiveDocument } from "@shoal/client";
import { h, icon } from "../ui/dom";
import { projectOf, type Facts, type ProjectFacts } from "./service";

const EYE = "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z";

/** Empty for who may write. */
export function sentence(role: LiveDocument["role"], project: ProjectFacts | null): string {
  if (project?.archived) return `The project “${project.title || "Untitled"}” is archived: what is in it can be read, and not changed until it is taken out of the archive.`;
  if (role === "commenter") return "You are a commenter here: you can read this document, and not change its text. To write in it, ask who shared it with you.";
  if (role === "viewer") return "You can read this document. To write in it, ask who shared it with you.";
  return "";
}

export class Standing {
  private readonly text = h("span", {});
  readonly element = h("p", { class: "notice", role: "status", "data-testid": "read-only", hidden: true }, icon(EYE), this.text);
  private shown: string | null = null;

  constructor(private readonly live: LiveDocument) {}

  /** Shows it as it is now; `facts` are asked for where the project may be the reason. */
  show(facts: () => Promise<Facts | null>): void {
    const { role, canWrite } = this.live;
    const now = canWrite ? "editor" : role;
    if (!role || now === this.shown) return;
    this.shown = now;
    this.say(canWrite ? "" : sentence(role, null));
    if (!canWrite) void this.explain(now, facts);
  }

  end(): void {
    this.shown = null;
    this.element.hidden = true;
  }

  private async explain(now: string, facts: () => Promise<Facts | null>): Promise<void> {
    const project = (await facts())?.project;
    const archived = project ? await projectOf(project).catch(() => null) : null;
    if (this.shown === now) this.say(sentence(this.live.role, archived));
  }

  private say(sentence: string): void {
    this.text.textContent = sentence;
    this.element.hidden = sentence === "";
  }
}
