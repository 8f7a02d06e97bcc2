import { DATE } from "./date.ts";
import { DD_MM_YYYY, MM_DD_YYYY } from "./dd-mm-yyyy.ts";
import { DD_MON_YY } from "./dd-mon-yy.ts";
import { EPOCH_SECONDS } from "./epoch-seconds.ts";
import { FAMILY_FIRST, TWO_FAMILY_NAMES_FIRST } from "./family-first.ts";
import type { Format } from "./format.ts";
import { FREE_TEXT_NAME } from "./free-text-name.ts";
import { CENTS, IMPLIED_DECIMALS_2, IMPLIED_DECIMALS_3 } from "./implied-decimals.ts";
import { LAST_COMMA_FIRST } from "./last-comma-first.ts";
import { LATIN1 } from "./latin1.ts";
import { LOWER_EMAIL } from "./lower-email.ts";
import { NATIONAL_ID } from "./national-id.ts";
import { OPEN_END_DATE } from "./open-end-date.ts";
import { PHONE } from "./phone.ts";
import { TITLE_CASE } from "./title-case.ts";
import { TRIM } from "./trim.ts";
import { YES_NO } from "./yes-no.ts";
import { YYMMDD } from "./yymmdd.ts";
import { YYYYMMDD } from "./yyyymmdd.ts";

/** The names that `format:` may take in department.graphql. How to add one: see `Format`. */
export const formats = {
  TRIM,
  TITLE_CASE,
  LAST_COMMA_FIRST,
  FAMILY_FIRST,
  TWO_FAMILY_NAMES_FIRST,
  FREE_TEXT_NAME,
  LATIN1,
  PHONE,
  LOWER_EMAIL,
  NATIONAL_ID,
  DATE,
  OPEN_END_DATE,
  YYYYMMDD,
  YYMMDD,
  DD_MON_YY,
  DD_MM_YYYY,
  MM_DD_YYYY,
  EPOCH_SECONDS,
  CENTS,
  IMPLIED_DECIMALS_2,
  IMPLIED_DECIMALS_3,
  YES_NO,
} as const satisfies Record<string, Format>;

export type FormatName = keyof typeof formats;

export const formatNames = Object.keys(formats) as readonly FormatName[];
