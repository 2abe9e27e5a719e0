/** The top of the page: name, pack and what it expects, menu. */
import { html } from "lit";
import { icon } from "./icon.js";
import { View } from "./view.js";
import "./menu.js";

class Header extends View {
  /** @override */
  render() {
    const { state, actions } = this;
    return html`<header class="header">
      <h1 class="header-name">Insitu</h1>
      <label class="header-pack">
        <span class="visually-hidden">What to look for</span>
        <select data-testid="pack-select" @change=${this.#onPack} ?disabled=${!state.packs.length}>
          ${state.packs.length ? null : html`<option>Loading</option>`}
          ${state.packs.map(
            ({ id, name }) => html`<option value=${id} .selected=${id === state.packId}>${name}</option>`,
          )}
          ${state.packs.length && !state.pack ? html`<option value="" selected disabled>Choose</option>` : null}
        </select>
      </label>
      <button
        class="button quiet header-expects"
        title="What this analysis expects"
        ?disabled=${!state.pack}
        @click=${() => actions.update((before) => ({ ...before, dialog: "pack" }))}
      >
        ${icon("info")}<span class="visually-hidden">What this analysis expects:</span>
        <span class="header-text">${state.pack?.expects.text ?? ""}</span>
      </button>
      <insitu-menu .state=${state} .actions=${actions}></insitu-menu>
    </header>`;
  }

  /** @param {Event} event */
  #onPack(event) {
    this.actions.choosePack(/** @type {HTMLSelectElement} */ (event.target).value);
  }
}

customElements.define("insitu-header", Header);
