/**
 * <insitu-drop pack="photos" name="kind">: a place to drop images, for pages without JavaScript of their own. Says the class of each,
 * asks the person where it is not sure, and gives the classes to the form around it.
 *
 * @typedef {import("./insitu.js").Result} Result
 * @typedef {{ file: File, result: Result | null, chosen: string | null, row: HTMLLIElement }} Entry
 */
import { STYLE } from "./js/embed/drop-style.js";
import { formValue, sayProgress, sayResult } from "./js/embed/drop-words.js";
import { Insitu } from "./insitu.js";

const NONE = "none";
const LAYOUT = `
  <div class="area" part="area">
    <button type="button" part="button"></button>
    <input type="file" accept="image/*" hidden />
    <p part="hint">or drop them here. They are looked at on this device.</p>
    <progress part="progress" max="1" value="0" aria-label="Loading" hidden></progress>
    <p class="quiet" part="status"></p>
  </div>
  <ul part="list" aria-label="Results"></ul>
  <div class="unseen" role="status"></div>`;

export class InsituDrop extends HTMLElement {
  static formAssociated = true;
  static observedAttributes = ["disabled", "multiple"];
  #internals = this.attachInternals();
  #root = this.attachShadow({ mode: "open", delegatesFocus: true });
  /** @type {Insitu | null} */
  #insitu = null;
  /** @type {Entry[]} */
  #entries = [];

  constructor() {
    super();
    this.#root.innerHTML = LAYOUT;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    this.#root.adoptedStyleSheets = [sheet];
    this.#input.addEventListener("change", () => this.#take([...(this.#input.files ?? [])]));
    this.#button.addEventListener("click", () => this.#input.click());
    const area = this.#part("area");
    area.addEventListener("dragover", (event) => this.#over(event, true));
    area.addEventListener("dragleave", (event) => this.#over(event, false));
    area.addEventListener("drop", (event) => {
      this.#over(event, false);
      if (!this.hasAttribute("disabled")) this.#take([...(event.dataTransfer?.files ?? [])]);
    });
  }

  connectedCallback() {
    this.attributeChangedCallback();
    this.#update();
    if (!this.hasAttribute("lazy")) this.#open();
  }

  disconnectedCallback() {
    this.#insitu?.dispose();
    this.#insitu = null;
  }

  attributeChangedCallback() {
    this.#input.multiple = this.hasAttribute("multiple");
    this.#button.textContent = this.hasAttribute("multiple") ? "Choose images" : "Choose an image";
    this.#button.disabled = this.hasAttribute("disabled");
  }

  formResetCallback() {
    this.#entries = [];
    this.#part("list").replaceChildren();
    this.#update();
  }

  /** What was found, in the order of the files; null where it failed or is not done. */
  get results() {
    return this.#entries.map(({ file, result, chosen }) => ({ file, result, chosen }));
  }

  get form() {
    return this.#internals.form;
  }

  get name() {
    return this.getAttribute("name") ?? "";
  }

  #open() {
    if (this.#insitu) return this.#insitu;
    const threshold = this.getAttribute("threshold");
    const pack = this.getAttribute("pack");
    const insitu = Insitu.open({
      ...(pack === null ? {} : { pack }),
      ...(threshold === null ? {} : { threshold: Number(threshold) }),
      onProgress: (progress) => this.#showProgress(progress),
    });
    this.#insitu = insitu;
    insitu.ready.catch((error) => {
      if (this.#insitu !== insitu) return;
      this.#insitu = null; // the next file tries again
      this.#fail(null, error);
    });
    return insitu;
  }

  /** @param {File[]} files */
  #take(files) {
    this.#input.value = "";
    if (!this.hasAttribute("multiple")) {
      files = files.slice(0, 1);
      this.formResetCallback();
    }
    for (const file of files) void this.#analyse(file);
  }

  /** @param {File} file */
  async #analyse(file) {
    const row = document.createElement("li");
    row.part.add("row");
    row.append(textual("span", "file", file.name), textual("span", "says", "Waits …"));
    this.#part("list").append(row);
    /** @type {Entry} */
    const entry = { file, result: null, chosen: null, row };
    this.#entries.push(entry);
    this.#update();
    try {
      entry.result = await this.#open().analyse(file);
      if (this.#entries.includes(entry)) this.#show(entry, entry.result);
    } catch (error) {
      if (this.#entries.includes(entry))
        this.#fail(entry, /** @type {import("./insitu.js").InsituError} */ (error));
    }
  }

  /** @param {Entry} entry @param {Result} result */
  #show(entry, result) {
    const { row, file } = entry;
    row.part.add(result.state);
    const says = sayResult(result);
    row.lastElementChild?.replaceWith(textual("span", "says", says));
    if (formValue(result, null, this.hasAttribute("accept-unlike")) === "") row.append(this.#question(entry));
    this.#announce(`${file.name}: ${says}`);
    this.#update();
    this.#tell("insitu-result", { file, result });
  }

  /** Where it is not sure, the person says. @param {Entry} entry */
  #question(entry) {
    const select = document.createElement("select");
    select.part.add("question");
    select.ariaLabel = `What does ${entry.file.name} show?`;
    select.append(new Option("What is it?", ""));
    for (const { id, name } of this.#insitu?.pack?.classes ?? []) select.append(new Option(name, id));
    select.append(new Option("None of these", NONE));
    select.addEventListener("change", () => {
      entry.chosen = select.value || null;
      this.#update();
    });
    return select;
  }

  /** @param {Entry | null} entry @param {import("./insitu.js").InsituError} error */
  #fail(entry, error) {
    if (error.code === "job/cancelled") return;
    const says = textual("span", "says bad", error.message);
    if (entry) entry.row.lastElementChild?.replaceWith(says);
    else this.#part("status").replaceChildren(says);
    entry?.row.part.add("failed");
    this.#part("progress").hidden = true;
    this.#announce(error.message);
    this.#tell("insitu-error", { file: entry?.file ?? null, code: error.code, message: error.message });
  }

  /** @param {import("./insitu.js").Progress} progress */
  #showProgress(progress) {
    const bar = /** @type {HTMLProgressElement} */ (this.#part("progress"));
    bar.hidden = progress.phase === "ready";
    if (progress.phase === "starting") bar.removeAttribute("value");
    else bar.value = progress.total > 0 ? progress.loaded / progress.total : 0;
    this.#part("status").textContent = sayProgress(progress);
  }

  /** Tell the form. */
  #update() {
    const data = new FormData();
    const values = this.#entries.map(({ result, chosen }) =>
      formValue(result, chosen, this.hasAttribute("accept-unlike")),
    );
    if (this.name) for (const value of values) data.append(this.name, value);
    this.#internals.setFormValue(data);
    const missing = this.hasAttribute("required") && (values.length === 0 || values.includes(""));
    this.#internals.setValidity(
      { valueMissing: missing },
      missing ? "Choose an image, and say what it shows where that is asked." : "",
      this.#button,
    );
  }

  /** @param {DragEvent} event @param {boolean} isOver */
  #over(event, isOver) {
    event.preventDefault();
    this.#part("area").classList.toggle("over", isOver);
  }

  /** For screen readers. @param {string} sentence */
  #announce(sentence) {
    const status = this.#root.querySelector("[role=status]");
    if (status) status.textContent = sentence;
  }

  /** @param {string} type @param {object} detail */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { bubbles: true, composed: true, detail }));
  }

  /** @param {string} name @returns {HTMLElement} */
  #part(name) {
    return /** @type {HTMLElement} */ (this.#root.querySelector(`[part=${name}]`));
  }

  get #button() {
    return /** @type {HTMLButtonElement} */ (this.#part("button"));
  }

  get #input() {
    return /** @type {HTMLInputElement} */ (this.#root.querySelector("input"));
  }
}

/** @param {string} tag @param {string} className @param {string} text */
function textual(tag, className, text) {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

customElements.define("insitu-drop", InsituDrop);
