import { engineSuite } from "./engine-suite.ts";

await engineSuite("postgres");
