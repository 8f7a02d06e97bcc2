import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { CivigraphError } from "../../shared/errors.ts";
import type { Serving } from "../pipeline/graph.ts";
import { type ExampleTab, exampleTabs } from "./examples.ts";
import { version } from "./version.ts";

/** Everything that the page loads comes from this server, so that it works without the internet. */
const pageHeaders = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
};

/** True for a browser that opens `/graphql`, false for a client that sends a query to it. */
export function wantsGraphiql(request: FastifyRequest): boolean {
  return request.method === "GET" && request.headers.accept?.includes("text/html") === true;
}

/** Sends the page, with example queries that the graph served now can answer. */
export async function sendGraphiql(reply: FastifyReply, serving: Serving): Promise<FastifyReply> {
  const tabs = serving.graph ? await exampleTabs(serving.graph) : [];
  return reply
    .headers(pageHeaders)
    .type("text/html; charset=utf-8")
    .send(pageOf(tabs.length > 0 ? tabs : [emptyTab]));
}

const emptyTab: ExampleTab = {
  query: "# Type a query here; Ctrl-Space offers what can be asked.\n{\n  __typename\n}\n",
};

/** The page's code, styles and workers, under `/graphiql/`. */
export function addGraphiqlAssets(app: FastifyInstance): void {
  app.get<{ Params: { file: string } }>("/graphiql/:file", async (request, reply) => {
    const asset = (await loadAssets()).get(request.params.file);
    if (!asset) throw new CivigraphError("NOT_FOUND");
    reply.type(asset.type).header("cache-control", "public, max-age=86400").header("vary", "accept-encoding");
    if (!request.headers["accept-encoding"]?.includes("gzip")) return reply.send(asset.content);
    asset.zipped ??= promisify(gzip)(asset.content);
    return reply.header("content-encoding", "gzip").send(await asset.zipped);
  });
}

interface Asset {
  readonly type: string;
  readonly content: string | Buffer;
  zipped?: Promise<Buffer>;
}

let assets: Promise<ReadonlyMap<string, Asset>> | undefined;

/** Loaded when the first browser asks: nine megabytes that a gateway without visitors does not need. */
function loadAssets(): Promise<ReadonlyMap<string, Asset>> {
  assets ??= import("@graphql-yoga/render-graphiql/graphiql").then((graphiql) => {
    const script = "text/javascript; charset=utf-8";
    return new Map<string, Asset>([
      ["graphiql.js", { type: script, content: graphiql.js }],
      ["graphiql.css", { type: "text/css; charset=utf-8", content: graphiql.css + ownStyle }],
      ["editor.worker.js", { type: script, content: graphiql.editorWorkerService }],
      ["json.worker.js", { type: script, content: graphiql.jsonWorker }],
      ["graphql.worker.js", { type: script, content: graphiql.graphqlWorker }],
      ["open.js", { type: script, content: openScript }],
    ]);
  });
  return assets;
}

/**
 * Tabs can be dragged, and with the first press they slide to their places from where they were measured last: the
 * release then misses the tab, and the click is nobody's. Here tabs stay where they are drawn.
 */
const ownStyle = `
html, body, #root { height: 100%; margin: 0 }
.graphiql-tab { transform: none !important }
`;

/** Runs in the browser: opens GraphiQL with the tabs that the page carries. */
const openScript = `
self.MonacoEnvironment = {
  globalAPI: false,
  getWorkerUrl: (_, label) => "/graphiql/" + ({ json: "json", graphql: "graphql" }[label] ?? "editor") + ".worker.js",
};
const tabs = JSON.parse(document.querySelector("#tabs").textContent);
YogaGraphiQL.renderYogaGraphiQL(document.querySelector("#root"), {
  endpoint: "/graphql",
  title: "Civigraph",
  logo: "<span></span>",
  defaultTabs: tabs,
  // The first tab is open, and an open tab takes its variables from here.
  variables: tabs[0].variables,
  shouldPersistHeaders: false,
  // Queries may name people: they stay out of the address bar and the history.
  onEditQuery: () => {},
});
`;

function pageOf(tabs: readonly ExampleTab[]): string {
  const source = (file: string) => `/graphiql/${file}?v=${version}`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Civigraph</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${source("graphiql.css")}">
<noscript>GraphiQL needs JavaScript. The schema is at <a href="/schema.graphql">/schema.graphql</a>.</noscript>
<div id="root"></div>
<script id="tabs" type="application/json">${JSON.stringify(tabs).replaceAll("<", "\\u003c")}</script>
<script src="${source("graphiql.js")}"></script>
<script src="${source("open.js")}"></script>
</html>
`;
}
