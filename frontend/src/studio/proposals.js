// What a file drawn with another tool needs to run here: proposals, accepted one by one or all that are required.
import { make } from "../page.js";
import { button } from "./controls.js";
import { ask } from "./server.js";
import { say } from "./words.js";

export class Proposals {
  constructor({ draft, urls, place, shell, problems, saving }) {
    Object.assign(this, { draft, urls, place, shell, problems, saving, known: [] });
    shell.board.addEventListener("opened", ({ detail }) => this.load(detail.file));
  }

  async load(file) {
    this.known = [];
    this.draw();
    if (!this.urls.proposals || !this.draft.onServer.has(file)) return;
    const address = new URL(this.urls.proposals, location.href);
    address.searchParams.set("file", file);
    const answer = await ask(address).catch(() => ({ proposals: [] }));
    if (file !== this.shell.board.file) return;
    this.known = answer.proposals;
    this.draw();
  }

  draw() {
    this.place.hidden = !this.known.length;
    if (!this.known.length) return;
    const required = this.known.filter((one) => one.required);
    const list = make("ul", { class: "studio-problem-list" }, ...this.known.map((one) => this.item(one)));
    const all = required.length ? [button({ label: say("acceptRequired", required.length), name: "accept-required", kind: "primary", act: () => this.accept(required.map(({ id }) => id)) })] : [];
    this.place.replaceChildren(make("h2", { class: "studio-problems-title" }, say("proposals")), make("p", { class: "studio-help" }, say("proposalsHelp")), ...all, list);
  }

  item(proposal) {
    const where = make("button", { type: "button", class: "studio-problem-where" },
      make("span", {}, proposal.words, make("small", { class: "studio-problem-file" }, say(proposal.required ? "proposalRequired" : "proposalOptional"))));
    where.addEventListener("click", () => this.shell.board.lookAt(proposal.element));
    return make("li", { class: "studio-problem" }, where,
      button({ label: say("accept"), name: "accept", kind: "outline-primary", act: () => this.accept([proposal.id]) }));
  }

  // The server proposes from what it has: accept, save, ask again.
  async accept(ids) {
    await this.problems.accept(ids);
    this.known = this.known.filter(({ id }) => !ids.includes(id));
    this.draw();
    if (await this.saving.save()) await this.load(this.shell.board.file);
  }
}
