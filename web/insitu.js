/** Insitu for pages of other people; insitu.d.ts says what it promises. The build makes one file of it. */
export { Insitu } from "./js/embed/insitu.js";
export { InsituError } from "./js/engine/errors.js";
