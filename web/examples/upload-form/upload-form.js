/**
 * What a site does that takes photos: it scales each before the upload, tags it with its class, and asks the
 * person where the class is not sure. On a site of your own, import insitu.js by its full address.
 *
 * @typedef {import("../../insitu.js").Result} Result
 * @typedef {import("../../insitu.js").InsituError} InsituError
 * @typedef {{ name: string, scaled: Blob, result: Result | null, question: HTMLSelectElement | null }} Photo
 */
import { Insitu } from "../../insitu.js";
import { scalePhoto } from "./scale.js";

/** The address of this page may name another pack. */
const pack = new URLSearchParams(location.search).get("pack") ?? "photos";
const insitu = Insitu.open({ pack, onProgress: showProgress });
insitu.ready.catch((error) => say("status", error.message));

/** @type {Photo[]} */
const photos = [];
let waiting = 0;

const input = /** @type {HTMLInputElement} */ (element("photos"));
input.addEventListener("change", () => {
  for (const file of input.files ?? []) void add(file);
  input.value = "";
});

element("form").addEventListener("submit", (event) => {
  event.preventDefault();
  show(gather()); // fetch(form.action, { method: "POST", body: gather() }) on a real site
});

/** @param {File} file */
async function add(file) {
  waiting += 1;
  update();
  const row = document.createElement("li");
  const words = document.createElement("p");
  words.textContent = `${file.name}: waits …`;
  row.append(words);
  element("list").append(row);
  const scaled = await scalePhoto(file);
  row.prepend(preview(scaled));
  /** @type {Photo} */
  const photo = { name: file.name, scaled, result: null, question: null };
  try {
    // The file itself, not the scaled one: that is what the pack's figures were measured on.
    photo.result = await insitu.analyse(file);
    words.textContent = `${file.name}: ${describe(photo.result)}`;
  } catch (error) {
    words.textContent = `${file.name}: ${/** @type {InsituError} */ (error).message}`;
    words.className = "bad";
  }
  if (photo.result?.state !== "accepted") {
    photo.question = ask(file.name);
    row.append(photo.question);
  }
  photos.push(photo);
  waiting -= 1;
  update();
}

/** @param {Result} result */
function describe({ state, name, score, reason }) {
  if (state === "accepted") return `${name}, ${Math.round(100 * score)} %`;
  return state === "unlike" ? "none of the kinds known here" : `perhaps ${name}. ${reason?.text ?? ""}`;
}

/** @param {string} file */
function ask(file) {
  const question = document.createElement("select");
  question.ariaLabel = `What does ${file} show?`;
  question.append(new Option("What does it show?", ""));
  for (const { id, name } of insitu.pack?.classes ?? []) question.append(new Option(name, id));
  question.append(new Option("None of these", "none"));
  question.addEventListener("change", update);
  return question;
}

/** What is uploaded: each photo, its class, and who said so. */
function gather() {
  const data = new FormData();
  for (const { name, scaled, result, question } of photos) {
    data.append("photo", scaled, name.replace(/\.[^.]*$/, "") + (scaled.type === "image/jpeg" ? ".jpg" : ""));
    data.append("kind", question ? question.value : (result?.label ?? ""));
    data.append("said_by", question ? "person" : "network");
    data.append("score", result ? result.score.toFixed(4) : "");
  }
  return data;
}

/** @param {FormData} data */
function show(data) {
  const rows = [...data].map(([field, value]) => {
    const row = document.createElement("tr");
    const text = value instanceof File ? `${value.name}, ${Math.ceil(value.size / 1000)} kB` : value;
    for (const cell of [field, text]) row.insertCell().textContent = cell;
    return row;
  });
  element("fields").replaceChildren(...rows);
  element("sent").hidden = false;
}

/** @param {Blob} photo */
function preview(photo) {
  const image = document.createElement("img");
  image.alt = "";
  image.src = URL.createObjectURL(photo);
  const release = () => URL.revokeObjectURL(image.src);
  image.addEventListener("load", release);
  image.addEventListener("error", () => (release(), image.remove()));
  return image;
}

function update() {
  const open = photos.filter(({ question }) => question?.value === "").length;
  const button = /** @type {HTMLButtonElement} */ (element("submit"));
  button.disabled = waiting > 0 || photos.length === 0 || open > 0;
  if (waiting > 0) say("status", `Looking at ${waiting === 1 ? "a photo" : `${waiting} photos`} …`);
  else
    say(
      "status",
      open > 0 ? `Please say what ${open === 1 ? "one photo shows" : `${open} photos show`}.` : "",
    );
}

/** @param {import("../../insitu.js").Progress} progress */
function showProgress({ phase, loaded, total }) {
  const bar = /** @type {HTMLProgressElement} */ (element("progress"));
  bar.hidden = phase !== "loading";
  bar.value = total > 0 ? loaded / total : 0;
}

/** @param {string} id @param {string} text */
function say(id, text) {
  element(id).textContent = text;
}

/** @param {string} id */
function element(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}
