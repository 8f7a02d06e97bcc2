import type { PersonRecord } from "../../../shared/department/person-feed.ts";

const given =
  "Mari Jaan Liis Peeter Olga Sergei Kristiina Andres Natalia Dmitri Tiiu Margus Helena Viktor Piret Rein Elena Igor Katrin Tarmo Maria".split(
    " ",
  );
const family =
  "Tamm Saar Mägi Kask Ivanov Petrov Sepp Rebane Koppel Ilves Smirnov Kuusk Pärn Volkov Garcia Lepik Oja Raud Luik Kallas Teder Vaher Sild".split(
    " ",
  );
const streets =
  "Harbour Street,Mill Lane,Church Road,Station Road,Park Avenue,Castle Street,Victoria Road,Green Lane".split(",");

/** Invented people without duplicates, always the same, against whom rarity can be judged. */
export function townspeople(count: number): Omit<PersonRecord, "key">[] {
  let state = 20240229;
  const next = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const pick = (values: readonly string[]): string => values[next(values.length)] ?? "";
  return Array.from({ length: count }, () => ({
    givenName: pick(given),
    familyName: pick(family),
    dateOfBirth: `${1930 + next(85)}-${String(1 + next(12)).padStart(2, "0")}-${String(1 + next(28)).padStart(2, "0")}`,
    gender: next(2) === 0 ? "F" : "M",
    address: {
      thoroughfare: pick(streets),
      locatorDesignator: String(1 + next(90)),
      postName: next(4) === 0 ? "Eastwick" : "Northport",
      postCode: String(10100 + next(60)),
    },
    telephone: [`+372 5${String(next(10_000_000)).padStart(7, "0")}`],
  }));
}
