import { type DocumentNode, Kind, type OperationDefinitionNode, OperationTypeNode } from "graphql";
import { CivigraphError } from "../../shared/errors.ts";

/**
 * The operation of a document that a request asks for. Throws `BAD_REQUEST` when it names none, none by that name, or a
 * subscription.
 */
export function chooseOperation(document: DocumentNode, name: string | null | undefined): OperationDefinitionNode {
  const operation = namedOperation(document, name);
  if (operation.operation !== OperationTypeNode.SUBSCRIPTION) return operation;
  throw new CivigraphError("BAD_REQUEST", { detail: "Subscriptions are not served. Send a query." });
}

function namedOperation(document: DocumentNode, name: string | null | undefined): OperationDefinitionNode {
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
