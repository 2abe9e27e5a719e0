/**
 * What the address asks for: `?pack=ID&engines=N`.
 *
 * @param {string} search
 * @returns {{ pack: string | null, engines: number | null }}
 */
export function readAddress(search) {
  const values = new URLSearchParams(search);
  const engines = Number(values.get("engines"));
  return {
    pack: values.get("pack"),
    engines: Number.isInteger(engines) && engines > 0 ? engines : null,
  };
}
