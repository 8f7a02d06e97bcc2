import type { FastifyInstance } from "fastify";
import { lexicographicSortSchema, printSchema } from "graphql";
import { CivigraphError } from "../../shared/errors.ts";
import type { Serving } from "../pipeline/graph.ts";
import { addGraphiqlAssets } from "./graphiql.ts";
import { version } from "./version.ts";
import { welcomePage } from "./welcome.ts";

/** What people open in a browser: `/`, GraphiQL, the schema as text, the version. */
export function addConsole(app: FastifyInstance, serving: Serving): void {
  const schemaText = rememberSchemaText(serving);
  app.get("/", (_request, reply) => reply.type("text/html; charset=utf-8").headers(pageHeaders).send(welcomePage()));
  app.get("/schema.graphql", (_request, reply) => reply.type("text/plain; charset=utf-8").send(schemaText()));
  app.get("/version", () => ({ name: "civigraph", version }));
  addGraphiqlAssets(app);
}

/** Headers of pages without scripts. */
const pageHeaders = {
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
};

function rememberSchemaText(serving: Serving): () => string {
  let known: { graph: object; text: string } | undefined;
  return () => {
    const { graph } = serving;
    if (!graph) throw new CivigraphError("NOT_READY");
    if (known?.graph !== graph) known = { graph, text: `${printSchema(lexicographicSortSchema(graph.schema))}\n` };
    return known.text;
  };
}
