import { buildSubgraphSchema } from "@apollo/subgraph";
import { type GraphQLSchema, parse } from "graphql";

/**
 * The executable schema of a published SDL, with `_entities` and `_service`. `_service.sdl` is exactly that text:
 * `buildSubgraphSchema` alone would answer its own print of it.
 *
 * @throws GraphQLError (or federation's error with `causes`) where the SDL is no valid subgraph.
 */
export function subgraphSchema(sdl: string): GraphQLSchema {
  return buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: { Query: { _service: () => ({ sdl }) } } });
}
