/**
 * What somebody would write who needs the bench's two answers and nothing else: SQL on the departments' files and joins
 * in code, in one process, without federation, GraphQL, threads, limits or deadlines. Formats and the choice of names
 * are the project's own, so that answers are equal. It is the floor below which no gateway can be.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { answer } from "./by-hand/answer.ts";

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const { variables } = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    const body = Buffer.from(JSON.stringify({ data: answer(variables) }));
    response.writeHead(200, { "content-type": "application/json; charset=utf-8", "content-length": body.length });
    response.end(body);
  });
});
server.listen(0, "127.0.0.1", () => {
  console.log(`listens on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
