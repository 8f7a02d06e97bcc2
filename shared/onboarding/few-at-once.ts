/** Questions that the database is asked at a time: it has other work to do. */
const atOnce = 4;

/** What comes of each, in their order; four are worked on at a time. */
export async function fewAtOnce<T, Result>(
  all: readonly T[],
  work: (each: T) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const waiting = all.entries();
  await Promise.all(
    Array.from({ length: Math.min(atOnce, all.length) }, async () => {
      for (const [index, each] of waiting) results[index] = await work(each);
    }),
  );
  return results;
}
