import { setMaxListeners } from "node:events";
import { setTimeout } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import type { LinkSummary } from "../subgraphs/identity/linking/link.ts";
import { type City, type CityOptions, openCity } from "./city.ts";
import type { Config } from "./config.ts";
import { Serving } from "./pipeline/graph.ts";
import { createHttpApp } from "./pipeline/http.ts";
import type { OpenSubgraphs } from "./subgraphs.ts";

export type GatewayOptions = CityOptions;

export interface RunningGateway {
  readonly url: string;
  readonly serving: Serving;
  /** Those that the graph served now answers from. */
  readonly subgraphs: OpenSubgraphs;
  /** Of the linking at start, where there was one. */
  readonly linked: LinkSummary | undefined;
  /** True where the graph says who may read what, which nobody enforces yet. */
  readonly unenforced: boolean;
  /** Ids of the departments that are served. */
  readonly departments: readonly string[];
  /** Lets a department that runs here open its database anew. */
  reopen(department: string): Promise<void>;
  /**
   * Reads the departments' files again and serves what they say from then on; requests under way end on what they
   * began with. Rejects with what is wrong, and goes on serving as before; with an AbortError once the gateway is closed.
   */
  reload(config?: Config): Promise<void>;
  /** Stops accepting, finishes what runs, ends a reload that is under way, closes what is open. */
  close(): Promise<void>;
}

/**
 * Runs the gateway over the city's departments: listens, prepares what is missing, then serves. Meanwhile
 * `/health/ready` says what it waits for.
 */
export async function runGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { config, logger } = options;
  const serving = new Serving("its departments");
  const onStep = (step: string) => {
    serving.waitFor(step);
    options.onStep?.(step);
  };
  const closing = new AbortController();
  const { signal } = closing;
  // Each call of a linking that is under way listens, and there are many.
  setMaxListeners(0, signal);
  let city = await openCity({ ...options, onStep, signal });
  let app: FastifyInstance | undefined;
  let reloading: Promise<void> = Promise.resolve();

  const closeAll = async () => {
    closing.abort();
    serving.stop();
    await app?.close();
    // The reload ends by what it stands on, or by itself; the city that it may have put in place is closed last.
    await Promise.allSettled([city.close(), reloading]);
    await city.close();
  };
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= closeAll());

  const reload = async (changed: Config) => {
    signal.throwIfAborted();
    const before = city;
    // Two would write into one store, and this one by what the files and phases were.
    await before.stopFollowing();
    try {
      city = await replaced({ ...options, config: changed, onStep, signal }, serving);
    } catch (error) {
      signal.throwIfAborted();
      before.follow();
      throw error;
    }
    // Whoever waits longer has been told that the request took too long.
    await Promise.race([before.idle(), setTimeout(changed.requestTimeout, undefined, { ref: false })]);
    await before.close();
  };

  try {
    const onlyThisMachine = () => city.unenforced && !config.insecureDemo;
    app = await createHttpApp({ config, serving, logger, onlyThisMachine });
    const url = await app.listen({ host: config.host, port: config.port });
    const { graph, linked } = await city.ready();
    serving.serve(graph);
    return {
      url,
      serving,
      linked,
      close,
      get subgraphs() {
        return city.subgraphs;
      },
      get unenforced() {
        return city.unenforced;
      },
      get departments() {
        return city.departments.map(({ model }) => model.id);
      },
      reopen: (department) => reopen(city, department),
      reload(changed = config) {
        const next = reloading.catch(() => {}).then(() => reload(changed));
        reloading = next;
        return next;
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Opens the city anew and serves it, unless the gateway is closed meanwhile. */
async function replaced(options: CityOptions & { readonly signal: AbortSignal }, serving: Serving): Promise<City> {
  options.signal.throwIfAborted();
  const city = await openCity(options);
  try {
    options.signal.throwIfAborted();
    const { graph } = await city.ready();
    options.signal.throwIfAborted();
    serving.serve(graph);
    return city;
  } catch (error) {
    await city.close();
    throw error;
  }
}

async function reopen({ subgraphs: { wrappers } }: City, department: string): Promise<void> {
  const wrapper = wrappers.get(department);
  if (!wrapper) throw new Error(`${department} does not run in this process.`);
  await wrapper.connection.reopen();
}
