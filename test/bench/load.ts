import { Pool } from "undici";

export interface Question {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface Load {
  readonly seconds: number;
  /** Milliseconds of each request. */
  readonly latencies: readonly number[];
}

/** Posts GraphQL over a few kept connections. */
export function createClient(url: string, connections: number) {
  const pool = new Pool(url, { connections });

  async function ask(question: Question): Promise<string> {
    const { statusCode, body } = await pool.request({
      path: "/graphql",
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify(question),
    });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`${statusCode}: ${text.slice(0, 500)}`);
    return text;
  }

  return {
    ask,
    close: () => pool.close(),
    /** Each connection asks the next question as soon as it has its answer, for so many seconds or questions. */
    async run(
      questions: readonly Question[],
      { seconds = Number.POSITIVE_INFINITY, requests = Number.POSITIVE_INFINITY },
    ): Promise<Load> {
      const latencies: number[] = [];
      let next = 0;
      const start = performance.now();
      const end = start + seconds * 1000;
      await Promise.all(
        Array.from({ length: connections }, async () => {
          while (performance.now() < end && next < requests) {
            const asked = performance.now();
            await ask(questions[next++ % questions.length] as Question);
            latencies.push(performance.now() - asked);
          }
        }),
      );
      return { seconds: (performance.now() - start) / 1000, latencies };
    },
  };
}
