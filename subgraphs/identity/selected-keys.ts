import { type DocumentNode, visit } from "graphql";
import type { RegisteredDepartment } from "./registry.ts";

/** Tells whether a document selects local keys of any of these departments; worked out once for each document. */
export function keysSelected(departments: Iterable<Pick<RegisteredDepartment, "keysField">>) {
  const fields = new Set(Array.from(departments, ({ keysField }) => keysField));
  const known = new WeakMap<DocumentNode, boolean>();
  return (document: DocumentNode): boolean => {
    let selects = known.get(document);
    if (selects === undefined) {
      selects = false;
      visit(document, {
        Field({ name }) {
          selects ||= fields.has(name.value);
        },
      });
      known.set(document, selects);
    }
    return selects;
  };
}
