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

it("takes for the house number what stands behind a word that says so", () =>
  expect(addressParts({ thoroughfare: "12. Sokak No: 19/3 Merkez" })).toMatchObject({ houseNumber: "19/3" }));

it.each([
  ["ul. Polna 12", "Polna 12"],
  ["R. das Flores, 8", "Rua das Flores, 8"],
  ["Av. Brasil, 8", "Avenida Brasil, 8"],
])("takes %j and %j for one street", (one, other) =>
  expect(addressParts({ thoroughfare: one })).toEqual(addressParts({ thoroughfare: other })));

it("leaves the delivery sector out of an American post code, which others do not write", () => {
  expect(addressParts({ postCode: "45405-8680" })).toEqual(addressParts({ postCode: "45405" }));
  expect(addressParts({ postCode: "80250-010" }).postCode).toBe("80250010");
});
