/** Links by the tokens of blocks, as `found(id, shared)`: what few share says more, and so counts for more bits. */
export interface Reading {
  readonly rows: string;
  readonly largest: number;
  /** Reads the first links of blocks that are too large. */
  readonly samples?: boolean;
  /** As if there were no links but those of the departments of a table `shown`. */
  readonly onlyShown?: boolean;
}

/** A token that one link has counts for ten bits, one that a thousand have for none. */
const meaningless = 1000;

/**
 * No join: without fresh statistics, PostgreSQL would rather begin with all links of the departments. No `in` of rows
 * either: for it, PostgreSQL would read all links of a token, however few of them are wanted.
 */
const isShownInPostgres = `and (select department from link where link.id = token.link_id)
  = any(array(select department from shown))`;
const isShownInSqlite = `and exists
  (select 1 from link where link.id = token.link_id and link.department in (select department from shown))`;

/** The parameter of `asked` comes first, then `rows` where it is one, then how many links are wanted. */
export function sharingInSqlite(asked: string, reading: Reading): string {
  const { rows, largest, samples = false } = reading;
  const counts = reading.onlyShown ? isShownInSqlite : "";
  const last = `select link_id from token where token.token = block.token ${counts} order by link_id limit 1 offset ${largest}`;
  const wanted = samples
    ? `token.link_id <= coalesce((${last}), 2147483647)`
    : `block.size <= ${largest} and block.running <= ${rows}`;
  return `asked as materialized (${asked}),
      counted as materialized (select asked.token, (select count(*) from
        (select 1 from token where token.token = asked.token ${counts} limit ${largest + 1}) as one) as size from asked),
      block as materialized (select token, size, sum(size) over (order by size, token) as running, ${bits("size")} as bits
        from counted),
      found as materialized (select token.link_id as id, sum(block.bits) as shared
        from block join token on token.token = block.token and ${wanted} ${counts}
        group by token.link_id order by shared desc, id limit ?)`;
}

/**
 * The same, written so that there is one way to do it: without fresh statistics, as after the first run, PostgreSQL would
 * rather read the whole table than look into an index some dozen times.
 */
export function sharingInPostgres(asked: string, reading: Reading): string {
  const { rows, largest, samples = false } = reading;
  const wanted = samples ? "true" : `block.size <= ${largest} and block.running <= ${rows}`;
  return `asked as materialized (${asked}),
      listed as materialized (select token, array(select link_id from token where token = asked.token
        ${reading.onlyShown ? isShownInPostgres : ""} order by link_id limit ${largest + 1}) as links from asked),
      counted as materialized (select token, links, cardinality(links) as size from listed),
      block as materialized (select links, size, sum(size) over (order by size, token) as running, ${bits("size")} as bits
        from counted),
      found as materialized (select link_id as id, sum(block.bits) as shared
        from block cross join lateral unnest(block.links) as link_id where ${wanted}
        group by link_id order by shared desc, id limit ?)`;
}

function bits(size: string): string {
  return `ln(cast(${meaningless}.0 as double precision) / nullif(${size}, 0)) / cast(ln(2.0) as double precision)`;
}
