/** What a statement can learn about the session that runs it. */
export interface SessionFacts {
  readonly user: string;
  readonly database: string;
  readonly inTransaction: boolean;
}
