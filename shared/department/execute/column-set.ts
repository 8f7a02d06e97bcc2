/** The columns that a statement selects, each once, and where each is in a row: after the asker's position. */
export class ColumnSet {
  readonly names: string[] = [];

  /** Adds the column where it is new. */
  slot(column: string): number {
    const known = this.names.indexOf(column);
    return (known < 0 ? this.names.push(column) - 1 : known) + 1;
  }
}
