import { parseLocalKey } from "../../../shared/department/local-key.ts";

/** A citizen's local keys by department. */
export interface Citizen {
  readonly ref: string;
  readonly keys: Map<string, string[]>;
}

export type KeyType = (text: string) => string | number;

/** Key columns of a local key, each as the column's type. */
export function columnsOf(key: string, types: readonly KeyType[]): (string | number)[] {
  return (parseLocalKey(key)?.values ?? []).map((value, index) => (types[index] ?? String)(value));
}
