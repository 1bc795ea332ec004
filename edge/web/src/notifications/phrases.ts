/* Phrases: what a notification says, around the name of what it is about. Pure. */
import type { Notification, NotificationKind } from "@gen/rest/types";
import { roleWords } from "../activity/phrases";

/** What stands between the actor and the resource, and what stands after it. */
export function wordsOf({ kind, details }: Pick<Notification, "kind" | "details">): readonly [before: string, after: string] {
  const role = roleWords(details["role"] ?? "");
  switch (kind) {
    case "NOTIFICATION_KIND_MENTION": return ["mentioned you in", ""];
    case "NOTIFICATION_KIND_COMMENT": return ["commented in", ""];
    case "NOTIFICATION_KIND_SUGGESTION": return ["suggested something in", ""];
    case "NOTIFICATION_KIND_INVITATION": return ["invited you to", ""];
    case "NOTIFICATION_KIND_OWNERSHIP_TRANSFERRED": return ["gave you", ""];
    case "NOTIFICATION_KIND_SHARE":
      if (details["via"]) return ["joined", details["via"] === "link" ? " by your link" : " by your invitation"];
      return ["shared", role ? ` with you: you ${role.replace("owns", "own")}` : " with you"];
    default: return ["did something with", ""];
  }
}

/** What somebody may choose to hear of, as a sentence that begins with `When`. */
export const KINDS: readonly (readonly [NotificationKind, string])[] = [
  ["NOTIFICATION_KIND_SHARE", "something is shared with you, or somebody joins by your link"],
  ["NOTIFICATION_KIND_MENTION", "somebody mentions you"],
  ["NOTIFICATION_KIND_COMMENT", "somebody comments"],
  ["NOTIFICATION_KIND_SUGGESTION", "something is suggested"],
  ["NOTIFICATION_KIND_INVITATION", "you are invited"],
  ["NOTIFICATION_KIND_OWNERSHIP_TRANSFERRED", "you become the owner of something"],
];
