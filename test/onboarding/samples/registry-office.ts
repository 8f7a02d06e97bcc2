import { familyNames, givenNames, pick, rows, type Sample, table } from "./sample.ts";

const persons = 60;
const day = (n: number) => 19_400_101 + (n % 60) * 10_000 + (n % 12) * 100 + (n % 27);

/** A German town's old system: eight letters a name, no foreign keys, whatever had no column in rows. */
export const registryOffice: Sample = {
  id: "registry-office",
  citizenField: "hundsts",
  persons,
  tables: [
    table(
      "EINWST",
      [
        "EINWNR CHAR(9)",
        "NACHNAM CHAR(30)",
        "VORNAM CHAR(30)",
        "GEBDAT INTEGER",
        "GESCHL CHAR(1)",
        "KONFESS CHAR(2) null",
        "STRASSE CHAR(40)",
        "HAUSNR CHAR(8)",
        "PLZ CHAR(5)",
        "ORT CHAR(30)",
        "GELOESCH CHAR(1)",
        "AENDDAT INTEGER",
      ],
      ["EINWNR"],
      rows(persons, (n) => [
        String(400_000 + n * 7).padStart(9, "0"),
        pick(familyNames, n).toUpperCase(),
        pick(givenNames, n * 5).toUpperCase(),
        n % 20 === 0 ? 19_000_101 : day(n),
        n % 2 ? "W" : "M",
        pick(["RK", "EV", null], n),
        "LINDENWEG",
        String(n),
        String(24_100 + n),
        "NORDHAFEN",
        "N",
        20_240_100 + (n % 28) + 1,
      ]),
    ),
    table(
      "EINWMERK",
      ["EINWNR CHAR(9)", "MERKMAL CHAR(8)", "WERT VARCHAR(60) null"],
      ["EINWNR", "MERKMAL"],
      rows(persons * 3, (n) => {
        const person = Math.ceil(n / 3);
        const key = String(400_000 + person * 7).padStart(9, "0");
        return pick(
          [
            [key, "EMAIL", `person${person}@post.example`],
            [key, "TELEFON", `+49 431 55${1000 + person}`],
            [key, "FAMSTAND", pick(["LD", "VH", "GS"], person)],
          ],
          n,
        );
      }),
    ),
    table(
      "HUNDST",
      [
        "BESCHNR INTEGER",
        "EINWNR CHAR(9)",
        "RASSE CHAR(20) null",
        "BETRCENT INTEGER",
        "VONDAT INTEGER",
        "BISDAT INTEGER",
        "STATUS CHAR(1)",
      ],
      ["BESCHNR"],
      rows(90, (n) => [
        70_000 + n,
        String(400_000 + ((n % persons) + 1) * 7).padStart(9, "0"),
        "DACKEL",
        12_000,
        20_200_101 + (n % 27),
        n % 3 ? 0 : 20_231_231,
        pick(["A", "B", "S"], n),
      ]),
      { indexes: [["EINWNR", "VONDAT"]] },
    ),
  ],
};
