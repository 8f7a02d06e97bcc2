import type { LoadedDepartment } from "../../shared/department/load.ts";
import type { DepartmentModel } from "../../shared/department/model.ts";
import type { PersonFeed } from "../../shared/department/person-feed.ts";
import { createWrapper } from "../../shared/department/wrapper.ts";
import { columnOf, type RowRules, rulesOf, type TableRef } from "../../shared/sql/conditions.ts";
import { type CatalogueTable, type Dialect, type ReadConnection, splitName } from "../../shared/sql/dialect.ts";
import { dialects } from "../../shared/sql/dialects.ts";
import type { FormatContext } from "../../shared/sql/formats/format.ts";
import { todayIn } from "../../shared/sql/formats/time-zone.ts";
import type { CatalogueSelect } from "../../shared/sql/introspection.ts";
import type { RawRow } from "../../shared/sql/raw.ts";
import { allOf, fragment, parametersOf, statementOf } from "../../shared/sql/statement.ts";
import { type TableFacts, tableFacts } from "../../shared/sql/table-facts.ts";

/** No statement of a check runs longer, in milliseconds: the database has other work to do. */
export const statementMs = 5_000;

/** Beyond it a table is simply large. */
const countedRows = 1_000_000;

/** A department's live database, as `check` looks at it: only reading, one bounded statement at a time. */
export interface CheckedDatabase {
  readonly model: DepartmentModel;
  readonly dialect: Dialect;
  readonly catalogue: readonly CatalogueTable[];
  readonly facts: TableFacts;
  readonly feed: PersonFeed;
  readonly context: FormatContext;
  /** Rows of a table that the rules let count, at most so many: of both ends of its primary key, where it has one. */
  rows(table: string, columns: readonly string[], rules: RowRules, most: number): Promise<ReadRows>;
  /** Reads no row. Rejects where the login may not read these columns. */
  probe(table: string, columns: readonly string[]): Promise<void>;
  /** Tables and views of the account's own schemas that it may read; none where the database does not say. */
  tableNames(): Promise<readonly string[]>;
  /** Rows of a table; counted to the million where the engine's statistics do not say. */
  size(table: string): Promise<number | undefined>;
  close(): Promise<void>;
}

export interface ReadRows {
  readonly rows: readonly RawRow[];
  /** False where there may be more than were read. */
  readonly whole: boolean;
}

/**
 * Opens a department's database and reads the catalogue of these tables.
 *
 * @throws CivigraphError DEPARTMENT_UNAVAILABLE where it does not answer.
 */
export async function openDatabase(
  { model, resolvers }: LoadedDepartment,
  url: string,
  tables: readonly string[],
): Promise<CheckedDatabase> {
  const wrapper = createWrapper({
    model,
    url,
    dialects,
    grants: nobody,
    statementTimeoutMs: statementMs,
    ...(resolvers ? { resolvers } : {}),
  });
  const { connection } = wrapper;
  try {
    const catalogue = await connection.catalogue(tables);
    const dialect = dialects.find(({ schemes }) =>
      schemes.some((scheme) => url.toLowerCase().startsWith(`${scheme}:`)),
    ) as Dialect;
    return databaseOf(model, dialect, connection, catalogue, wrapper.feed);
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** A check shows no rows to anybody. */
const nobody = { grants: async (records: readonly string[]) => records.map(() => false) };

function databaseOf(
  model: DepartmentModel,
  dialect: Dialect,
  connection: ReadConnection,
  catalogue: readonly CatalogueTable[],
  feed: PersonFeed,
): CheckedDatabase {
  const { timeZone, encoding } = model.source;
  const context: FormatContext = { timeZone, today: todayIn(timeZone), ...(encoding ? { encoding } : {}) };
  const facts = tableFacts(catalogue);
  const { builder } = dialect;
  const refOf = (name: string): TableRef => ({ name, alias: "t", dialect, facts });
  const sizes = new Map<string, Promise<number | undefined>>();

  async function select(
    table: string,
    columns: readonly string[],
    conditions: ReturnType<typeof allOf>,
    limit: number,
    order: readonly string[] = [],
  ): Promise<readonly RawRow[]> {
    const ref = refOf(table);
    const selected = columns.map((column, index) => {
      const name = columnOf(ref, column);
      return `${dialect.readable?.(name, facts.column(table, column)) ?? name} AS c${index}`;
    });
    const query = builder
      .select(builder.raw(escaped(selected.join(", "))))
      .from(builder.raw(`${escaped(quoted(dialect, table))} t`))
      .whereRaw(conditions.sql, [...conditions.placeholders] as never[])
      .limit(limit);
    if (order.length > 0) query.orderByRaw(escaped(order.join(", ")));
    const statement = statementOf(query);
    return connection.select(statement.sql, parametersOf(statement, { context }), { timeoutMs: statementMs });
  }

  async function count(table: string): Promise<number | undefined> {
    const some = builder
      .select(builder.raw("1 AS one"))
      .from(builder.raw(escaped(quoted(dialect, table))))
      .limit(countedRows);
    const statement = statementOf(builder.select(builder.raw("COUNT(*)")).from(some.as("r")));
    const answer = await connection
      .select(statement.sql, parametersOf(statement, { context }), { timeoutMs: statementMs })
      .catch(() => []);
    return answer[0] ? Number(answer[0][0]) : undefined;
  }

  return {
    model,
    dialect,
    catalogue,
    facts,
    feed,
    context,
    async rows(table, columns, rules, most) {
      const conditions = allOf(rulesOf(refOf(table), rules));
      const key = tableIn(catalogue, table)?.primaryKey ?? [];
      if (key.length === 0) {
        const rows = await select(table, columns, conditions, most + 1);
        return { rows: rows.slice(0, most), whole: rows.length <= most };
      }
      const order = (direction: string) => key.map((column) => `${columnOf(refOf(table), column)} ${direction}`);
      const first = await select(table, columns, conditions, most + 1, order("ASC"));
      if (first.length <= most) return { rows: first, whole: true };
      const half = Math.ceil(most / 2);
      const last = await select(table, columns, conditions, most - half, order("DESC"));
      return { rows: [...first.slice(0, half), ...last], whole: false };
    },
    async probe(table, columns) {
      await select(table, columns, fragment("1 = 0"), 1);
    },
    async tableNames() {
      const ask: CatalogueSelect = (sql, parameters) => connection.select(sql, parameters, { timeoutMs: statementMs });
      const listed = await dialect.introspection.tables(ask).catch(() => []);
      return listed.filter(({ own }) => own).map(({ name }) => name);
    },
    size(table) {
      let size = sizes.get(table);
      if (!size) {
        const estimate = tableIn(catalogue, table)?.rowEstimate;
        size = estimate === undefined ? count(table) : Promise.resolve(estimate);
        sizes.set(table, size);
      }
      return size;
    },
    close: () => connection.close(),
  };
}

/** The table as the catalogue has it; engines fold the case of names, each in its own way. */
export function tableIn(catalogue: readonly CatalogueTable[], name: string): CatalogueTable | undefined {
  const folded = splitName(name).join(".").toLowerCase();
  return catalogue.find((table) => splitName(table.name).join(".").toLowerCase() === folded);
}

function quoted({ quote }: Dialect, name: string): string {
  return splitName(name).map(quote).join(".");
}

/** A `?` in a quoted name is no placeholder. */
function escaped(text: string): string {
  return text.replaceAll("?", "\\?");
}
