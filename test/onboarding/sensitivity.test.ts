import { describe, expect, it } from "vitest";
import { isSpecialTable, type Sensitivity, sensitivityOf } from "../../shared/onboarding/recognise/sensitive.ts";
import { wordsOf } from "../../shared/onboarding/recognise/words.ts";

const columns: Readonly<Record<Sensitivity, string>> = {
  SPECIAL: `krankheit KRANKHEIT_CD maladie ziekte enfermedad haigus disease illness sickness usutunnistus hiv HIV_STATUS
    BLOODGRP bloodGroup ETHGRP ethnic_group DISAB_FLG GRAD_BEH PFLEGEGRAD MENTAL_HLTH mentalHealth CONF_CD rel_code
    casier casier_judiciaire antecedentes fingerabdruck vaccination vaccinated_vaccine impfung IMPF_DT refugee
    wheelchair care_level drug_use alcohol smoker religion DIAG_CD diagnose union_member pregnant allergy_txt`,
  PERSONAL: `doctor hausarzt signature unterschrift latitude longitude LAT lon login username account_no KONTO KONTONR
    GIVNAME FAMNAME first_name birth_date NATID phone email initials`,
  SECRET: "password pwd_hash api_secret",
  ORDINARY: `doctor_id account_status account_kind permit_no status opened_date amount relation_level belief_period
    confirmed graduation medium release platform literacy longest`,
};

describe("what a column's name says of how carefully it is to be treated", () => {
  for (const [sensitivity, names] of Object.entries(columns)) {
    it.each(names.split(/\s+/))(`${sensitivity}: %s`, (name) => {
      expect(sensitivityOf(name), wordsOf(name).meant.join(" ")).toBe(sensitivity);
    });
  }

  it.each([
    ["DIAGNOSIS", true],
    ["RELIGION", true],
    ["tblKrankheit", true],
    ["PARTY", false],
    ["PERMIT", false],
  ])("of the rows of %s: %s", (table, special) => {
    expect(isSpecialTable(wordsOf(table).meant)).toBe(special);
  });
});
