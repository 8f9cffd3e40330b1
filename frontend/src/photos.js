// Photo fields: <div data-photos data-name="photos_before" data-max="9" [data-upload-url="/attachments"]>.
// With an address each picture is shrunk and sent at once, and its id goes along with the form;
// without one the shrunken pictures stay in the file field and go with the form itself.
import { all, csrfToken, make, onContent } from "./page.js";
import { announce, say } from "./messages.js";
import { shrink } from "./shrink.js";

const PAPER = "application/pdf";

function cross() {
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("class", "icon");
  icon.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", "M6 6l12 12M18 6L6 18");
  icon.append(line);
  return icon;
}

function upload(url, file, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("file", file);
    request.open("POST", url);
    request.responseType = "json";
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => onProgress(event.loaded / event.total));
    request.addEventListener("load", () => (request.status < 300 ? resolve(request.response) : reject(request)));
    request.addEventListener("error", () => reject(request));
    request.send(body);
  });
}

class Photos {
  constructor(box) {
    this.box = box;
    this.input = box.querySelector("input[type=file]");
    this.list = box.querySelector("[data-photo-list]");
    this.url = box.dataset.uploadUrl;
    this.most = Number(box.dataset.max) || 9;
    this.kept = new Map();
    this.input.addEventListener("change", () => this.add([...this.input.files]));
    this.list.addEventListener("click", (event) => this.clicked(event));
  }

  async add(files) {
    const free = this.most - this.list.children.length;
    if (files.length > free) announce(say("photoTooMany", this.most));
    for (const file of files.slice(0, Math.max(0, free))) await this.addOne(file);
    this.giveBack();
    this.changed();
  }

  async addOne(file) {
    let small;
    try {
      small = file.type === PAPER && this.input.accept.includes("pdf") ? file : await shrink(file);
    } catch {
      announce(say("photoRefused", file.name));
      return;
    }
    const item = this.show(small);
    if (this.url) await this.send(item, small);
    else this.kept.set(item, small);
  }

  show(file) {
    const picture = file.type === PAPER
      ? make("span", { class: "photo-paper", "aria-hidden": "true" }, "PDF")
      : make("img", { src: URL.createObjectURL(file), alt: "" });
    const remove = make("button", { type: "button", class: "photo-remove", "aria-label": say("photoRemove", file.name) }, cross());
    const item = make("li", { class: "photo" }, picture, remove, make("span", { class: "photo-name" }, file.name));
    this.list.append(item);
    return item;
  }

  async send(item, file) {
    item.querySelector(".photo-retry")?.remove();
    item.classList.remove("has-failed");
    const bar = make("progress", { max: 1, value: 0, "aria-label": say("photoSending", file.name) });
    item.append(bar);
    try {
      const { id } = await upload(this.url, file, (part) => { bar.value = part; });
      item.append(make("input", { type: "hidden", name: this.box.dataset.name, value: id }));
      announce(say("photoAdded", file.name));
    } catch {
      item.classList.add("has-failed");
      const again = make("button", { type: "button", class: "photo-retry" }, say("photoFailed"));
      again.addEventListener("click", () => this.send(item, file));
      item.append(again);
    }
    bar.remove();
    this.changed();
  }

  clicked(event) {
    const item = event.target.closest(".photo-remove")?.closest("li");
    if (!item) return;
    const name = item.querySelector(".photo-name").textContent;
    this.kept.delete(item);
    item.remove();
    this.giveBack();
    announce(say("photoRemoved", name));
    this.input.focus();
    this.changed();
  }

  /** Leave in the file field what still has to go with the form: nothing, or the small pictures. */
  giveBack() {
    const files = new DataTransfer();
    this.kept.forEach((file) => files.items.add(file));
    this.input.files = files.files;
  }

  changed() {
    this.box.dispatchEvent(new CustomEvent("bihuan:photos", { bubbles: true }));
  }

  /** Give the pictures that are not on the server yet, as files. */
  waiting() {
    return [...this.kept.values()];
  }
}

onContent((root) => all(root, "[data-photos]").forEach((box) => { box.photos = new Photos(box); }));
