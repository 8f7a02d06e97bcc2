import { chinook } from "./chinook.ts";
import { employees } from "./employees.ts";
import { northwind } from "./northwind.ts";
import { registryOffice } from "./registry-office.ts";
import { sakila } from "./sakila.ts";
import type { Sample } from "./sample.ts";

/** Four schemas that others published, and a municipal one of our own without foreign keys. */
export const samples: readonly Sample[] = [chinook, sakila, northwind, employees, registryOffice];
