import { expect, it } from "vitest";
import { nameParts, unmarkedWords } from "../../../subgraphs/identity/matching/normalise/names.ts";

const called = (fullName: string) => nameParts({ key: "1", fullName });

it.each([
  ["D.M.D. ter Leeuwen", "d m d", "ter leeuwen"],
  ["Dhr. D. M. ter Leeuwen", "d m", "ter leeuwen"],
  ["J.-P. Moreau", "j p", "moreau"],
  ["Jansen J.P.", "j p", "jansen"],
  ["de Vries J. P.", "j p", "de vries"],
  ["Иванов И.П.", "i p", "ivanov"],
  ["Mary K.", "mary", "k"],
  ["Anna MAIR", "anna", "mair"],
])("reads the initials of %j", (fullName, given, family) => expect(called(fullName)).toMatchObject({ given, family }));

it.each([
  ["Anna Nowak-Kowalska", "anna", "nowak kowalska"],
  ["Anna Nowak - Kowalska", "anna", "nowak kowalska"],
  ["Anna Nowak  -  Kowalska", "anna", "nowak kowalska"],
  ["Mari-Liis Saare-Tamm", "mari liis", "saare tamm"],
  ["A.B. Jansen-de Vries", "a b", "jansen de vries"],
  ["Anna Nowak-Kowalska (calls back)", "anna", "nowak kowalska"],
  ["Rosa do Carmo", "rosa", "do carmo"],
])("keeps the family names of %j together", (fullName, given, family) =>
  expect(called(fullName)).toMatchObject({ given, family }));

it("takes a hyphenated name that stands alone for one, as it does a single word", () => {
  expect(called("Anne-Marie")).toMatchObject({ given: "anne marie" });
  expect(called("Anne-Marie").family).toBeUndefined();
});

it("takes a birth name that stands alone for a family name, also with blanks around its hyphen", () =>
  expect(nameParts({ key: "1", familyName: "Kask", birthName: "Nowak - Kowalska" }).familyParts).toEqual([
    "kask",
    "kowalska",
    "nowak",
  ]));

it("takes a single name behind a title for the family name", () => {
  for (const fullName of ["Dhr. Jansen", "Mw. Jansen", "Hr Jansen", "Frau Dr. Jansen"]) {
    expect(called(fullName)).toMatchObject({ family: "jansen" });
    expect(called(fullName).given).toBeUndefined();
  }
  expect(called("Don Pedro")).toMatchObject({ given: "pedro" });
  expect(called("Jansen Jr")).toMatchObject({ given: "jansen" });
});

it("knows family names that are particles elsewhere", () => {
  expect(called("Minh Le").familyParts).toEqual(["le"]);
  expect(called("Piet van der Berg").familyParts).toEqual(["berg", "van der berg"]);
  expect(called("Nguyen Van Do").familyParts).toEqual(["do", "van do"]);
  const family = (familyName: string, birthName: string) => nameParts({ key: "1", familyName, birthName }).familyParts;
  expect(family("Das", "Sen")).toEqual(["das", "sen"]);
  expect(family("Roy", "Das")).toEqual(["das", "roy"]);
});

it.each([
  "BABYGIRL",
  "Baby boy B",
  "Boy of Maria",
  "RN de Ana",
  "Não informado",
  "brak danych",
])("takes %j for no given name", (givenName) =>
  expect(nameParts({ key: "1", givenName, familyName: "Okafor" }).given).toBeUndefined());

it("does not go by the order of words where initials tell the family name", () => {
  expect(unmarkedWords("Jansen J.P.")).toBeUndefined();
  expect(unmarkedWords("Ann Lee")).toEqual(["ann", "lee"]);
});

it.each([
  ["MÃ¼ller", "muller"],
  ["ZieliÅ„ski", "zielinski"],
  ["WÄ™grzyn", "wegrzyn"],
  ["Nguyá»…n", "nguyen"],
  ["Åström", "astrom"],
])("reads %j as what it was before its bytes were taken for Windows-1252", (familyName, family) =>
  expect(nameParts({ key: "1", familyName }).family).toBe(family));

it("reads such bytes before it tells which name is which", () => {
  expect(called("Anna ZieliÅ„ski")).toMatchObject({ given: "anna", family: "zielinski" });
  expect(unmarkedWords("Anna ZieliÅ„ski")).toEqual(["anna", "zielinski"]);
  const record = { key: "1", familyName: "Kask", birthName: "Anna ZieliÅ„ski" };
  expect(nameParts(record).familyParts).toEqual(["kask", "zielinski"]);
});

it.each([
  ["LÍŠKA", "liska"],
  ["KNÍŽEK", "knizek"],
  ["DÚŠEK", "dusek"],
  ["RÝŠKA", "ryska"],
  ["JOSÉ–LUIS", "jose luis"],
  ["JOSÉ\u00a0LUIS", "jose luis"],
])("does not take the letters of %j for such bytes", (familyName, family) =>
  expect(nameParts({ key: "1", familyName }).family).toBe(family));

it.each([
  ["ÈšepeÈ™", "tepes"],
  ["Æ¯Æ¡ng", "uong"],
  ["MÉ™mmÉ™dov", "mammadov"],
  ["JosÃ©", "jose"],
  ["JoseÌ\u0081", "jose"],
  ["Ð˜Ð²Ð°Ð½Ð¾Ð²", "ivanov"],
])("reads the bytes %j of other languages, too", (familyName, family) =>
  expect(nameParts({ key: "1", familyName }).family).toBe(family));
