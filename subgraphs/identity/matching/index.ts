/** The matching engine: who is one person, in batch (`match`) and for one pair (`scorePair`). */

export { defaultModel } from "./default-model.ts";
export type { LinkableRecord } from "./features.ts";
export type { Link } from "./links.ts";
export {
  type Inspection,
  type MatchInput,
  type MatchProgress,
  type MatchResult,
  match,
  type RecordId,
  type SourceDescription,
} from "./match.ts";
export type { Model } from "./model.ts";
export { disorderIn } from "./monotone.ts";
export { parseModel } from "./parse-model.ts";
export type { Frequencies } from "./score-pair.ts";
export { type Evidence, type PairScore, scorePair } from "./score-pair.ts";
export { splinkSettings } from "./splink.ts";
export { blockingTokens } from "./tokens.ts";
export { train } from "./train.ts";
