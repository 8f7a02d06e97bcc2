import { describe, expect, it } from "vitest";
import { FAMILY_FIRST, TWO_FAMILY_NAMES_FIRST } from "../../../../shared/sql/formats/family-first.ts";
import { read } from "./reading.ts";

describe("FAMILY_FIRST", () => {
  it.each([
    ["IVANOV IVAN PETROVICH  ", "Ivan Petrovich Ivanov"],
    ["Евсеева Дарья  Павловна", "Дарья Павловна Евсеева"],
    ["Nagy Katalin", "Katalin Nagy"],
    ["KIM MIN JUN", "Min Jun Kim"],
    ["LE THI HUONG", "Thi Huong Le"],
    ["van der Berg Pieter", "Pieter van der Berg"],
    ["LE GALL Jean Paul", "Jean Paul LE GALL"],
    ["Smith-Jones Ann", "Ann Smith-Jones"],
    ["DOE, JOHN Q", "John Q Doe"],
    ["DOE", "Doe"],
    ["金珉俊", "金珉俊"],
    ["   ", null],
  ])("reads %j as %j", (raw, expected) => {
    expect(read(FAMILY_FIRST, raw)).toBe(expected);
  });
});

describe("TWO_FAMILY_NAMES_FIRST", () => {
  it.each([
    ["GARCIA LOPEZ ANA MARIA", "Ana Maria Garcia Lopez"],
    ["GARCIA ANA", "Ana Garcia"],
    ["DE LA CRUZ VEGA JUAN", "Juan De La Cruz Vega"],
    ["Lopez y Garcia Juan", "Juan Lopez y Garcia"],
    ["GARCIA LOPEZ, ANA", "Ana Garcia Lopez"],
    ["GARCIA LOPEZ Ana", "Ana GARCIA LOPEZ"],
    ["GARCIA", "Garcia"],
  ])("reads %j as %j", (raw, expected) => {
    expect(read(TWO_FAMILY_NAMES_FIRST, raw)).toBe(expected);
  });
});
