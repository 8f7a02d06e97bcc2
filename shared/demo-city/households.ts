import type { Surveyor } from "./addresses.ts";
import { type Day, daysInYear } from "./calendar.ts";
import type { Culture } from "./names.ts";
import type { Household, Person, Residence } from "./person.ts";
import type { Random } from "./random.ts";
import { Registrar } from "./registrar.ts";

export interface Settlement {
  readonly size: number;
  readonly today: Day;
  readonly random: Random;
  readonly surveyor: Surveyor;
  readonly cultures: readonly Culture[];
}

/** Share of people who are one of twins; the city's promise is 1 %. */
const twinShare = 0.012;

const householdKinds = ["SINGLE", "COUPLE", "PARENTS", "SINGLE_PARENT", "SHARED_FLAT", "CARE_HOME"] as const;
const householdWeights = [31, 27, 30, 7, 4.6, 0.4];

/** Fills the city with households until it has `size` people. */
export function settle(settlement: Settlement): Person[] {
  return new Settler(settlement).people;
}

class Settler {
  readonly people: Person[] = [];
  private readonly settlement: Settlement;
  private readonly random: Random;
  private readonly registrar: Registrar;
  private households = 0;
  private twins = 0;

  constructor(settlement: Settlement) {
    this.settlement = settlement;
    this.random = settlement.random;
    this.registrar = new Registrar(settlement, this.people);
    while (this.people.length < settlement.size) this.settleHousehold();
  }

  private get room(): number {
    return this.settlement.size - this.people.length;
  }

  private get twinsWanted(): boolean {
    return this.room > 0 && this.twins < twinShare * (this.people.length + 2);
  }

  private settleHousehold(): void {
    const kind = householdKinds[this.random.weighted(householdWeights)] as (typeof householdKinds)[number];
    if (kind === "SINGLE") this.settleSingle();
    else if (kind === "SHARED_FLAT") this.settleStrangers("SHARED_FLAT", this.random.between(2, 5), [18, 32]);
    else if (kind === "CARE_HOME") this.settleStrangers("CARE_HOME", this.random.between(8, 24), [70, 97]);
    else this.settleFamily(kind);
  }

  private settleSingle(): void {
    const age = this.random.chance(0.35) ? this.random.between(65, 94) : this.random.between(19, 64);
    const born = this.bornAt(age);
    const culture = this.culture();
    const gender = this.gender();
    const house = this.openHousehold("FAMILY");
    const childhood: Residence = { address: this.oldAddress(), since: born };
    const person = this.registrar.register({
      culture,
      gender,
      born,
      household: house.household,
      residences: lifeOf(born, house.timeline, childhood),
    });
    if (this.random.chance(0.25) && age > 30) this.registrar.divorce(person);
    else if (age > 68 && this.random.chance(0.5)) this.registrar.widow(person);
    // Twins who grew up together and live apart are the hardest to keep apart.
    if (!this.twinsWanted || !this.random.chance(0.3)) return;
    const other = this.openHousehold("FAMILY");
    const twin = this.registrar.register({
      culture,
      gender: this.random.chance(0.7) ? gender : this.gender(),
      born,
      bornAs: person,
      household: other.household,
      residences: lifeOf(born, other.timeline, childhood),
    });
    this.pair(person, twin);
  }

  private settleStrangers(
    kind: "SHARED_FLAT" | "CARE_HOME",
    count: number,
    [youngest, oldest]: [number, number],
  ): void {
    const house = this.openHousehold(kind);
    for (let i = 0; i < count && this.room > 0; i++) {
      const born = this.bornAt(this.random.between(youngest, oldest));
      const since = this.settlement.today - 30 - this.random.waiting(3 * daysInYear);
      const residences = lifeOf(born, [{ address: house.household.address, since }], {
        address: this.oldAddress(),
        since: born,
      });
      this.registrar.register({
        culture: this.culture(),
        gender: this.gender(),
        born,
        household: house.household,
        residences,
      });
    }
  }

  private settleFamily(kind: "COUPLE" | "PARENTS" | "SINGLE_PARENT"): void {
    const { random } = this;
    const house = this.openHousehold("FAMILY");
    const culture = this.culture();
    const age = kind === "COUPLE" ? random.between(22, 88) : random.between(22, 55);
    const elder = this.settleAdult(house, culture, kind === "SINGLE_PARENT" && random.chance(0.85) ? "F" : "M", age);
    if (kind === "SINGLE_PARENT") {
      if (random.chance(0.6) && age > 24) this.registrar.divorce(elder);
      this.settleChildren(house, age, elder.gender === "F" ? { mother: elder } : { father: elder });
      return;
    }
    if (this.room <= 0) return;
    const ageOfWife = Math.max(20, age + random.between(-7, 4));
    const wife = this.settleAdult(house, random.chance(0.85) ? culture : this.culture(), "F", ageOfWife);
    if (random.chance(0.82)) this.registrar.marry(elder, wife);
    if (kind === "PARENTS") this.settleChildren(house, ageOfWife, { mother: wife, father: elder });
  }

  private settleAdult(house: OpenHousehold, culture: Culture, gender: "F" | "M", age: number): Person {
    const born = this.bornAt(age);
    const childhood = this.random.chance(0.7) ? { address: this.oldAddress(), since: born } : undefined;
    const residences = lifeOf(born, house.timeline, childhood);
    return this.registrar.register({ culture, gender, born, household: house.household, residences });
  }

  private settleChildren(house: OpenHousehold, ageOfParent: number, parents: Pick<Person, "mother" | "father">): void {
    let age = Math.min(ageOfParent - this.random.between(19, 36), 26);
    for (let count = this.random.between(1, 3); count > 0 && age >= 0 && this.room > 0; count--) {
      const born = this.bornAt(age);
      const residences = lifeOf(born, house.timeline);
      const { culture } = (parents.father ?? parents.mother) as Person;
      const gender = this.gender();
      const child = this.registrar.register({
        culture,
        gender,
        born,
        household: house.household,
        residences,
        ...parents,
      });
      if (this.twinsWanted) {
        const genderOfTwin = this.random.chance(0.7) ? gender : this.gender();
        const twin = this.registrar.register({
          culture,
          gender: genderOfTwin,
          born,
          household: house.household,
          residences,
          ...parents,
        });
        this.pair(child, twin);
      }
      age -= this.random.between(2, 5);
    }
  }

  private pair(one: Person, other: Person): void {
    one.twin = other;
    other.twin = one;
    this.twins += 2;
  }

  private openHousehold(kind: Household["kind"]): OpenHousehold {
    const { random, settlement } = this;
    const address = settlement.surveyor.newAddress();
    const timeline: Residence[] = [];
    let since = settlement.today - 20 - random.waiting(7 * daysInYear);
    timeline.unshift({ address, since });
    const moves = random.weighted([35, 38, 19, 8]);
    for (let i = 0; i < moves; i++) {
      since -= 120 + random.waiting(5 * daysInYear);
      timeline.unshift({ address: this.oldAddress(), since });
    }
    const landline = kind === "CARE_HOME" || random.chance(0.35) ? landlineOf(this.households) : undefined;
    const household = { index: this.households++, kind, address, members: [], ...(landline ? { landline } : {}) };
    return { household, timeline };
  }

  private oldAddress() {
    const { surveyor } = this.settlement;
    return this.random.chance(0.75) ? surveyor.newAddress() : surveyor.addressElsewhere();
  }

  private bornAt(age: number): Day {
    return Math.floor(this.settlement.today - age * daysInYear) - this.random.between(1, 364);
  }

  private culture(): Culture {
    const { cultures } = this.settlement;
    return cultures[this.random.weighted(cultures.map(({ share }) => share))] as Culture;
  }

  private gender(): "F" | "M" {
    return this.random.chance(0.51) ? "F" : "M";
  }
}

interface OpenHousehold {
  readonly household: Household;
  readonly timeline: readonly Residence[];
}

/** Where a person lived: in childhood, then with the household; never before being born. */
function lifeOf(born: Day, timeline: readonly Residence[], childhood?: Residence): Residence[] {
  const grownUp = born + 18 * daysInYear;
  const lived = timeline.filter(({ since }) => since > (childhood ? grownUp : born));
  if (childhood && lived.length > 0) return [childhood, ...lived];
  // The household's address at birth, or its present one where the person is younger than all moves.
  const first = timeline[Math.max(0, timeline.length - lived.length - 1)] as Residence;
  return [{ address: first.address, since: born }, ...lived.filter(({ address }) => address !== first.address)];
}

/** Country code 999 is assigned to nobody, so no number of the city is anybody's. */
function landlineOf(household: number): string {
  return `+9996${String(1_000_000 + ((household * 7919) % 8_999_993))}`;
}
