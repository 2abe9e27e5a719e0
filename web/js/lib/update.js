/** Looking for a newer version of the page, which happens only when a person asks. */

/**
 * @param {ServiceWorkerContainer | undefined} container
 * @param {(urls: string[]) => void} onNetwork told of the request
 * @returns {Promise<string>} what came of it, as a sentence
 */
export async function checkForUpdate(container, onNetwork) {
  const registration = await container?.getRegistration();
  if (!registration?.active) return "Reload the page to get the newest version.";
  onNetwork([registration.active.scriptURL]);
  try {
    await registration.update();
  } catch {
    return "The network could not be reached, so it is not known whether there is a newer version.";
  }
  if (registration.waiting) return "There is a newer version; it can be used now.";
  if (registration.installing)
    return "A newer version is being put on your device. You are told when it is there.";
  return "This is the newest version.";
}
