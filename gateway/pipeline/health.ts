import { setMaxListeners } from "node:events";
import type { FastifyInstance } from "fastify";
import type { Health } from "../../shared/transport/subgraph.ts";
import type { ServedGraph, Serving } from "./graph.ts";

/** Milliseconds for which an answer about the subgraphs is kept, so that probes cannot load the departments. */
const keptFor = 1000;

/** Milliseconds that the subgraphs get to say how they are. */
const patience = 2000;

/** Probes such as `wget --spider` ask for the headers alone. */
const forProbes = { exposeHeadRoute: true };

/** `/health/live` and `/health/ready`. Ready is a gateway that answers, even when a department is down. */
export function addHealth(app: FastifyInstance, serving: Serving): void {
  const healthOf = rememberHealth();
  app.get("/health/live", forProbes, () => ({ status: "UP" }));
  app.get("/health/ready", forProbes, async (_request, reply) => {
    const { graph } = serving;
    reply.header("cache-control", "no-store");
    if (!graph) return reply.code(503).send({ status: "STARTING", waitingFor: serving.waitingFor });
    const subgraphs = Object.fromEntries(await healthOf(graph));
    const status = Object.values(subgraphs).every((health) => health === "UP") ? "UP" : "DEGRADED";
    return { status, subgraphs };
  });
}

function rememberHealth(): (graph: ServedGraph) => Promise<ReadonlyMap<string, Health>> {
  let known: { graph: ServedGraph; until: number; health: Promise<ReadonlyMap<string, Health>> } | undefined;
  return (graph) => {
    const now = performance.now();
    if (!known || known.graph !== graph || known.until < now) {
      const signal = AbortSignal.timeout(patience);
      setMaxListeners(0, signal);
      known = { graph, until: now + keptFor, health: graph.health(signal) };
    }
    return known.health;
  };
}
