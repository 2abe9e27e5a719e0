/** The privacy statement: facts that tests show, in the words that README.md has too. */
export const PRIVACY =
  "Your images stay on this computer: this page itself reads, analyses and draws them. " +
  "The count at its foot shows how many requests have left the page since it was ready.";
