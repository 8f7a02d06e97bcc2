import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { codegen } from "@graphql-codegen/core";
import * as typedDocuments from "@graphql-codegen/typed-document-node";
import * as schemaTypes from "@graphql-codegen/typescript";
import * as operationTypes from "@graphql-codegen/typescript-operations";
import {
  type DefinitionNode,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  parse,
  printSchema,
  Source,
  validate,
} from "graphql";
import { CivigraphError } from "../../shared/errors.ts";
import { makeFolder } from "../../shared/make-folder.ts";

export interface TypesOptions {
  readonly schema: GraphQLSchema;
  /** Written to; made where it is missing. */
  readonly folder: string;
  /** Files, or folders whose `.graphql` files hold the operations of a front end. */
  readonly documents: readonly string[];
}

interface OperationFile {
  readonly location: string;
  readonly document: DocumentNode;
}

/**
 * Writes `schema.ts`, every type of the graph; `operations.ts`, a typed document for each operation; and `client.ts`,
 * which sends them; the types need the package `@graphql-typed-document-node/core`. Gives back the paths written.
 * Nothing is written when an operation does not fit the schema, where the error names every place, or when a file of
 * that name is there that this did not write.
 */
export async function writeTypes({ schema, folder, documents }: TypesOptions): Promise<readonly string[]> {
  const operations = documents.flatMap(filesOf).map(readOperations);
  refuseFaults(schema, operations);
  const files = new Map([
    ["schema.ts", await generate(schema, [], { schemaTypes })],
    ["client.ts", clientText],
  ]);
  if (operations.length > 0) {
    files.set("operations.ts", await generate(schema, operations, { operationTypes, typedDocuments }));
  }
  const names = ["schema.ts", "client.ts", "operations.ts"];
  for (const name of names) refuseForeign(join(folder, name));
  makeFolder(folder);
  for (const name of names) rmSync(join(folder, name), { force: true });
  return [...files].map(([name, text]) => {
    const path = join(folder, name);
    writeFileSync(path, `${mark}\n${text}`);
    return path;
  });
}

/** The first line of what this writes. */
const mark = "// Written by `civigraph types`. Do not edit: run it again.";

function refuseForeign(path: string): void {
  if (!existsSync(path) || readFileSync(path, "utf8").startsWith(mark)) return;
  throw invalid(
    `${path} is there, and \`civigraph types\` did not write it. Choose another folder. Nothing was written.`,
  );
}

type Plugins = Parameters<typeof codegen>[0]["pluginMap"];

function generate(schemaAst: GraphQLSchema, documents: OperationFile[], pluginMap: Plugins): Promise<string> {
  return codegen({
    filename: "operations.ts",
    schema: parse(printSchema(schemaAst)),
    schemaAst,
    documents,
    pluginMap,
    plugins: Object.keys(pluginMap).map((name) => ({ [name]: {} })),
    config: {
      // Scalars travel as JSON: amounts as text, so that no cent is lost.
      scalars: { ID: "string", Date: "string", DateTime: "string", Decimal: "string" },
      documentMode: "string",
      enumsAsTypes: true,
      enumType: "string-literal",
      importSchemaTypesFrom: "./schema.ts",
      emitLegacyCommonJSImports: false,
      skipTypename: true,
      useTypeImports: true,
    },
  });
}

function filesOf(place: string): string[] {
  if (!statSync(place, { throwIfNoEntry: false })) throw invalid(`There is no file or folder ${place}.`);
  if (!statSync(place).isDirectory()) return [place];
  const files = readdirSync(place, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".graphql"));
  if (files.length === 0) throw invalid(`Expected .graphql files with operations in ${place}, found none.`);
  return files.sort().map((file) => join(place, file));
}

function readOperations(location: string): OperationFile {
  try {
    return { location, document: parse(new Source(readFileSync(location, "utf8"), location)) };
  } catch (error) {
    throw invalid(error instanceof GraphQLError ? placed(error) : `${location} cannot be read.`);
  }
}

function refuseFaults(schema: GraphQLSchema, files: readonly OperationFile[]): void {
  const definitions = files.flatMap(({ document }) => document.definitions);
  const faults = [...definitions.flatMap(unnamed), ...validate(schema, { kind: Kind.DOCUMENT, definitions })];
  if (definitions.length > 0 && faults.length > 0) {
    throw invalid(["Not all operations fit the schema:", ...faults.map((fault) => `  ${placed(fault)}`)].join("\n"));
  }
}

function unnamed(node: DefinitionNode): GraphQLError[] {
  if (node.kind !== Kind.OPERATION_DEFINITION || node.name) return [];
  return [
    new GraphQLError("Expected a name, by which the operation is called in TypeScript; found none.", { nodes: node }),
  ];
}

function placed({ source, locations, message }: GraphQLError): string {
  const [{ line, column } = { line: 1, column: 1 }] = locations ?? [];
  return `${source?.name}:${line}:${column}  ${message}`;
}

function invalid(detail: string): CivigraphError {
  return new CivigraphError("CONFIGURATION_INVALID", { detail });
}

const clientText = `
import type { DocumentTypeDecoration } from "@graphql-typed-document-node/core";

/** An operation as text, with the types of its result and its variables. */
export type TypedDocument<Result, Variables> = DocumentTypeDecoration<Result, Variables> & { toString(): string };

export interface GraphError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: { readonly code?: string };
}

/** What the graph answered: with \`errors\` the data is what the departments that answered know. */
export interface Answer<Result> {
  readonly data: Result | null;
  readonly errors?: readonly GraphError[];
}

export interface ClientOptions {
  /** Address of the gateway's \`/graphql\`. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of the global one. */
  readonly fetch?: typeof fetch;
}

/** Sends typed operations. A request that does not reach the graph rejects; errors of the graph are in the answer. */
export function createClient({ url, headers, fetch: send = fetch }: ClientOptions) {
  return async function request<Result, Variables>(
    document: TypedDocument<Result, Variables>,
    ...[variables]: Variables extends Record<string, never> ? [variables?: Variables] : [variables: Variables]
  ): Promise<Answer<Result>> {
    const response = await send(url, {
      method: "POST",
      headers: { accept: "application/graphql-response+json, application/json", "content-type": "application/json", ...headers },
      body: JSON.stringify({ query: document.toString(), variables }),
    });
    return (await response.json()) as Answer<Result>;
  };
}
`;
