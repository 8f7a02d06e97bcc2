import type { PersonRecord } from "../../../shared/department/person-feed.ts";
import type { TokenOf } from "../keys.ts";
import { blockingTokens, defaultModel, type LinkableRecord, type Model } from "../matching/index.ts";
import { identifierKey } from "../matching/normalise/contacts.ts";
import { identifiersOf, type Traits } from "./traits.ts";

/** The keyed hashes by which a record is found again; its values cannot be read from them without the secret. */
export function recordTokens(
  record: PersonRecord,
  traits: Pick<Traits, "identifiers">,
  tokenOf: TokenOf,
): readonly string[] {
  const tokens = new Set<string>();
  for (const [kind, value] of tokenValues(traits)) tokens.add(tokenOf(kind, value));
  for (const block of blockingTokens(record, indexed)) tokens.add(tokenOf("block", block));
  return [...tokens];
}

/** The token of an identifier of one agency; null for what nobody was ever issued. */
export function identifierToken(schemaAgency: string, notation: string, tokenOf: TokenOf): string | null {
  const [value] = identifiersOf({ identifier: [{ schemaAgency, notation }] });
  return value === undefined ? null : tokenOf("identifier", value);
}

/** The token of an identifier whoever issued it. */
export function notationToken(notation: string, tokenOf: TokenOf): string | null {
  const key = identifierKey(notation);
  return key === undefined ? null : tokenOf("notation", key);
}

/** The tokens of a record that is looked for: whoever shares one is worth a look. */
export function wantedTokens(wanted: LinkableRecord, tokenOf: TokenOf): readonly string[] {
  return recordTokens(wanted, { identifiers: identifiersOf(wanted) }, tokenOf);
}

/**
 * What records are found by, one at a time. Batch linking joins on more than this, at no cost to the store; here a
 * citizen is found when one of its records shares one of these, and is then judged by all of them.
 */
const indexed: Model = {
  ...defaultModel(),
  blocking: [
    ["phones"],
    ["emails"],
    ["mailbox"],
    ["nameWords"],
    ["familySound", "givenForms"],
    ["familyParts", "givenForms"],
    ["family:3", "givenFirst:3"],
    ["birthParts"],
    ["birthMonthDay", "givenFirst:2"],
    ["birthYear", "givenFirst:3"],
    ["birthYear", "nameSounds"],
    ["birthYear", "postCode"],
    ["postCode", "nameSounds"],
    ["postCode", "street:3"],
    ["street", "houseNumber"],
    ["street:5", "family:2"],
    ["street:5", "givenFirst:2"],
    ["nameSounds"],
  ],
};

function* tokenValues(traits: Pick<Traits, "identifiers">): Iterable<readonly [kind: string, value: string]> {
  for (const identifier of traits.identifiers) {
    yield ["identifier", identifier];
    yield ["notation", identifier.slice(identifier.indexOf("|") + 1)];
  }
}
