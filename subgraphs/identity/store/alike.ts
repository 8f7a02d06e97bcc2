import type { SharingLink } from "./crosswalk.ts";
import type { Binding, Statements } from "./statements.ts";
import type { textsOf } from "./texts.ts";

/** The links of the citizens who share most with what was asked, best first. */
export interface Alike {
  readonly links: readonly SharingLink[];
  /** More citizens or links share something than were wanted. */
  readonly isFull: boolean;
  /** Even the rarest of the tokens was read in part: others share as much. */
  readonly isSample: boolean;
}

export interface MostAlike {
  readonly links: number;
  readonly citizens: number;
  /** Reads more of the tokens that very many share. */
  readonly widely?: boolean;
}

type Texts = Pick<ReturnType<typeof textsOf>, "alike" | "alikeInSamples" | "alikeWidely">;

/** Those who share a token that few have; where there is none, of each token the first links of all that have it. */
export async function readAlike(
  rows: Statements,
  texts: Texts,
  asked: readonly Binding[],
  { links, citizens, widely = false }: MostAlike,
): Promise<Alike> {
  const read = async (text: string): Promise<Alike> => {
    const found = await rows<SharingLink & Reading>(text, [...asked, links, citizens]);
    const [first] = found;
    const isFull = (first?.looked ?? 0) >= links || new Set(found.map(({ ref }) => ref)).size >= citizens;
    return { links: found, isFull, isSample: Boolean(first?.isCut) };
  };
  if (widely) return await read(texts.alikeWidely);
  const found = await read(texts.alike);
  return found.links.length > 0 ? found : await read(texts.alikeInSamples);
}

/** The same in each row: how many links share something, and whether of the rarest token not all were read. */
interface Reading {
  readonly looked: number;
  readonly isCut: boolean | number;
}
