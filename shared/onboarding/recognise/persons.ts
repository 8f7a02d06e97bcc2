import type { PersonAttribute } from "../../department/person-feed.ts";
import type { FormatContext } from "../../sql/formats/format.ts";
import type { FormatName } from "../../sql/formats/index.ts";
import type { SurveyedTable } from "../survey.ts";
import type { AttributeTable } from "./attribute-rows.ts";
import { type AttributeGuess, guessAttributes } from "./attributes.ts";
import { findJoinedAddress } from "./joined-addresses.ts";
import type { Join } from "./joins.ts";
import { keyOf, nounOf } from "./keys.ts";
import { type Condition, changedColumn, personConditions } from "./person-rows.ts";
import { withSingleNames } from "./single-names.ts";

/** Rows that describe a person, and what they say of it. */
export interface PersonGuess {
  readonly table: string;
  readonly key: readonly string[];
  /** `holder`, `a1`: whose columns they are, where one row has several persons; otherwise empty. */
  readonly role: string;
  readonly attributes: readonly PersonColumn[];
  readonly where: readonly Condition[];
  readonly changed?: { readonly column: string; readonly format?: FormatName };
  readonly personalKey: boolean;
  readonly standing: Standing;
  /** False where the rows are accounts, permits or the like, which name persons. */
  readonly isWholeRow: boolean;
  readonly confidence: number;
}

/** Employees and suppliers are persons, too, but hardly those whom the city serves. */
export type Standing = "CITIZEN" | "STAFF" | "SUPPLIER";

export interface PersonColumn extends AttributeGuess {
  readonly column: string;
  readonly from?: JoinedRow;
}

/** Where a value is in another table. */
export interface JoinedRow {
  readonly table: string;
  readonly on: readonly string[];
  readonly parent: readonly string[];
  readonly where?: readonly Condition[];
  readonly orderBy?: readonly { readonly column: string; readonly direction: "ASC" | "DESC" }[];
  readonly validity?: { readonly from?: string; readonly to?: string; readonly format?: FormatName };
}

const personNouns =
  /\b(?:person|client|customer|citizen|caller|holder|owner|occupant|applicant|patient|member|student|household|contact|user|subscriber|borrower|reader|taxpayer|voter|passenger|guest|tenant|people|beneficiary|recipient|debtor|payer|human|resident)\b/;
const staffNouns =
  /\b(?:employee|staff|user|case worker|inspector|manager|agent|teacher|doctor|officer|operator|driver)\b/;
const supplierNouns =
  /\b(?:supplier|organisation|shipper|store|partner|school|agency|carrier|site|place|branch|office)\b/;
/** Whose names must not become values of an enum, even where nothing else is known of them. */
export function isOfPeople(noun: readonly string[]): boolean {
  const words = noun.join(" ");
  return (
    personNouns.test(words) || staffNouns.test(words) || /\b(?:artist|author|actor|writer|judge|name)\b/.test(words)
  );
}

/** What must be beside a name for a row to describe a person. */
const proof: ReadonlySet<PersonAttribute> = new Set([
  "DATE_OF_BIRTH",
  "IDENTIFIER",
  "GENDER",
  "TELEPHONE",
  "EMAIL",
  "FULL_ADDRESS",
  "THOROUGHFARE",
]);
const personal: ReadonlySet<PersonAttribute> = new Set(["DATE_OF_BIRTH", "IDENTIFIER", "GENDER", "GIVEN_NAME"]);

/** The persons of a database: of tables that name somebody and say more of him or her. */
export function findPersons(
  tables: readonly SurveyedTable[],
  joins: readonly Join[],
  attributeTables: readonly AttributeTable[],
  context: FormatContext,
  prefix: string | undefined,
): readonly PersonGuess[] {
  const lists = new Set(attributeTables.map(({ table }) => table));
  const found = tables
    .filter(({ name, kind }) => kind === "table" && !lists.has(name))
    .flatMap((table) => personsOf(table, tables, joins, attributeTables, context, prefix));
  const viewed = found.length > 0 ? [] : tables.filter(({ kind }) => kind === "view");
  const all = [...found, ...viewed.flatMap((table) => personsOf(table, tables, joins, [], context, prefix))];
  const direct = all.filter((person) => !copiesPerson(person, all, joins));
  const citizens = direct.filter(({ standing }) => standing === "CITIZEN");
  if (citizens.length > 0) return citizens;
  const staff = direct.filter(({ standing }) => standing === "STAFF");
  return staff.length > 0 ? staff : direct;
}

/** An order that repeats the customer's name and address describes no new person. */
function copiesPerson(person: PersonGuess, all: readonly PersonGuess[], joins: readonly Join[]): boolean {
  if (person.attributes.some(({ is, from }) => !from && (is === "DATE_OF_BIRTH" || is === "IDENTIFIER"))) return false;
  return joins.some(
    ({ table, to }) =>
      table === person.table &&
      all.some(
        (other) =>
          other.table === to &&
          other.table !== person.table &&
          other.standing === "CITIZEN" &&
          other.attributes.length >= person.attributes.length,
      ),
  );
}

function personsOf(
  table: SurveyedTable,
  tables: readonly SurveyedTable[],
  joins: readonly Join[],
  attributeTables: readonly AttributeTable[],
  context: FormatContext,
  prefix: string | undefined,
): readonly PersonGuess[] {
  const key = keyOf(table);
  if (!key) return [];
  const noun = nounOf(table.name, prefix).join(" ");
  const guessed = table.columns.flatMap((column): PersonColumn[] => {
    const [guess] = guessAttributes(column, context);
    return guess && guess.confidence >= 0.5 ? [{ ...guess, column: column.name }] : [];
  });
  const own = withSingleNames(guessed, table);
  const rows = attributeTables
    .filter(({ owner }) => owner.to === table.name)
    .flatMap((list) => attributesInRows(list, context));
  const roles = rolesOf(own);
  const several = roles.length > 1;
  return roles.flatMap((role): PersonGuess[] => {
    const mine = own.filter((each) => each.role === role || (!several && each.role === ""));
    const direct = dedupe([...mine, ...(several ? [] : rows)], role);
    const lacksAddress = !several && !direct.some(({ is }) => is === "THOROUGHFARE" || is === "FULL_ADDRESS");
    const joined = lacksAddress ? findJoinedAddress(table, key.columns, tables, joins, context) : [];
    const attributes = dedupe([...direct, ...joined], role);
    const has = (is: PersonAttribute) => attributes.some((each) => each.is === is);
    const named = has("FULL_NAME") || has("FAMILY_NAME");
    const proofs = attributes.filter(({ is }) => proof.has(is)).length;
    const said = personNouns.test(noun) || personNouns.test(role);
    const strong = attributes.some(({ is }) => personal.has(is));
    const typed = attributes.some(({ is, format }) => is === "FULL_NAME" && /COMMA|FREE_TEXT/.test(format ?? ""));
    if (!named || proofs === 0 || !(said || strong || typed)) return [];
    const changed = changedColumn(table, context);
    const confidence = Math.min(0.98, 0.5 + 0.1 * proofs + (said ? 0.2 : 0) + (strong ? 0.15 : 0));
    return [
      {
        table: table.name,
        key: key.columns,
        role: several ? role : "",
        attributes,
        where: personConditions(table, attributes, role, several),
        ...(changed ? { changed } : {}),
        personalKey: key.columns.some((name) =>
          attributes.some(({ column, is, from }) => !from && column === name && isPersonalKey(is)),
        ),
        standing: staffNouns.test(noun) ? "STAFF" : supplierNouns.test(noun) ? "SUPPLIER" : "CITIZEN",
        isWholeRow: !several && (personNouns.test(noun) || staffNouns.test(noun)),
        confidence,
      },
    ];
  });
}

function isPersonalKey(is: PersonAttribute): boolean {
  return is === "TELEPHONE" || is === "EMAIL" || is === "IDENTIFIER";
}

/** Prefixes under which a name stands with something else; or the one that the surest name has. */
function rolesOf(columns: readonly PersonColumn[]): readonly string[] {
  const names = columns.filter(({ is }) => is === "FULL_NAME" || is === "FAMILY_NAME");
  const complete = [...new Set(names.map(({ role }) => role))].filter(
    (role) => columns.filter((each) => each.role === role).length >= 2,
  );
  const prefixed = complete.filter((role) => role !== "");
  if (prefixed.length > 1) return prefixed;
  const [best] = [...names].sort((one, other) => weight(other) - weight(one));
  return best ? [best.role] : [];
}

function weight({ confidence, role }: PersonColumn): number {
  return confidence + (role === "" ? 0.3 : 0) - (/ship|billing/.test(role) ? 0.5 : 0);
}

const repeatable: ReadonlySet<PersonAttribute> = new Set(["TELEPHONE", "EMAIL"]);

/** The surest column for each attribute; telephones and e-mail addresses may be several. */
function dedupe(columns: readonly PersonColumn[], role: string): readonly PersonColumn[] {
  const order = (each: PersonColumn) => each.confidence + (each.role === role ? 0.1 : 0);
  const sorted = [...columns].sort((one, other) => order(other) - order(one));
  const kept = sorted.filter((each, index) => {
    const before = sorted.slice(0, index).filter(({ is }) => is === each.is);
    return before.length === 0 || (repeatable.has(each.is) && before.length < 3);
  });
  const hasStreet = kept.some(({ is }) => is === "THOROUGHFARE");
  return columns.filter((each) => kept.includes(each) && !(hasStreet && each.is === "FULL_ADDRESS"));
}

function attributesInRows(list: AttributeTable, context: FormatContext): readonly PersonColumn[] {
  return list.attributes.flatMap(({ code, profile, holds }): PersonColumn[] => {
    const [guess] = guessAttributes({ name: code, profile, holds }, context);
    if (!guess || guess.confidence < 0.5) return [];
    const from: JoinedRow = {
      table: list.table,
      on: list.owner.columns,
      parent: list.owner.references,
      where: [{ column: list.codeColumn, is: [code] }],
    };
    return [{ ...guess, column: list.valueColumn, from }];
  });
}
