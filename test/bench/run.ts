/** `npm run bench`: the gateway's bench; further options go to it. The others say in their first lines how to run them. */
await import("./gateway.bench.ts");

export {};
