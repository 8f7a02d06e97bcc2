import { openStore } from "../../../subgraphs/identity/store/index.ts";
import type { StoreLocation } from "../../../subgraphs/identity/store/open.ts";
import { testKeys } from "./stores.ts";

/** A process of its own that opens the store which its argument names, and closes it again. */
const store = await openStore(JSON.parse(process.argv[2] ?? "") as StoreLocation, testKeys);
await store.close();
console.log("opened");
