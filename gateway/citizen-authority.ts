import type { Authority } from "./execution/authority.ts";

/**
 * A department's row names a person by a record, which may be an organisation's, nobody's, or one that is not linked
 * yet. Identity alone knows whether there is a citizen, and the field is null where it knows none.
 */
export const citizenAuthority: Authority = { subgraph: "identity", type: "Citizen", key: "record", field: "id" };
