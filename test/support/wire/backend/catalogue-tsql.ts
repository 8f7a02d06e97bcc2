import type { DeclaredColumn, DeclaredTable, WireTable } from "./declared-schema.ts";
import type { EngineType } from "./engine-types.ts";

const NAME = "SYSNAME NOT NULL";

/** SQL Server's catalogue views over the declared tables, as far as an introspection reads them. */
export function tsqlCatalogue(
  tables: readonly DeclaredTable[],
  database: string,
  collation = "SQL_Latin1_General_CP1_CI_AS",
): WireTable[] {
  const schemas = [...new Set(["dbo", ...tables.map((table) => table.schema)])];
  const objects = tables.map((table, at) => ({ table, id: 1000 + at, schemaId: schemas.indexOf(table.schema) + 1 }));
  const idOf = (name: string) =>
    objects.find(({ table }) => [table.name, `${table.schema}.${table.name}`].includes(name));
  const ordinal = (table: DeclaredTable, column: string) => table.columns.findIndex(({ name }) => name === column) + 1;
  const object = ({ table, id, schemaId }: (typeof objects)[number]) => {
    const view = table.declaration.view === true;
    return [table.name, id, schemaId, view ? "V" : "U", view ? "VIEW" : "USER_TABLE", 0];
  };
  const isView = ({ table }: (typeof objects)[number]) => table.declaration.view === true;
  const objectColumns = {
    name: NAME,
    object_id: "INT",
    schema_id: "INT",
    type: "CHAR(2)",
    type_desc: "NVARCHAR(60)",
    is_ms_shipped: "BIT",
  };
  const keys = objects.flatMap(({ table, id }) => {
    const primary = table.declaration.primaryKey;
    const listed = (table.declaration.indexes ?? []).map((index) => ({
      ...index,
      unique: index.unique === true,
      primary: false,
    }));
    const all = primary
      ? [{ name: `PK_${table.name}`, columns: primary, unique: true, primary: true }, ...listed]
      : listed;
    return all.map((index, at) => ({ table, id, index, indexId: at + 1 }));
  });
  const references = objects.flatMap(({ table, id }) =>
    (table.declaration.foreignKeys ?? []).map((key, at) => ({
      table,
      id,
      key,
      keyId: 100_000 + id * 10 + at,
      target: idOf(key.references.table),
    })),
  );
  const primaryKeys = keys.filter(({ index }) => index.primary);
  return [
    {
      name: "sys.databases",
      columns: { name: NAME, snapshot_isolation_state: "TINYINT", is_read_committed_snapshot_on: "BIT" },
      rows: [[database, 1, 0]],
    },
    { name: "sys.schemas", columns: { name: NAME, schema_id: "INT" }, rows: schemas.map((name, at) => [name, at + 1]) },
    { name: "sys.objects", columns: objectColumns, rows: objects.map(object) },
    { name: "sys.tables", columns: objectColumns, rows: objects.filter((o) => !isView(o)).map(object) },
    { name: "sys.views", columns: objectColumns, rows: objects.filter(isView).map(object) },
    {
      name: "sys.columns",
      columns: {
        object_id: "INT",
        name: NAME,
        column_id: "INT",
        system_type_id: "TINYINT",
        user_type_id: "INT",
        max_length: "SMALLINT",
        precision: "TINYINT",
        scale: "TINYINT",
        is_nullable: "BIT",
        is_identity: "BIT",
        is_computed: "BIT",
        collation_name: "SYSNAME",
      },
      rows: objects.flatMap(({ table, id }) =>
        table.columns.map((column, at) => [id, ...sysColumn(column, at, collation)]),
      ),
    },
    {
      name: "sys.types",
      columns: { name: NAME, system_type_id: "TINYINT", user_type_id: "INT", is_user_defined: "BIT" },
      rows: Object.entries(TYPE_IDS).map(([name, id]) => [name.toLowerCase(), id, id, 0]),
    },
    {
      name: "sys.indexes",
      columns: {
        object_id: "INT",
        name: "SYSNAME",
        index_id: "INT",
        type_desc: "NVARCHAR(60)",
        is_unique: "BIT",
        is_primary_key: "BIT",
        has_filter: "BIT",
        is_disabled: "BIT",
      },
      rows: keys.map(({ id, index, indexId }) => [
        id,
        index.name,
        indexId,
        index.primary ? "CLUSTERED" : "NONCLUSTERED",
        +index.unique,
        +index.primary,
        0,
        0,
      ]),
    },
    {
      name: "sys.index_columns",
      columns: {
        object_id: "INT",
        index_id: "INT",
        index_column_id: "INT",
        column_id: "INT",
        key_ordinal: "TINYINT",
        is_included_column: "BIT",
      },
      rows: keys.flatMap(({ table, id, index, indexId }) =>
        index.columns.map((column, at) => [id, indexId, at + 1, ordinal(table, column), at + 1, 0]),
      ),
    },
    {
      name: "sys.key_constraints",
      columns: { name: NAME, object_id: "INT", parent_object_id: "INT", type: "CHAR(2)", unique_index_id: "INT" },
      rows: primaryKeys.map(({ id, index, indexId }) => [index.name, 50_000 + id, id, "PK", indexId]),
    },
    {
      name: "sys.foreign_keys",
      columns: { name: NAME, object_id: "INT", parent_object_id: "INT", referenced_object_id: "INT" },
      rows: references.map(({ table, id, keyId, target }) => [
        `FK_${table.name}_${keyId}`,
        keyId,
        id,
        target?.id ?? null,
      ]),
    },
    {
      name: "sys.foreign_key_columns",
      columns: {
        constraint_object_id: "INT",
        constraint_column_id: "INT",
        parent_object_id: "INT",
        parent_column_id: "INT",
        referenced_object_id: "INT",
        referenced_column_id: "INT",
      },
      rows: references.flatMap(({ table, id, key, keyId, target }) =>
        key.columns.map((column, at) => [
          keyId,
          at + 1,
          id,
          ordinal(table, column),
          target?.id ?? null,
          target ? ordinal(target.table, key.references.columns[at] as string) : null,
        ]),
      ),
    },
    {
      name: "sys.extended_properties",
      columns: { class: "TINYINT", major_id: "INT", minor_id: "INT", name: NAME, value: "NVARCHAR(3750)" },
      rows: objects.flatMap(({ table, id }) => [
        ...(table.declaration.comment ? [[1, id, 0, "MS_Description", table.declaration.comment]] : []),
        ...Object.entries(table.declaration.comments ?? {}).map(([column, text]) => [
          1,
          id,
          ordinal(table, column),
          "MS_Description",
          text,
        ]),
      ]),
    },
    {
      name: "sys.partitions",
      columns: { object_id: "INT", index_id: "INT", rows: "BIGINT" },
      rows: objects.map(({ table, id }) => [id, 0, table.declaration.rows?.length ?? 0]),
    },
    {
      name: "INFORMATION_SCHEMA.TABLES",
      columns: { TABLE_CATALOG: NAME, TABLE_SCHEMA: NAME, TABLE_NAME: NAME, TABLE_TYPE: "VARCHAR(10)" },
      rows: tables.map((table) => [database, table.schema, table.name, table.declaration.view ? "VIEW" : "BASE TABLE"]),
    },
    {
      name: "INFORMATION_SCHEMA.COLUMNS",
      columns: {
        TABLE_CATALOG: NAME,
        TABLE_SCHEMA: NAME,
        TABLE_NAME: NAME,
        COLUMN_NAME: NAME,
        ORDINAL_POSITION: "INT",
        COLUMN_DEFAULT: "NVARCHAR(4000)",
        IS_NULLABLE: "VARCHAR(3)",
        DATA_TYPE: "NVARCHAR(128)",
        CHARACTER_MAXIMUM_LENGTH: "INT",
        NUMERIC_PRECISION: "TINYINT",
        NUMERIC_SCALE: "INT",
        DATETIME_PRECISION: "SMALLINT",
        CHARACTER_SET_NAME: "SYSNAME",
        COLLATION_NAME: "SYSNAME",
      },
      rows: tables.flatMap((table) =>
        table.columns.map((column, at) => [
          database,
          table.schema,
          table.name,
          ...informationColumn(column, at, collation),
        ]),
      ),
    },
    {
      name: "INFORMATION_SCHEMA.TABLE_CONSTRAINTS",
      columns: {
        CONSTRAINT_SCHEMA: NAME,
        CONSTRAINT_NAME: NAME,
        TABLE_SCHEMA: NAME,
        TABLE_NAME: NAME,
        CONSTRAINT_TYPE: "VARCHAR(11)",
      },
      rows: primaryKeys.map(({ table, index }) => [table.schema, index.name, table.schema, table.name, "PRIMARY KEY"]),
    },
    {
      name: "INFORMATION_SCHEMA.KEY_COLUMN_USAGE",
      columns: {
        CONSTRAINT_SCHEMA: NAME,
        CONSTRAINT_NAME: NAME,
        TABLE_SCHEMA: NAME,
        TABLE_NAME: NAME,
        COLUMN_NAME: NAME,
        ORDINAL_POSITION: "INT",
      },
      rows: primaryKeys.flatMap(({ table, index }) =>
        index.columns.map((column, at) => [table.schema, index.name, table.schema, table.name, column, at + 1]),
      ),
    },
  ];
}

const TYPE_IDS: Readonly<Record<string, number>> = {
  IMAGE: 34,
  TEXT: 35,
  UNIQUEIDENTIFIER: 36,
  DATE: 40,
  TIME: 41,
  DATETIME2: 42,
  DATETIMEOFFSET: 43,
  TINYINT: 48,
  SMALLINT: 52,
  INT: 56,
  SMALLDATETIME: 58,
  REAL: 59,
  MONEY: 60,
  DATETIME: 61,
  FLOAT: 62,
  NTEXT: 99,
  BIT: 104,
  DECIMAL: 106,
  NUMERIC: 108,
  SMALLMONEY: 122,
  BIGINT: 127,
  VARBINARY: 165,
  VARCHAR: 167,
  BINARY: 173,
  CHAR: 175,
  NVARCHAR: 231,
  NCHAR: 239,
};

function sysColumn(column: DeclaredColumn, at: number, collation: string): unknown[] {
  const { type } = column;
  const id = TYPE_IDS[type.name === "SYSNAME" ? "NVARCHAR" : type.name === "INTEGER" ? "INT" : type.name] ?? 0;
  return [
    column.name,
    at + 1,
    id,
    id,
    byteLength(type),
    type.precision,
    type.scale,
    +column.nullable,
    0,
    0,
    holdsText(type) ? collation : null,
  ];
}

function byteLength(type: EngineType): number {
  if (type.length === Number.POSITIVE_INFINITY) return -1;
  if (type.kind === "text") return 16;
  if (type.kind === "decimal" && type.length > 8)
    return type.precision <= 9 ? 5 : type.precision <= 19 ? 9 : type.precision <= 28 ? 13 : 17;
  return type.national || type.name === "SYSNAME" ? type.length * 2 : type.length;
}

function holdsText(type: EngineType): boolean {
  return type.kind === "char" || type.kind === "varchar" || type.kind === "text";
}

function informationColumn(column: DeclaredColumn, at: number, collation: string): unknown[] {
  const { type } = column;
  const sized = type.kind === "char" || type.kind === "varchar" || type.kind === "text" || type.kind === "binary";
  const numeric = type.kind === "integer" || type.kind === "decimal";
  const timed = type.kind === "date" || type.kind === "datetime" || type.kind === "zoned" || type.kind === "time";
  return [
    column.name,
    at + 1,
    null,
    column.nullable ? "YES" : "NO",
    type.name.toLowerCase(),
    sized ? (type.length === Number.POSITIVE_INFINITY ? -1 : type.length) : null,
    numeric ? type.precision : type.kind === "float" ? (type.length === 4 ? 24 : 53) : null,
    numeric ? type.scale : null,
    timed ? type.scale : null,
    sized && type.kind !== "binary" ? (type.national ? "UNICODE" : "iso_1") : null,
    holdsText(type) ? collation : null,
  ];
}
