/**
 * What all views share: they draw the page's state into the light DOM, so that one set of style
 * sheets and one set of ids serve the whole page, and ask for things through `actions`.
 *
 * @import { Actions, PageState } from "../types.js"
 * @import { PropertyDeclarations } from "lit"
 * @import { ElementPart, PartInfo } from "lit/directive.js"
 */
import { LitElement, noChange } from "lit";
import { directive, Directive, PartType } from "lit/directive.js";
import { initialState } from "../state.js";

export class View extends LitElement {
  /** @type {PropertyDeclarations} */
  static properties = { state: { attribute: false }, actions: { attribute: false } };

  constructor() {
    super();
    /** @type {PageState} */
    this.state = initialState();
    /** @type {Actions} */
    this.actions = /** @type {Actions} */ ({});
  }

  /** @override */
  createRenderRoot() {
    return this;
  }
}

/** @abstract */
class ElementDirective extends Directive {
  /** @param {PartInfo} part */
  constructor(part) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new Error("this directive stands alone in a tag");
  }

  /** @param {Record<string, string>} _values @returns {unknown} */
  render(_values) {
    return noChange;
  }
}

class SetProperties extends ElementDirective {
  /** @override @param {ElementPart} part @param {[Record<string, string>]} values */
  update(part, [values]) {
    const { style } = /** @type {HTMLElement} */ (part.element);
    for (const [name, value] of Object.entries(values)) style.setProperty(name, value);
    return noChange;
  }
}

class SetData extends ElementDirective {
  /** @override @param {ElementPart} part @param {[Record<string, string>]} values */
  update(part, [values]) {
    const { dataset } = /** @type {HTMLElement} */ (part.element);
    for (const [name, value] of Object.entries(values)) {
      if (dataset[name] !== value) dataset[name] = value;
    }
    return noChange;
  }
}

/**
 * Sets CSS properties through the object model. Lit's own `styleMap` writes a style attribute,
 * which the page's content security policy refuses.
 */
export const setProperties = directive(SetProperties);

/** Sets `data-` attributes. */
export const setData = directive(SetData);
