import { type ASTNode, BREAK, type DocumentNode, Kind, visit } from "graphql";
import type { Place } from "./model.ts";
import { placeOf } from "./parse/fault.ts";

/**
 * Where a text stands in quotes within what begins at `place` (a type's name, a field or a directive), so that a fault
 * points at the very word; `place` itself where it does not (an ordering is written on an enum).
 */
export function placeOfText(document: DocumentNode, place: Place, text: string): Place {
  const scope = scopeAt(document, place);
  return (scope && textIn(scope, text)) ?? textIn(document, text) ?? place;
}

function scopeAt(document: DocumentNode, place: Place): ASTNode | undefined {
  let scope: ASTNode | undefined;
  visit(document, {
    enter(node, _key, parent) {
      if (!scoping.has(node.kind) || !samePlace(placeOf(node), place)) return undefined;
      scope = node.kind === Kind.NAME ? (parent as ASTNode) : node;
      return BREAK;
    },
  });
  return scope;
}

const scoping: ReadonlySet<string> = new Set([Kind.NAME, Kind.FIELD_DEFINITION, Kind.DIRECTIVE]);

function textIn(scope: ASTNode, text: string): Place | undefined {
  let found: Place | undefined;
  visit(scope, {
    StringValue(node) {
      if (node.value !== text) return undefined;
      found = placeOf(node);
      return BREAK;
    },
  });
  return found;
}

function samePlace(one: Place, other: Place): boolean {
  return one.line === other.line && one.column === other.column;
}
