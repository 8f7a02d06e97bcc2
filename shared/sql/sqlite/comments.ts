/** What the text of a CREATE statement says in `--` comments: SQLite keeps it as it was written. */
export interface Comments {
  readonly table?: string;
  /** By the column's name in small letters. */
  readonly columns: ReadonlyMap<string, string>;
}

/** A comment behind a column's line is the column's; the first line's, or one above the columns, is the table's. */
export function commentsOf(sql: string): Comments {
  const columns = new Map<string, string>();
  let table: string | undefined;
  for (const line of sql.split(/\r?\n/)) {
    const [, code = "", comment = ""] = /^(.*?)--\s*(.*?)\s*$/.exec(line) ?? [];
    if (comment === "") continue;
    const column = /^\s*(?:"([^"]+)"|\[([^\]]+)\]|`([^`]+)`|(\p{L}[\p{L}\p{N}_$]*))\s/u.exec(code);
    const name = column?.slice(1).find((part) => part !== undefined);
    if (name === undefined || /^create$/i.test(name)) table ??= comment;
    else columns.set(name.toLowerCase(), comment);
  }
  return { columns, ...(table ? { table } : {}) };
}
