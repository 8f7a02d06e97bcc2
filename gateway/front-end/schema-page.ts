import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  isUnionType,
} from "graphql";
import type { ClientGraph } from "./graph-source.ts";

/** In every page that this makes. */
export const schemaPageMark = '<meta name="generator" content="civigraph docs">';

/** The whole schema as one HTML page, to be searched in the browser. It loads nothing and needs no server. */
export function schemaPage({ schema, policies }: ClientGraph): string {
  const sections = sectionsOf(schema).filter(({ types }) => types.length > 0);
  const navigation = sections.map(({ title, types }) => `<h2>${title}</h2><ul>${types.map(linked).join("")}</ul>`);
  const articles = sections.flatMap(({ types }) => types.map((type) => articleOf(schema, type, policies)));
  return `<!doctype html>
<html lang="en">
${schemaPageMark}
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Schema of the citizen graph</title>
<style>${style}</style>
<nav>
  <label>Search <input type="search" placeholder="benefits, address, ServiceRequest" autofocus></label>
  <p id="found" role="status"></p>
  ${navigation.join("\n  ")}
</nav>
<main>
<h1>Schema of the citizen graph</h1>
${articles.join("\n")}
</main>
<script>${script}</script>
</html>
`;
}

function sectionsOf(schema: GraphQLSchema) {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].filter(
    (type) => type != null,
  );
  const others = Object.values(schema.getTypeMap())
    .filter(
      (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type) && !roots.some((root) => root === type),
    )
    .sort((one, other) => one.name.localeCompare(other.name));
  const section = (title: string, holds: (type: GraphQLNamedType) => boolean) => ({
    title,
    types: others.filter(holds),
  });
  const isPaging = ({ name }: GraphQLNamedType) => /(Connection|Edge|^PageInfo)$/.test(name);
  return [
    { title: "Operations", types: roots },
    section("Objects", (type) => isObjectType(type) && !isPaging(type)),
    section("Interfaces and unions", (type) => isInterfaceType(type) || isUnionType(type)),
    section("Enums", isEnumType),
    section("Inputs", isInputObjectType),
    section("Scalars", isScalarType),
    section("Paging", (type) => isObjectType(type) && isPaging(type)),
  ];
}

function articleOf(schema: GraphQLSchema, type: GraphQLNamedType, policies: ClientGraph["policies"]): string {
  return `<article id="${type.name}" data-text="${searchable(type.name, type.description)}">
<h2>${type.name}</h2>${paragraph(type.description)}${relationsOf(schema, type)}
${membersOf(type, policies)}
</article>`;
}

function relationsOf(schema: GraphQLSchema, type: GraphQLNamedType): string {
  const line = (label: string, types: readonly GraphQLNamedType[]) =>
    types.length > 0 ? `<p class="relation">${label} ${types.map(reference).join(", ")}</p>` : "";
  if (isObjectType(type)) return line("Implements", type.getInterfaces());
  if (isInterfaceType(type)) return line("Implemented by", schema.getImplementations(type).objects);
  return isUnionType(type) ? line("One of", type.getTypes()) : "";
}

function membersOf(type: GraphQLNamedType, policies: ClientGraph["policies"]): string {
  if (isEnumType(type)) {
    return list(type.getValues().map((value) => [value.name, `<code>${value.name}</code>`, value]));
  }
  if (isInputObjectType(type)) {
    return list(
      Object.values(type.getFields()).map((field) => [field.name, `<code>${argumentOf(field)}</code>`, field]),
    );
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return "";
  return list(
    Object.values(type.getFields()).map((field) => [
      field.name,
      `<code>${signatureOf(field)}</code>`,
      field,
      policies.get(`${type.name}.${field.name}`),
    ]),
  );
}

type Member = readonly [
  name: string,
  signature: string,
  about: { readonly description?: string | null | undefined; readonly deprecationReason?: string | null | undefined },
  needs?: readonly (readonly string[])[] | undefined,
];

function list(members: readonly Member[]): string {
  const items = members.map(
    ([name, signature, { description, deprecationReason }, needs]) =>
      `<dt data-text="${searchable(name, description)}">${signature}</dt><dd>${paragraph(description)}${
        deprecationReason ? `<p class="deprecated">Deprecated: ${asHtml(deprecationReason)}</p>` : ""
      }${needs ? `<p class="needs">Needs ${needs.map((group) => group.map(asHtml).join(" and ")).join(", or ")}</p>` : ""}</dd>`,
  );
  return `<dl>${items.join("\n")}</dl>`;
}

function signatureOf({ name, args, type }: GraphQLField<unknown, unknown>): string {
  return `<b>${name}</b>${args.length > 0 ? `(${args.map(argumentOf).join(", ")})` : ""}: ${typeOf(type)}`;
}

function argumentOf({ name, type, defaultValue }: Pick<GraphQLArgument, "name" | "type" | "defaultValue">): string {
  return `${name}: ${typeOf(type)}${defaultValue === undefined ? "" : ` = ${asHtml(JSON.stringify(defaultValue))}`}`;
}

/** `[Permit!]!` with a link in it. */
function typeOf(type: GraphQLField<unknown, unknown>["type"] | GraphQLArgument["type"]): string {
  const named = getNamedType(type);
  return String(type).replace(named.name, reference(named));
}

function reference(type: GraphQLNamedType): string {
  return isSpecifiedScalarType(type) ? type.name : `<a href="#${type.name}">${type.name}</a>`;
}

function linked({ name }: GraphQLNamedType): string {
  return `<li><a href="#${name}">${name}</a></li>`;
}

function paragraph(text: string | null | undefined): string {
  if (!text) return "";
  return `<p>${asHtml(text).replaceAll("\n", "<br>").replaceAll(codeSpan, "<code>$1</code>")}</p>`;
}

const codeSpan = /`([^`]+)`/g;

function searchable(name: string, description: string | null | undefined): string {
  return asHtml(`${name} ${description ?? ""}`.toLowerCase());
}

function asHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

const style = `
  body { font: 16px/1.5 system-ui, sans-serif; margin: 0; display: grid; grid-template-columns: 18rem 1fr; color: #1b2733 }
  nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 1rem; box-sizing: border-box; background: #f3f6f9 }
  nav h2 { font-size: .8rem; margin: 1rem 0 .25rem } nav ul { list-style: none; margin: 0; padding: 0 } nav input { width: 100% }
  main { padding: 1rem 2rem; max-width: 60rem; min-width: 0 } article { border-top: 1px solid #d5dde5; padding: .5rem 0 1rem }
  a { color: #0b5cad; text-decoration: none } a:hover { text-decoration: underline } code { overflow-wrap: anywhere }
  dt { margin-top: .5rem } dd { margin-left: 1.5rem } p { margin: .25rem 0 } [hidden] { display: none }
  .relation, .needs { color: #5b6875; font-size: .9rem } .deprecated { color: #a33 }
  @media (max-width: 45rem) { body { display: block } nav { position: static; height: auto } nav h2, nav ul { display: none } }
`;

/** A type is shown when it or one of its members holds all words; then only those members are. */
const script = `
const box = document.querySelector("input"), found = document.querySelector("#found");
const articles = [...document.querySelectorAll("article")].map((element) => ({
  element,
  members: [...element.querySelectorAll("dt")].map((dt) => ({ elements: [dt, dt.nextElementSibling], text: dt.dataset.text })),
}));
box.addEventListener("input", () => {
  const words = box.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let count = 0;
  for (const { element, members } of articles) {
    const holds = (text) => words.every((word) => text.includes(word));
    const whole = holds(element.dataset.text);
    let any = whole;
    for (const { elements, text } of members) {
      const shown = whole || holds(text);
      for (const one of elements) one.hidden = !shown;
      any ||= shown;
    }
    element.hidden = !any;
    if (any) count += 1;
  }
  found.textContent = words.length === 0 ? "" : count === 1 ? "1 type" : count + " types";
});
`;
