import { z } from "zod";

/**
 * Every setting of a Civigraph process: the environment variable, its key in civigraph.yaml, its form and its default.
 * The configuration, the messages about faults and the README's reference are all made from this table.
 */
export const settings = {
  port: setting({
    variable: "PORT",
    about: "Port that the process listens on; 0 lets the system choose one.",
    expected: "a whole number from 0 to 65535",
    byDefault: "4000",
    form: wholeNumber(0, 65_535),
  }),
  host: setting({
    variable: "HOST",
    about: "Address that the process listens on.",
    expected: "an address or host name",
    byDefault: "127.0.0.1",
    form: z.string().regex(/^[\w.:-]+$/),
  }),
  dataDirectory: setting({
    variable: "CIVIGRAPH_DATA",
    about: "Folder for the demo city's databases, the crosswalk and generated secrets.",
    expected: "a path",
    byDefault: ".civigraph",
    form: z.string(),
  }),
  logLevel: setting({
    variable: "LOG_LEVEL",
    about: "How much is logged. No level logs personal data.",
    expected: "one of fatal, error, warn, info, debug, trace, silent",
    byDefault: "info",
    form: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]),
  }),
  corsOrigins: setting({
    variable: "CIVIGRAPH_CORS_ORIGINS",
    about:
      "Origins whose pages may call the gateway, separated by commas; `*` allows all. Unset allows none but its own.",
    expected: "origins such as https://portal.example.gov, separated by commas, or *",
    form: z
      .string()
      .transform((text) => text.split(",").map((origin) => origin.trim()))
      .refine((origins) => origins.every(isOrigin)),
  }),
  subgraphSecret: setting({
    variable: "CIVIGRAPH_SUBGRAPH_SECRET",
    about: "Signs the calls between Civigraph processes; the same in all of them. Needed as soon as one runs apart.",
    expected: "at least 32 characters",
    secret: true,
    form: z.string().min(32),
  }),
  identitySecret: setting({
    variable: "CIVIGRAPH_IDENTITY_SECRET",
    about:
      "Keys identity's look-up tokens, public ids and encrypted keys. The demo city makes its own on the first run.",
    expected: "at least 32 characters",
    secret: true,
    form: z.string().min(32),
  }),
  backupPassphrase: setting({
    variable: "CIVIGRAPH_BACKUP_PASSPHRASE",
    about:
      "Encrypts what `civigraph identity backup` writes and opens it for `restore`, which otherwise ask or take a `--passphrase-file`.",
    expected: "at least 12 characters",
    secret: true,
    form: z.string().min(12),
  }),
  identityDatabaseUrl: setting({
    variable: "IDENTITY_DATABASE_URL",
    about: "Database of the crosswalk, SQLite or PostgreSQL 12 and later. Unset: `identity.sqlite` in the data folder.",
    expected: "a URL that starts with sqlite: or postgres:",
    secret: true,
    form: z.string().regex(/^(sqlite:|postgres(ql)?:\/\/)/),
  }),
  followInterval: setting({
    variable: "CIVIGRAPH_FOLLOW_SECONDS",
    about: "Seconds between two looks at what has changed in the departments; 0 looks never.",
    expected: "a whole number from 0 to 86400",
    byDefault: "60",
    form: wholeNumber(0, 86_400),
  }),
  insecureDemo: setting({
    variable: "CIVIGRAPH_INSECURE_DEMO",
    about:
      "`1` lets a gateway without rights enforcement listen on more than the loopback, and answer to any name. For demo data only.",
    expected: "0 or 1",
    byDefault: "0",
    form: z.enum(["0", "1"]).transform((text) => text === "1"),
  }),
  demoCity: setting({
    variable: "CIVIGRAPH_DEMO_CITY",
    about:
      "`1` lets departments whose database is not set use the demo city's, `0` never does. Unset: 1 while none of them is set, so that real and invented people are never mixed by mistake.",
    expected: "0 or 1",
    form: z.enum(["0", "1"]).transform((text) => text === "1"),
  }),
  firstPhase: setting({
    variable: "CIVIGRAPH_FIRST_PHASE",
    about: "Phase of a department for which no `civigraph phase` was run: what a new folder starts in.",
    expected: "one of SANDBOX, SHADOW, READ_ONLY, LIVE",
    byDefault: "LIVE",
    form: z.enum(["SANDBOX", "SHADOW", "READ_ONLY", "LIVE"]),
  }),
  citySize: setting({
    variable: "CITY_SIZE",
    about: "People in the demo city when it is generated.",
    expected: "a whole number from 50 to 1000000",
    byDefault: "5000",
    form: wholeNumber(50, 1_000_000),
  }),
  citySeed: setting({
    variable: "CITY_SEED",
    about: "Seed of the demo city.",
    expected: "a whole number from 0 to 2147483647",
    byDefault: "1",
    form: wholeNumber(0, 2_147_483_647),
  }),
  cityDate: setting({
    variable: "CITY_DATE",
    about: "Day up to which the demo city has lived, so that the same size, seed and day give the same city.",
    expected: "a day such as 2026-11-01",
    byDefault: "2026-11-01",
    form: z.iso.date(),
  }),
  requestTimeout: setting({
    variable: "CIVIGRAPH_REQUEST_TIMEOUT_MS",
    about: "Milliseconds after which a request is given up and its calls to subgraphs are cancelled.",
    expected: "a whole number from 100 to 600000",
    byDefault: "30000",
    form: wholeNumber(100, 600_000),
  }),
  subgraphTimeout: setting({
    variable: "CIVIGRAPH_SUBGRAPH_TIMEOUT_MS",
    about: "Milliseconds after which one call to a subgraph is given up, so that its fields alone are missing.",
    expected: "a whole number from 50 to 600000",
    byDefault: "10000",
    form: wholeNumber(50, 600_000),
  }),
  statementTimeout: setting({
    variable: "CIVIGRAPH_STATEMENT_TIMEOUT_MS",
    about: "Milliseconds after which one statement in a department's database is given up, those of linking included.",
    expected: "a whole number from 50 to 600000",
    byDefault: "10000",
    form: wholeNumber(50, 600_000),
  }),
  bodyLimit: setting({
    variable: "CIVIGRAPH_BODY_LIMIT",
    about: "Largest request body in bytes.",
    expected: "a whole number from 1024 to 104857600",
    byDefault: "1048576",
    form: wholeNumber(1024, 104_857_600),
  }),
  maxTokens: setting({
    variable: "CIVIGRAPH_MAX_TOKENS",
    about: "Largest number of tokens in a query.",
    expected: "a whole number from 100 to 100000",
    byDefault: "5000",
    form: wholeNumber(100, 100_000),
  }),
  maxDepth: setting({
    variable: "CIVIGRAPH_MAX_DEPTH",
    about: "Largest number of fields within each other in a query.",
    expected: "a whole number from 5 to 10000",
    byDefault: "50",
    form: wholeNumber(5, 10_000),
  }),
  maxHeight: setting({
    variable: "CIVIGRAPH_MAX_HEIGHT",
    about:
      "Largest number of fields and fragments in a query once its fragments are written out; `@skip` and `@include` count as eight each.",
    expected: "a whole number from 100 to 100000",
    byDefault: "1000",
    form: wholeNumber(100, 100_000),
  }),
  maxAliases: setting({
    variable: "CIVIGRAPH_MAX_ALIASES",
    about: "Largest number of aliases in a query once its fragments are written out.",
    expected: "a whole number from 0 to 100000",
    byDefault: "100",
    form: wholeNumber(0, 100_000),
  }),
  maxRootFields: setting({
    variable: "CIVIGRAPH_MAX_ROOT_FIELDS",
    about: "Largest number of fields at the root of a query; at the root of a mutation it is 10 at most.",
    expected: "a whole number from 1 to 100000",
    byDefault: "50",
    form: wholeNumber(1, 100_000),
  }),
  documentCache: setting({
    variable: "CIVIGRAPH_DOCUMENT_CACHE",
    about: "Number of parsed and validated queries of up to 25 fields that are kept; larger ones count several times.",
    expected: "a whole number from 1 to 100000",
    byDefault: "1000",
    form: wholeNumber(1, 100_000),
  }),
} as const;

/** The variables that exist once for each department or subgraph, by the ending of their names. */
export const settingsByName = {
  subgraphUrl: {
    ending: "_SUBGRAPH_URL",
    about:
      "Address of a subgraph that runs in a process of its own, e.g. `PERMITS_SUBGRAPH_URL` or `IDENTITY_SUBGRAPH_URL`. Unset: it runs inside this process.",
    expected: "a URL that starts with http:// or https://",
    form: z.url({ protocol: /^https?$/ }),
  },
  databaseUrl: {
    ending: "_DATABASE_URL",
    about:
      "Database of a department; `@source(url:)` in its department.graphql names the variable, e.g. `PERMITS_DATABASE_URL`. Only the demo city has a default: `<department>.sqlite` in the data folder.",
    expected: "a URL that starts with mssql:, oracle:, postgres:, mysql: or sqlite:",
    form: z.string().regex(/^(mssql|sqlserver|oracle|postgres|postgresql|mysql|mariadb|sqlite):/),
  },
} as const;

/** One setting; `form` reads the text of the variable. */
export interface Setting<Form extends z.ZodType = z.ZodType> {
  readonly variable: string;
  readonly about: string;
  readonly expected: string;
  readonly byDefault?: string;
  /** True where the value must never be printed. */
  readonly secret?: boolean;
  readonly form: Form;
}

function setting<Form extends z.ZodType, const Rest extends Omit<Setting, "form">>(
  definition: Rest & { form: Form },
): Rest & { form: Form } {
  return definition;
}

function wholeNumber(least: number, most: number) {
  return z
    .string()
    .regex(/^\d{1,10}$/)
    .transform(Number)
    .refine((value) => value >= least && value <= most);
}

function isOrigin(text: string): boolean {
  if (text === "*") return true;
  return URL.canParse(text) && new URL(text).origin === text;
}
