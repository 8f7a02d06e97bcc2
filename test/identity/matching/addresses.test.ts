import { expect, it } from "vitest";
import { addressParts } from "../../../subgraphs/identity/matching/normalise/addresses.ts";

it.each([
  "Lindenweg 79, 24103 Kiel",
  "Lindenweg 79\n24103 Kiel",
  "Lindenweg 79, D-24103 Kiel",
  "Lindenweg 79 24103 Kiel",
  "Lindenweg 79 D-24103 Kiel",
])("reads the parts of an address that is printed as %j", (fullAddress) =>
  expect(addressParts({ fullAddress })).toMatchObject({
    street: "lindenweg",
    houseNumber: "79",
    postCode: "24103",
    place: "kiel",
  }));

it("leaves flats and foreign post codes as they are", () => {
  expect(addressParts({ fullAddress: "12/7 Harbour Street, EX4 7QT Northport" })).toMatchObject({
    street: "harbour street",
    houseNumber: "12/7",
    postCode: "ex47qt",
    place: "northport",
  });
});
