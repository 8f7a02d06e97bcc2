import { GraphQLError } from "graphql";
import { describe, expect, it } from "vitest";
import { type ErrorCount, isCoded, maskResult } from "../../../gateway/pipeline/mask.ts";
import { CivigraphError } from "../../../shared/errors.ts";

function mask(errors: readonly GraphQLError[], mayPass?: (error: GraphQLError) => boolean) {
  const reports: (readonly ErrorCount[])[] = [];
  const result = maskResult({ data: {}, errors }, "request-7", (_, counts) => reports.push(counts), mayPass);
  return { result, reports };
}

const down = (department: string) => new CivigraphError("DEPARTMENT_UNAVAILABLE", { department }).toGraphQLError();

describe("what operators are told of an answer's errors", () => {
  it("is one count for each code and department, however many rows a page has", () => {
    const page = [...Array(100)].flatMap(() => [down("Permits"), down("Revenue")]);
    const { result, reports } = mask([...page, new GraphQLError("secret"), new GraphQLError("secret too")]);
    expect(result.errors).toHaveLength(202);
    expect(reports).toHaveLength(1);
    expect(reports[0]).toMatchObject([
      { code: "DEPARTMENT_UNAVAILABLE", department: "Permits", count: 100 },
      { code: "DEPARTMENT_UNAVAILABLE", department: "Revenue", count: 100 },
      { code: "INTERNAL_SERVER_ERROR", count: 2, masked: expect.any(GraphQLError) },
    ]);
  });

  it("leaves out what clients asked wrongly", () => {
    const { reports } = mask([new CivigraphError("BAD_USER_INPUT", { detail: "No." }).toGraphQLError()]);
    expect(reports).toEqual([]);
  });

  it("names no codes that a foreign subgraph made up", () => {
    const foreign = new GraphQLError("Ada owes 5", { extensions: { code: "ADA_OWES", department: "Ada" } });
    const { result, reports } = mask([foreign, new GraphQLError("own fault")], isCoded);
    expect(result.errors?.map(({ message }) => message)).toEqual(["Ada owes 5", expect.stringContaining("request-7")]);
    expect(reports[0]).toMatchObject([
      { code: "DOWNSTREAM_SERVICE_ERROR", count: 1 },
      { code: "INTERNAL_SERVER_ERROR", count: 1 },
    ]);
    expect(JSON.stringify(reports[0]?.[0])).not.toMatch(/ada/i);
  });
});
