import type { DeclaredColumn, DeclaredTable, WireTable } from "./declared-schema.ts";
import { ANY_SCALE } from "./engine-types.ts";

const NAME = "VARCHAR2(128)";
const OWNER = "SYS";

/** Oracle's dictionary over the declared tables, as far as an introspection reads it; DUAL is one of its tables. */
export function oracleCatalogue(
  tables: readonly DeclaredTable[],
  service: string,
  synonyms: Readonly<Record<string, string>> = {},
): WireTable[] {
  const base = tables.filter((table) => !table.declaration.view);
  const views = tables.filter((table) => table.declaration.view);
  const primaryKeys = tables.flatMap((table) =>
    table.declaration.primaryKey ? [{ table, columns: table.declaration.primaryKey }] : [],
  );
  const primaryName = (table: DeclaredTable) => `${table.name}_PK`;
  const targetOf = (name: string) =>
    tables.find((table) => [table.name, `${table.schema}.${table.name}`].includes(name));
  const references = tables.flatMap((table) =>
    (table.declaration.foreignKeys ?? []).map((key, at) => ({
      table,
      key,
      name: `${table.name}_FK${at + 1}`,
      target: targetOf(key.references.table),
    })),
  );
  const indexes = tables.flatMap((table) => [
    ...(table.declaration.primaryKey
      ? [{ table, name: primaryName(table), columns: table.declaration.primaryKey, unique: true }]
      : []),
    ...(table.declaration.indexes ?? []).map((index) => ({ table, ...index, unique: index.unique === true })),
  ]);
  const columnRows = tables.flatMap((table) =>
    table.columns.map((column, at) => [table.schema, table.name, ...describe(column, at)]),
  );
  const columns = {
    OWNER: NAME,
    TABLE_NAME: NAME,
    COLUMN_NAME: NAME,
    DATA_TYPE: NAME,
    DATA_LENGTH: "NUMBER",
    DATA_PRECISION: "NUMBER",
    DATA_SCALE: "NUMBER",
    NULLABLE: "VARCHAR2(1)",
    COLUMN_ID: "NUMBER",
    CHAR_LENGTH: "NUMBER",
    CHAR_USED: "VARCHAR2(1)",
    VIRTUAL_COLUMN: "VARCHAR2(3)",
    HIDDEN_COLUMN: "VARCHAR2(3)",
  };
  const { OWNER: _owner, ...ownColumns } = columns;
  const tableRows = base.map((table) => [table.schema, table.name, table.declaration.rows?.length ?? 0, "VALID"]);
  const dictionary: WireTable[] = [
    { name: "DUAL", columns: { DUMMY: "VARCHAR2(1)" }, rows: [["X"]] },
    {
      name: "ALL_TABLES",
      columns: { OWNER: NAME, TABLE_NAME: NAME, NUM_ROWS: "NUMBER", STATUS: "VARCHAR2(8)" },
      rows: tableRows,
    },
    {
      name: "USER_TABLES",
      columns: { TABLE_NAME: NAME, NUM_ROWS: "NUMBER", STATUS: "VARCHAR2(8)" },
      rows: tableRows.map((row) => row.slice(1)),
    },
    {
      name: "ALL_VIEWS",
      columns: { OWNER: NAME, VIEW_NAME: NAME },
      rows: views.map((view) => [view.schema, view.name]),
    },
    { name: "USER_VIEWS", columns: { VIEW_NAME: NAME }, rows: views.map((view) => [view.name]) },
    {
      name: "ALL_OBJECTS",
      columns: { OWNER: NAME, OBJECT_NAME: NAME, OBJECT_TYPE: "VARCHAR2(23)" },
      rows: tables.map((table) => [table.schema, table.name, table.declaration.view ? "VIEW" : "TABLE"]),
    },
    {
      name: "ALL_SYNONYMS",
      columns: { OWNER: NAME, SYNONYM_NAME: NAME, TABLE_OWNER: NAME, TABLE_NAME: NAME, DB_LINK: NAME },
      rows: Object.entries(synonyms).map(([name, target]) => [...name.split("."), ...target.split("."), null]),
    },
    { name: "ALL_TAB_COLUMNS", columns, rows: columnRows },
    { name: "ALL_TAB_COLS", columns, rows: columnRows },
    { name: "USER_TAB_COLUMNS", columns: ownColumns, rows: columnRows.map((row) => row.slice(1)) },
    {
      name: "ALL_TAB_COMMENTS",
      columns: { OWNER: NAME, TABLE_NAME: NAME, TABLE_TYPE: "VARCHAR2(11)", COMMENTS: "VARCHAR2(4000)" },
      rows: tables.map((table) => [
        table.schema,
        table.name,
        table.declaration.view ? "VIEW" : "TABLE",
        table.declaration.comment,
      ]),
    },
    {
      name: "ALL_COL_COMMENTS",
      columns: { OWNER: NAME, TABLE_NAME: NAME, COLUMN_NAME: NAME, COMMENTS: "VARCHAR2(4000)" },
      rows: tables.flatMap((table) =>
        table.columns.map((column) => [
          table.schema,
          table.name,
          column.name,
          table.declaration.comments?.[column.name],
        ]),
      ),
    },
    {
      name: "ALL_CONSTRAINTS",
      columns: {
        OWNER: NAME,
        CONSTRAINT_NAME: NAME,
        CONSTRAINT_TYPE: "VARCHAR2(1)",
        TABLE_NAME: NAME,
        R_OWNER: NAME,
        R_CONSTRAINT_NAME: NAME,
        STATUS: "VARCHAR2(8)",
      },
      rows: [
        ...primaryKeys.map(({ table }) => [table.schema, primaryName(table), "P", table.name, null, null, "ENABLED"]),
        ...references.map(({ table, name, target }) => [
          table.schema,
          name,
          "R",
          table.name,
          target?.schema,
          target ? primaryName(target) : null,
          "ENABLED",
        ]),
      ],
    },
    {
      name: "ALL_CONS_COLUMNS",
      columns: {
        OWNER: NAME,
        CONSTRAINT_NAME: NAME,
        TABLE_NAME: NAME,
        COLUMN_NAME: "VARCHAR2(4000)",
        POSITION: "NUMBER",
      },
      rows: [
        ...primaryKeys.flatMap(({ table, columns: names }) =>
          names.map((column, at) => [table.schema, primaryName(table), table.name, column, at + 1]),
        ),
        ...references.flatMap(({ table, key, name }) =>
          key.columns.map((column, at) => [table.schema, name, table.name, column, at + 1]),
        ),
      ],
    },
    {
      name: "ALL_INDEXES",
      columns: {
        OWNER: NAME,
        INDEX_NAME: NAME,
        TABLE_OWNER: NAME,
        TABLE_NAME: NAME,
        UNIQUENESS: "VARCHAR2(9)",
        STATUS: "VARCHAR2(8)",
      },
      rows: indexes.map(({ table, name, unique }) => [
        table.schema,
        name,
        table.schema,
        table.name,
        unique ? "UNIQUE" : "NONUNIQUE",
        "VALID",
      ]),
    },
    {
      name: "ALL_IND_COLUMNS",
      columns: {
        INDEX_OWNER: NAME,
        INDEX_NAME: NAME,
        TABLE_OWNER: NAME,
        TABLE_NAME: NAME,
        COLUMN_NAME: "VARCHAR2(4000)",
        COLUMN_POSITION: "NUMBER",
      },
      rows: indexes.flatMap(({ table, name, columns: names }) =>
        names.map((column, at) => [table.schema, name, table.schema, table.name, column, at + 1]),
      ),
    },
    {
      name: "V$VERSION",
      columns: { BANNER: "VARCHAR2(80)" },
      rows: [["Oracle Database 19c Enterprise Edition Release 19.0.0.0.0 - Production"]],
    },
    {
      name: "PRODUCT_COMPONENT_VERSION",
      columns: { PRODUCT: "VARCHAR2(320)", VERSION: "VARCHAR2(160)" },
      rows: [["Oracle Database 19c Enterprise Edition", "19.0.0.0.0"]],
    },
    {
      name: "NLS_DATABASE_PARAMETERS",
      columns: { PARAMETER: NAME, VALUE: "VARCHAR2(64)" },
      rows: [
        ["NLS_CHARACTERSET", "AL32UTF8"],
        ["NLS_NCHAR_CHARACTERSET", "AL16UTF16"],
        ["NLS_DATE_FORMAT", "DD-MON-RR"],
        ["SERVICE", service],
      ],
    },
  ];
  return dictionary.map((table) => ({ ...table, name: `${OWNER}.${table.name}` }));
}

function describe(column: DeclaredColumn, at: number): unknown[] {
  const { type } = column;
  const sized = type.kind === "char" || type.kind === "varchar";
  const numeric = type.kind === "decimal";
  const timestamp = type.name.startsWith("TIMESTAMP");
  const name = timestamp
    ? type.name.replace("TIMESTAMP", `TIMESTAMP(${type.scale})`)
    : type.name === "VARCHAR"
      ? "VARCHAR2"
      : type.name;
  return [
    column.name,
    numeric && type.name !== "FLOAT" ? "NUMBER" : name,
    sized ? type.length * (type.national ? 2 : 1) : type.length,
    numeric && type.precision > 0 ? type.precision : null,
    numeric && type.scale !== ANY_SCALE ? type.scale : timestamp ? type.scale : null,
    column.nullable ? "Y" : "N",
    at + 1,
    sized ? type.length : 0,
    sized ? "B" : null,
    "NO",
    "NO",
  ];
}
