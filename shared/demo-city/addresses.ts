import type { Random } from "./random.ts";

export interface Address {
  readonly street: string;
  /** House number, with a flat where the house has several. */
  readonly number: string;
  readonly town: string;
  readonly postCode: string;
}

const towns: readonly { name: string; postCodes: readonly string[]; weight: number }[] = [
  { name: "Northport", postCodes: ["10100", "10110", "10120", "10130", "10140", "10150"], weight: 70 },
  { name: "Eastmere", postCodes: ["10310", "10320"], weight: 15 },
  { name: "Harbour Quay", postCodes: ["10410"], weight: 10 },
  { name: "Millbrook", postCodes: ["10520"], weight: 5 },
];

const townsElsewhere = ["Kingsbridge", "Oldcastle", "Westhaven", "Redhill Cross", "Stonebury"];

/** Builds the houses of the city, street by street, so that no two households are given one address. */
export class Surveyor {
  private readonly random: Random;
  private readonly streets: readonly string[];
  private readonly lastNumber = new Map<string, number>();
  private block:
    | { street: string; number: number; town: string; postCode: string; flats: number; flat: number }
    | undefined;

  constructor(random: Random, streets: readonly string[]) {
    this.random = random;
    this.streets = streets;
  }

  /** An address in the city that nobody was given before. */
  newAddress(): Address {
    if (this.block && this.block.flat < this.block.flats && this.random.chance(0.4)) {
      this.block.flat++;
      const { street, number, town, postCode, flat } = this.block;
      return { street, number: `${number}-${flat}`, town, postCode };
    }
    const place = towns[this.random.weighted(towns.map(({ weight }) => weight))] as (typeof towns)[number];
    const street = this.random.pickCommon(this.streets);
    const key = `${place.name}/${street}`;
    const number = (this.lastNumber.get(key) ?? 0) + this.random.between(1, 2);
    this.lastNumber.set(key, number);
    // A long street keeps its postcode for a hundred house numbers.
    const postCode = place.postCodes[(street.length + Math.floor(number / 100)) % place.postCodes.length] as string;
    if (this.random.chance(0.3)) {
      this.block = { street, number, town: place.name, postCode, flats: this.random.between(4, 24), flat: 1 };
      return { street, number: `${number}-1`, town: place.name, postCode };
    }
    return { street, number: String(number), town: place.name, postCode };
  }

  /** An address in another city, where people lived before they came. */
  addressElsewhere(): Address {
    return {
      street: this.random.pickCommon(this.streets),
      number: String(this.random.between(1, 180)),
      town: this.random.pick(townsElsewhere),
      postCode: String(this.random.between(20_000, 89_999)),
    };
  }
}
