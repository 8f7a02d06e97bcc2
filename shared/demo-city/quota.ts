import type { Random } from "./random.ts";

/** Aimed at a little above what is asked, so that the measured share is at least that in small cities too. */
const margin = 1.06;

/** Keeps the share of one kind of dirt a little above what is asked, although not every person can have it. */
export class Quota {
  private readonly rate: number;
  private readonly random: Random;
  private seen = 0;
  private got = 0;

  constructor(rate: number, random: Random) {
    this.rate = rate;
    this.random = random;
  }

  /** To be asked once a record. */
  wants(): boolean {
    this.seen++;
    return this.random.chance(this.got + 1 <= this.rate * margin * this.seen ? 0.5 : this.rate / 2);
  }

  met(): void {
    this.got++;
  }
}
