/** The privacy statement: facts that tests show, in the words that README.md has too. */
export const PRIVACY =
  "Your images are read, analysed and drawn by this page, on your computer. " +
  "No request leaves this page while it works; the figure at the bottom counts those that do.";
