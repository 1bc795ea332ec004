/* Content of the share dialog: who has access to a document, folder or project, and how that is changed.
 *
 * Owns what is shown of it, which it reads anew after each change: others share too.
 */
import type { Account } from "../app/account";
import { createLink, invite, listGrants, listInvitations, listLinks, only, setGrant, standingOn, type LinkWanted, type Role } from "../app/sharing";
import { h } from "../ui/dom";
import { announce } from "../ui/notices";
import { addForm, type Named } from "./add";
import { generalGrant, generalLine } from "./general";
import { invitationLine } from "./invitations";
import { linkForm, linkLine } from "./links";
import { ownAccess } from "./own-access";
import { reveal, shownOnce } from "./parts";
import { peopleLines } from "./people";
import { surroundingsOf, type Surroundings } from "./surroundings";
import { labelOf, refusal, roleVerb } from "./words";

export interface Shared {
  readonly account: Account;
  readonly resource: string;
  readonly title: string;
  /** What else decides who has access, in a sentence. */
  readonly note?: string;
}

const ONCE = "Copy it now: it is not shown again.";

export class ShareContent {
  private readonly people = h("ul", { class: "grants", "data-testid": "grants", "aria-label": "People with access" });
  private readonly invitations = h("ul", { class: "grants", "aria-label": "Invitations" });
  private readonly links = h("ul", { class: "grants", "aria-label": "Links" });
  private readonly general = h("div", { class: "general" });
  private readonly problem = h("p", { class: "problem", role: "alert" });
  private readonly freshInvitation = h("div", {});
  private readonly freshLink = h("div", {});
  private readonly add;
  private around: Promise<Surroundings> | null = null;
  readonly element: HTMLElement;

  constructor(private readonly shared: Shared) {
    this.add = addForm(shared.account, (named, role) => this.give(named, role));
    const make = linkForm((wanted) => this.makeLink(wanted));
    this.element = h(
      "div",
      { class: "share" },
      shared.note ? h("p", { class: "note" }, shared.note) : null,
      this.add.element, this.problem, this.freshInvitation,
      h("h3", {}, "Who has access"), this.people, this.invitations,
      h("h3", {}, "Everybody else"), this.general,
      h("h3", {}, "Links"),
      h("p", { class: "hint faint" }, "Whoever has one and signs in gets what it gives, until it ends or is turned off."),
      this.links, this.freshLink, make,
    );
  }

  /** Shows who has access now; says so where that cannot be known, and shows who may not share what they have. */
  async load(): Promise<void> {
    const { account, resource } = this.shared;
    try {
      const [standing, around] = await Promise.all([standingOn(resource), (this.around ??= surroundingsOf(resource))]);
      if (!standing.allowed) return this.element.replaceChildren(this.problem, await ownAccess(account, resource, standing.role, around));
      await this.show(around);
    } catch (error) {
      this.problem.textContent = refusal(error);
    }
  }

  private async show(around: Surroundings): Promise<void> {
    const { account, resource, note } = this.shared;
    const perform = this.perform.bind(this);
    const [grants, links, invitations] = await Promise.all([listGrants(resource), listLinks(resource), listInvitations(resource)]);
    const general = generalGrant(grants, resource, around);
    const named = grants.filter((each) => each !== general);
    this.people.replaceChildren(...peopleLines({ account, resource, around, grants: named, perform }));
    this.invitations.replaceChildren(...invitations.map((each) => invitationLine(each, perform)));
    this.links.replaceChildren(...links.map((each) => linkLine(each, perform)));
    this.general.replaceChildren(generalLine({ resource, around, grants, isOpenToAll: note !== undefined, perform }));
    this.add.offer(around.groups, []);
  }

  /** Does one thing and shows what became of it; says what went wrong, and returns whether it did not. */
  private async perform(work: () => Promise<void>, done: string): Promise<boolean> {
    this.problem.textContent = "";
    try {
      await work();
    } catch (error) {
      // What was chosen did not become so: what is so is shown again.
      await this.load();
      this.problem.textContent = refusal(error);
      return false;
    }
    announce(done);
    await this.load();
    return true;
  }

  private async give({ principal, email }: Named, role: Role): Promise<boolean> {
    const { account, resource } = this.shared;
    if (email) {
      let address = "";
      const done = await this.perform(async () => void (address = await invite(resource, email, role)), `${email} is invited`);
      if (done) reveal(this.freshInvitation, shownOnce(address, `The invitation of ${email}`, `Nothing is mailed: send this to ${email} yourself. ${ONCE}`));
      return done;
    }
    const { titles } = await (this.around ??= surroundingsOf(resource));
    return this.perform(() => setGrant(resource, only(principal), role), `${labelOf(principal, account, titles)} ${roleVerb(role)}`);
  }

  private async makeLink(wanted: LinkWanted): Promise<boolean> {
    let address = "";
    const done = await this.perform(async () => void (address = await createLink(this.shared.resource, wanted)), "A link was made");
    if (done) reveal(this.freshLink, shownOnce(address, "The new link", ONCE));
    return done;
  }
}
