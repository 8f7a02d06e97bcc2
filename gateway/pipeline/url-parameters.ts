import { CivigraphError } from "../../shared/errors.ts";

/**
 * Throws `BAD_REQUEST` where parameters of a GET request that must be JSON are not, and says which. The HTTP library would
 * say it of the whole URL.
 */
export function checkUrlParameters(url: string): void {
  const parameters = new URLSearchParams(url.slice(url.indexOf("?") + 1));
  for (const name of ["variables", "extensions"]) {
    const text = parameters.get(name);
    if (!text) continue;
    try {
      JSON.parse(text);
    } catch (cause) {
      throw new CivigraphError("BAD_REQUEST", { detail: `The URL's \`${name}\` are not JSON.` }, { cause });
    }
  }
}

/** The library ends the parameters at a second question mark, which a URL may hold as it is. */
export function withoutBareMarks(url: string): string {
  const [path = "", ...search] = url.split("?");
  return search.length > 1 ? `${path}?${search.join("%3F")}` : url;
}
