import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { onboard } from "../../shared/onboarding/onboard.ts";
import Database from "../../shared/sql/sqlite/driver.js";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "civigraph-languages-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** SQL of what row `i` has of each. */
const values = {
  GIVEN_NAME: "substr('AnnaBertCaraDoraEmil', 1 + i % 5 * 4, 4)",
  FAMILY_NAME: "'Novak' || char(97 + i % 26)",
  FULL_NAME: "'Anna Novak' || char(97 + i % 26)",
  BIRTH_NAME: "'Kovar' || char(97 + i % 26)",
  DATE_OF_BIRTH: "date('1950-01-01', (i * 200) || ' days')",
  DATE_OF_DEATH: "CASE WHEN i % 4 = 0 THEN date('2020-01-01', i || ' days') END",
  GENDER: "substr('MF', 1 + i % 2, 1)",
  IDENTIFIER: "printf('%010d', i * 7919 + 5000000000)",
  THOROUGHFARE: "'Long Street ' || i",
  LOCATOR_DESIGNATOR: "CAST(i AS TEXT)",
  POST_NAME: "substr('BrnoOuluBari', 1 + i % 3 * 4, 4)",
  POST_CODE: "printf('%05d', 10000 + i * 111)",
  TELEPHONE: "'+42 555 ' || (10000 + i)",
  EMAIL: "'p' || i || '@example.org'",
} as const;
type Attribute = keyof typeof values;

async function recognised(table: string, columns: Readonly<Record<string, Attribute>>) {
  const file = join(folder, `${table}.sqlite`);
  const database = new Database(file);
  const names = Object.keys(columns).map((name) => `"${name}" TEXT`);
  const rows = Object.values(columns).map((is) => values[is]);
  database.exec(`CREATE TABLE "${table}" (id INTEGER PRIMARY KEY, ${names.join(", ")});
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
    INSERT INTO "${table}" SELECT i, ${rows.join(", ")} FROM n;`);
  database.close();
  const taken = { types: new Set<string>(), citizenFields: new Set<string>(), queryFields: new Set<string>() };
  const url = `sqlite:${file}`;
  const { recognition } = await onboard({ id: "office", url, jurisdiction: "northport", timeZone: "UTC", taken });
  const attributes = recognition.persons.flatMap((person) => person.attributes);
  return Object.fromEntries(attributes.map(({ column, is }) => [column, is]));
}

const registers: Readonly<Record<string, Readonly<Record<string, Attribute>>>> = {
  lakosok: {
    vezetéknév: "FAMILY_NAME",
    keresztnév: "GIVEN_NAME",
    születési_név: "BIRTH_NAME",
    szuletesi_datum: "DATE_OF_BIRTH",
    NEM: "GENDER",
    szemelyi_szam: "IDENTIFIER",
    utca: "THOROUGHFARE",
    hazszam: "LOCATOR_DESIGNATOR",
    település: "POST_NAME",
    irsz: "POST_CODE",
    telefonszam: "TELEPHONE",
    email_cim: "EMAIL",
  },
  mieszkancy: {
    imie: "GIVEN_NAME",
    nazwisko: "FAMILY_NAME",
    nazwisko_rodowe: "BIRTH_NAME",
    data_urodzenia: "DATE_OF_BIRTH",
    data_zgonu: "DATE_OF_DEATH",
    płeć: "GENDER",
    PESEL: "IDENTIFIER",
    ulica: "THOROUGHFARE",
    nr_domu: "LOCATOR_DESIGNATOR",
    miejscowosc: "POST_NAME",
    kod_pocztowy: "POST_CODE",
    nr_telefonu: "TELEPHONE",
  },
  OBYVATELE: {
    JMENO: "GIVEN_NAME",
    PRIJMENI: "FAMILY_NAME",
    DATNAR: "DATE_OF_BIRTH",
    POHLAVI: "GENDER",
    RODNE_CISLO: "IDENTIFIER",
    ULICE: "THOROUGHFARE",
    CISLO_POPISNE: "LOCATOR_DESIGNATOR",
    OBEC: "POST_NAME",
    PSC: "POST_CODE",
    TELEFON: "TELEPHONE",
  },
  anagrafica: {
    cognome: "FAMILY_NAME",
    nome: "GIVEN_NAME",
    sesso: "GENDER",
    data_di_nascita: "DATE_OF_BIRTH",
    codice_fiscale: "IDENTIFIER",
    indirizzo: "THOROUGHFARE",
    civico: "LOCATOR_DESIGNATOR",
    comune: "POST_NAME",
    cap: "POST_CODE",
    cellulare: "TELEPHONE",
  },
  municipe: {
    nome: "FULL_NAME",
    data_nascimento: "DATE_OF_BIRTH",
    género: "GENDER",
    nif: "IDENTIFIER",
    morada: "THOROUGHFARE",
    codigo_postal: "POST_CODE",
    localidade: "POST_NAME",
    telemovel: "TELEPHONE",
  },
  vatandaslar: {
    adı: "GIVEN_NAME",
    soyadı: "FAMILY_NAME",
    doğum_tarihi: "DATE_OF_BIRTH",
    cinsiyet: "GENDER",
    tc_kimlik_no: "IDENTIFIER",
    adres: "THOROUGHFARE",
    posta_kodu: "POST_CODE",
    ilçe: "POST_NAME",
    cep_tel: "TELEPHONE",
    eposta: "EMAIL",
  },
  invånare: {
    förnamn: "GIVEN_NAME",
    Efternamn: "FAMILY_NAME",
    FÖDELSEDATUM: "DATE_OF_BIRTH",
    kön: "GENDER",
    personnummer: "IDENTIFIER",
    gatuadress: "THOROUGHFARE",
    postnr: "POST_CODE",
    postort: "POST_NAME",
    mobilnr: "TELEPHONE",
  },
  Borger: {
    Fornavn: "GIVEN_NAME",
    Efternavn: "FAMILY_NAME",
    FødselsDato: "DATE_OF_BIRTH",
    KØN: "GENDER",
    CprNr: "IDENTIFIER",
    VejNavn: "THOROUGHFARE",
    HusNr: "LOCATOR_DESIGNATOR",
    PostNr: "POST_CODE",
    PostDistrikt: "POST_NAME",
    TlfNr: "TELEPHONE",
  },
  innbyggere: {
    fornavn: "GIVEN_NAME",
    etternavn: "FAMILY_NAME",
    fodselsdato: "DATE_OF_BIRTH",
    kjonn: "GENDER",
    fodselsnummer: "IDENTIFIER",
    gateadresse: "THOROUGHFARE",
    postnummer: "POST_CODE",
    poststed: "POST_NAME",
    epost: "EMAIL",
  },
  ASUKAS: {
    ETUNIMI: "GIVEN_NAME",
    SUKUNIMI: "FAMILY_NAME",
    SYNTYMAAIKA: "DATE_OF_BIRTH",
    SUKUPUOLI: "GENDER",
    HETU: "IDENTIFIER",
    KATUOSOITE: "THOROUGHFARE",
    POSTINUMERO: "POST_CODE",
    POSTITOIMIPAIKKA: "POST_NAME",
    PUHELINNUMERO: "TELEPHONE",
    SÄHKÖPOSTI: "EMAIL",
  },
  // One word for a name alone, beside a word for the other.
  Personne: { nom: "FAMILY_NAME", prenom: "GIVEN_NAME", date_naissance: "DATE_OF_BIRTH" },
  persona: { nombre: "GIVEN_NAME", apellidos: "FAMILY_NAME", fecha_nacimiento: "DATE_OF_BIRTH" },
  people: { name: "FULL_NAME", first_name: "GIVEN_NAME", birth_date: "DATE_OF_BIRTH" },
  // Words between that say nothing.
  residents: { first_name: "GIVEN_NAME", last_name: "FAMILY_NAME", date_of_birth: "DATE_OF_BIRTH" },
  habitants: {
    nom_de_famille: "FAMILY_NAME",
    nom_de_naissance: "BIRTH_NAME",
    prenom: "GIVEN_NAME",
    date_de_naissance: "DATE_OF_BIRTH",
  },
};

describe("persons in the languages of registers", () => {
  it.each(Object.entries(registers))("are recognised in %s", async (table, columns) => {
    expect(await recognised(table, columns)).toEqual(columns);
  });

  it("have no day for a number, such as that of a course in resuscitation", async () => {
    const names = { first_name: "GIVEN_NAME", last_name: "FAMILY_NAME", birth_date: "DATE_OF_BIRTH" } as const;
    const found = await recognised("volunteers", { ...names, cpr: "DATE_OF_BIRTH", national_id_date: "DATE_OF_BIRTH" });
    expect(found).toEqual(names);
  });
});
