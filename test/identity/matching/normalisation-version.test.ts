import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import type { PersonRecord } from "../../../shared/department/person-feed.ts";
import { passportRomanisation, plainLetters } from "../../../shared/letters.ts";
import { notationToken, recordTokens } from "../../../subgraphs/identity/linking/tokens.ts";
import { traitsOf } from "../../../subgraphs/identity/linking/traits.ts";
import { diminutiveGroups } from "../../../subgraphs/identity/matching/normalise/diminutive-groups.ts";
import { nicknameGroups } from "../../../subgraphs/identity/matching/normalise/nickname-groups.ts";
import { normalisationVersion } from "../../../subgraphs/identity/matching/normalise/version.ts";

/**
 * By version of normalisation: the digest of all tokens of the records below. Whoever changes what tokens are made of
 * adds a line; a line of a version that was released is never changed, because stores are filled with its tokens.
 */
const pinned: Readonly<Record<number, string>> = {
  1: "wkYNrFFW0jlfVklp4xBH",
  2: "to5NUrpQdlcDAgKKDzsQ",
  3: "j-WygWn7Ize8aIVxgCl4",
};

const named = (...names: readonly string[]) =>
  names.map((name) => {
    const [familyName, givenName] = name.split("/") as [string, string];
    return { familyName, givenName };
  });
const called = (...names: readonly string[]) => names.map((fullName) => ({ fullName }));
const born = (...dates: readonly string[]) =>
  dates.map((dateOfBirth) => ({ familyName: "Tamberg", givenName: "Aino", dateOfBirth }));
const printed = (...addresses: readonly string[]) =>
  addresses.map((fullAddress) => ({ fullName: "Ilmar Kask", address: { fullAddress } }));
const at = (...addresses: readonly NonNullable<PersonRecord["address"]>[]) =>
  addresses.map((address) => ({ fullName: "Ilmar Kask", address }));
const reached = (telephone: readonly string[], email: readonly string[]) => [
  ...telephone.map((number) => ({ telephone: [number] })),
  ...email.map((address) => ({ email: [address] })),
  { telephone, email },
];
const numbered = (...notations: readonly string[]) =>
  notations.map((notation) => ({ identifier: [{ schemaAgency: "NATIONAL", notation }] }));

/** Invented people, each written in one of the ways that departments write, and all letters and nicknames that are known. */
const records: readonly Omit<PersonRecord, "key">[] = [
  ...named("Müller/Jürgen", "Mueller/Juergen", "Muller/Jurgen", "MÃ¼ller/JÃ¼rgen", "Gößmann/Zoë", "Łuczak/Żaneta"),
  ...named("Šťastný/Jiří", "Õunapuu/Külli", "Ørsted/Åse", "Þorsteinsson/Æsa", "Iğdır/İpek", "Nguyễn/Thị Hường"),
  ...named("Кадыров/Руслан", "Qadirov/Ruslan", "Παπαδόπουλος/Γιώργος", "القاسمي/فاطمة", "Щербакова/Евгения"),
  ...named(
    "van der Berg/Pieter",
    "O’Brien/Siobhán",
    "O'Brien/Siobhan",
    "de la Cruz y Vega/María José",
    "al-Farsi/Omar",
  ),
  ...named(
    "Smith-Jones/Bob",
    "Smith Jones/Robert",
    "Kowalski/Gosia",
    "Ivanova/Katya",
    "Peggy/Marlowe",
    "Marlowe/Peggy",
  ),
  ...named("Dr. Adler/Prof. Hanna", "Finch Jr/Thomas", "Stone (née Reed)/Mary", "Knight/Wren", "Xenakis/Phoebe"),
  ...named("UNKNOWN/Eve", "Baby of Lind/Baby", "Test/Test", "Xxx/Nn", "123/456", "Doe/John", "Lim/X", "Ng/Bo"),
  ...called(
    "SAARE, MARI-LIIS",
    "Mari-Liis SAARE",
    "Mari-Liis Saare",
    "Saare, Mari-Liis Dr",
    "J. R. HARTLEY",
    "Madonna",
  ),
  ...named("αβγδεζηθικλμν/ξοπρσςτυφχψω", "اأإآبتثجحخدذرزسشصضط/ظعغفقكکلمنهةويیىئءپچژگ"),
  ...named(
    ...Object.keys({ ...plainLetters, ...passportRomanisation }).map((letter) => `Kal${letter}man/Tof${letter}r`),
  ),
  ...[...nicknameGroups, ...diminutiveGroups].flatMap((group) =>
    named(...group.split(" ").map((name) => `Tamm/${name}`)),
  ),
  ...called("Dhr. D.M. ter Leeuwen", "Jansen A.B.", "Иванов И. П.", "Anna Nowak-Kowalska", "J.P. Jansen-de Vries"),
  ...named("ZieliÅ„ski/WÄ™gierka", "Nguyá»…n/Minh"),
  ...called("Babygirl Okafor", "Boy of Nadia Okafor", "Desconhecido", "Do", "Le"),
  ...called("Ludwig van den Bosch", "Mr Anselm de Vries", "Unknown", "Occupier", "Frau Dipl.-Ing. Gerda Holzer"),
  { fullName: "Helga Brandt", birthName: "Brandt-Schäfer", alternativeName: ["Helga von Aue", "Auer"] },
  { givenName: "Tom", birthName: "Reed", dateOfBirth: "1984-02-29", gender: "M" },
  ...born(
    "1984-03-07",
    "1984-07-03",
    "19840307",
    "1984/03/07",
    "1984-03-07T00:00:00Z",
    "1984-03",
    "1984",
    "1984-00-00",
  ),
  ...born(
    "1984-01-01",
    "1900-01-01",
    "1899-12-30",
    "9999-12-31",
    "0001-01-01",
    "1984-13-07",
    "1984-12-40",
    "7 March 1984",
    "",
  ),
  ...printed("Lindenweg 79, 24103 Kiel", "Lindenweg 79 D-24103 Kiel", "12/7 Harbour Street, EX4 7QT Northport"),
  ...printed("Flat 3, 12b Harbour St, Northport", "Rua das Flores 8\n4050-262 Porto", "PO Box 12", "Unknown"),
  ...at(
    { thoroughfare: "Harbour St", locatorDesignator: "12b", postCode: "EX4 7QT", postName: "Northport" },
    { thoroughfare: "12b Harbour Street", postCode: "ex47qt", adminUnitL2: "Northport" },
    { thoroughfare: "Hauptstraße", locatorDesignator: "2-7", postCode: "0000", adminUnitL1: "Bayern" },
    { thoroughfare: "Mt Pleasant Rd", locatorDesignator: "12, Unit 3 Milton House", postCode: "99999" },
    { locatorDesignator: "Rose Cottage", postName: "Sankt Peter", postCode: "4050-262" },
  ),
  ...reached(
    [
      "+372 5551 2345",
      "00372 55512345",
      "(0)5551-2345",
      "5551234 ext. 9",
      "55512",
      "0000000",
      "12345678",
      "5 999 9999",
    ],
    ["Aino.Tamberg+tax@Example.org", "mailto:aino@example.org", "noreply@example.org", "aino.tamberg", "@example.org"],
  ),
  { identifier: [{ schemaAgency: "National", notation: "39711237766" }] },
  ...numbered("39711237766", "397-1123 7766", "AB 99.88-77", "999-99-9999", "12345678", "X1", "00000000000"),
  {
    fullName: "KASK, ILMAR",
    dateOfBirth: "1971-11-23",
    address: { thoroughfare: "Pargi tn", locatorDesignator: "4-12", postCode: "10143" },
    telephone: ["+372 5550 0011", "555 0022"],
    email: ["ilmar@kask.example"],
    identifier: [{ schemaAgency: "NATIONAL", notation: "37111230011" }],
  },
];

/** As they are before they are keyed. */
const plainly = (kind: string, value: string) => `${kind} ${value}`;

function tokensOf(person: Omit<PersonRecord, "key">): readonly string[] {
  const record = { ...person, key: "" };
  const notations = (person.identifier ?? []).flatMap(({ notation }) => notationToken(notation, plainly) ?? []);
  return [...recordTokens(record, traitsOf(record), plainly), ...notations].sort();
}

it("finds records by the tokens that this version of normalisation makes of them", () => {
  const digest = createHash("sha256")
    .update(JSON.stringify(records.map(tokensOf)))
    .digest("base64url")
    .slice(0, 20);
  const pin = pinned[normalisationVersion];
  const remedy =
    pin === undefined
      ? `pin the new digest here as \`${normalisationVersion}: "${digest}"\``
      : `the tokens are not those of version ${normalisationVersion}: raise normalisationVersion and pin the new digest here as \`${normalisationVersion + 1}: "${digest}"\``;
  expect(pin, remedy).toBe(digest);
});
