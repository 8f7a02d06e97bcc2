import { type DocumentNode, Kind, type OperationDefinitionNode } from "graphql";
import { CivigraphError } from "../../shared/errors.ts";

/** The operation of a document that a request asks for. Throws `BAD_REQUEST` when it names none, or none by that name. */
export function chooseOperation(document: DocumentNode, name: string | null | undefined): OperationDefinitionNode {
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const [only] = operations;
  if (!name) {
    if (only && operations.length === 1) return only;
    throw new CivigraphError("BAD_REQUEST", {
      detail: only
        ? "The document holds several operations: say which by `operationName`."
        : "The document holds no operation.",
    });
  }
  const chosen = operations.find((operation) => operation.name?.value === name);
  if (!chosen)
    throw new CivigraphError("BAD_REQUEST", { detail: "The document holds no operation of that `operationName`." });
  return chosen;
}
