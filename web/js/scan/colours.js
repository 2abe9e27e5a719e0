/** Colours over the slices, the same by day and night: the surroundings of images are dark in both. */

/** Of the pack's own class (Okabe-Ito vermillion): what the network marked. */
export const OUTLINE_COLOUR = "#ff8a3d";
/** Okabe-Ito sky blue: the box that was found. */
export const BOX_COLOUR = "#56b4e9";
/** Okabe-Ito yellow: the box that a person made of it. */
export const CORRECTED_COLOUR = "#f0e442";
export const LINE_COLOUR = "rgb(255 255 255 / 35%)";
export const MARK_COLOUR = "#eceff0";
export const HALO = "rgb(0 0 0 / 65%)";
