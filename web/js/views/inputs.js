/** The two file inputs behind the buttons. They stay in the page, so that scripts find them. */

/** @typedef {{ files: HTMLInputElement, folder: HTMLInputElement }} Inputs */

/** @returns {Inputs} */
export function createInputs() {
  const files = createInput("file-input", "Choose images");
  const folder = createInput("folder-input", "Choose a folder");
  folder.webkitdirectory = true;
  return { files, folder };
}

/** @param {string} testId @param {string} label */
function createInput(testId, label) {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.className = "visually-hidden";
  input.tabIndex = -1;
  input.dataset["testid"] = testId;
  input.setAttribute("aria-label", label);
  input.setAttribute("aria-hidden", "true");
  return input;
}
