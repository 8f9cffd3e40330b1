// The draft as it stands in this browser: its files, what the server knows of it, who has to be told.
export const KINDS = ["bpmn", "dmn", "form", "checklist", "scenario"];

export class Draft extends EventTarget {
  constructor(content) {
    super();
    this.take(content);
  }

  /** Take over what the server sent. */
  take({ id, key, title, revision, saved_by: savedBy, saved_at: savedAt, files, overrides, catalogue }) {
    Object.assign(this, { id, key, title, revision, savedBy, savedAt });
    this.files = Object.fromEntries(KINDS.map((kind) => [kind, { ...files[kind] }]));
    this.overrides = [...(overrides ?? [])];
    this.catalogue = catalogue ?? this.catalogue ?? {};
    /** The diagrams that the server has. */
    this.onServer = new Set(Object.keys(this.files.bpmn));
    this.changes = 0;
    this.savedChanges = 0;
  }

  get isDirty() {
    return this.changes !== this.savedChanges;
  }

  text(kind, key) {
    return this.files[kind][key];
  }

  keys(kind) {
    return Object.keys(this.files[kind]);
  }

  /** Set a file's text; the same text is no change. */
  set(kind, key, text) {
    if (this.files[kind][key] === text) return;
    this.files[kind][key] = text;
    this.changed("file", { kind, key });
  }

  remove(kind, key) {
    delete this.files[kind][key];
    this.changed("file", { kind, key });
  }

  setTitle(title) {
    if (title === this.title) return;
    this.title = title;
    this.changed("title", {});
  }

  setAside(rule, element, reason) {
    this.overrides = this.overrides.filter((one) => one.rule !== rule);
    if (reason) this.overrides.push({ rule, element, reason });
    this.changed("overrides", {});
  }

  changed(what, detail) {
    this.changes += 1;
    this.tell("change", { what, ...detail });
  }

  tell(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** What is sent to be saved or checked. */
  content() {
    return { files: this.files, overrides: this.overrides, title: this.title };
  }
}
