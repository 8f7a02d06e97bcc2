import type { RecordPlace } from "./crosswalk.ts";
import { eventsText } from "./history.ts";
import { type Reading, sharingInPostgres, sharingInSqlite } from "./sharing.ts";
import type { Binding } from "./statements.ts";

export type Engine = "sqlite" | "postgres";

/**
 * Links are looked for among those of the rarest tokens: so many rows in all, and no token that more links have than
 * this. Who is worth a look shares some of them.
 */
const searched = { rows: "500", largest: 300 };
/** Who was not told apart from others by less is looked for among so many links of each token; fewer than say nothing. */
const largestOfAll = 900;
const resolved = { rows: "?", largest: 150 };
/** In bits: beyond the first ones, whoever shares less is not worth fetching. */
const leastShared = 8;
/** Links that share a smaller part of what the best one shares are not worth a look. */
const leastPart = 0.25;

/**
 * The statements of the crosswalk. A list is one parameter (a JSON array in SQLite, an array in PostgreSQL), so that
 * each statement has one text, one plan and no limit to chunk at, whatever the number of citizens. Of `shown`, some take
 * the list of shown departments as one parameter more, and tell nothing of what others know.
 */
export function textsOf(engine: Engine, reading: "all" | "shown"): ReturnType<typeof listTexts> {
  return texts[engine][reading];
}

function listTexts(engine: Engine, onlyShown: boolean) {
  const sqlite = engine === "sqlite";
  const inList = (column: string): string =>
    sqlite ? `${column} in (select value from json_each(?))` : `${column} = any(?::text[])`;
  const placesIn = (table: string): string =>
    sqlite
      ? `json_each(?) asked join ${table} on ${table}.department = asked.value ->> 0
          and ${table}.lookup_key = asked.value ->> 1`
      : `unnest(?::text[], ?::text[]) as asked(department, lookup_key) join ${table}
          on ${table}.department = asked.department and ${table}.lookup_key = asked.lookup_key`;
  const places = placesIn("link");
  // An array, so that PostgreSQL looks into the index whatever it believes of the rows.
  const inThose = (column: string, rows: string): string =>
    sqlite ? `${column} in (${rows})` : `${column} = any(array(${rows}))`;
  const ofShown = onlyShown ? `and ${inList("link.department")}` : "";
  // No `exists`: without fresh statistics, PostgreSQL would rather join all links than look into their index.
  const isKnown = (ref: string): string =>
    onlyShown ? `and (select true from link where link.ref = ${ref} ${ofShown} limit 1)` : "";
  const byTokens = `select link.ref from token join link on link.id = token.link_id
      where ${inList("token.token")} ${ofShown}`;

  const inNumbers = (column: string): string =>
    sqlite ? `${column} in (select value from json_each(?))` : `${column} = any(?::integer[])`;
  const place = `id, ref, department, lookup_key as "lookupKey", sealed_key as "sealedKey"`;
  const linkPlace = place.replace(/\b(id|ref|department|lookup_key|sealed_key)\b/g, "link.$1");
  const held = `${linkPlace}, link.status, link.method, link.rule, link.match_probability as "matchProbability",
      link.evidence, link.content_digest as digest`;
  const sharing = sqlite ? sharingInSqlite : sharingInPostgres;
  const tokens = sqlite ? "select value as token from json_each(?)" : "select unnest(?::text[]) as token";
  const departments = sqlite
    ? "select value as department from json_each(?)"
    : "select unnest(?::text[]) as department";
  const shown = onlyShown ? `shown as materialized (${departments}),` : "";
  // The links of the citizens whose records share most with what is asked.
  const alike = (reading: Reading) => `with ${shown} ${sharing(tokens, { ...reading, onlyShown })},
      nearest as materialized (select link.ref, max(found.shared) as shared from found join link on link.id = found.id
        where found.shared >= ${leastPart} * (select max(shared) from found)
        group by link.ref order by shared desc, link.ref limit ?)
      select ${linkPlace}, nearest.shared, (select cast(count(*) as integer) from found) as looked,
        (select min(size) > ${reading.largest} from block where size > 0) as "isCut"
      from nearest join link on link.ref = nearest.ref
      ${onlyShown ? "where link.department in (select department from shown)" : ""}
      order by nearest.shared desc, link.ref, link.department, link.lookup_key`;
  const review = `select review.left_link as "left", review.right_link as "right",
      review.match_probability as "matchProbability", review.weight, review.evidence, assertion.at,
      assertion.model_version as "modelVersion",
      (select content_digest from link where id = review.left_link) as "leftDigest",
      (select content_digest from link where id = review.right_link) as "rightDigest"
    from review join assertion on assertion.id = review.assertion_id`;
  const reviewsBehind = "(review.left_link > ? or (review.left_link = ? and review.right_link > ?))";
  const reviewOrder = "order by review.left_link, review.right_link limit ?";
  const ofDepartment = `exists (select 1 from link where link.id = review.left_link and link.department = ?
      union all select 1 from link where link.id = review.right_link and link.department = ?)`;
  // A link that has ended leaves its review, which goes with the next run.
  const areShown = onlyShown
    ? `not exists (select 1 from link where link.id in (review.left_link, review.right_link)
      and not (${inList("link.department")}))`
    : "true";

  const decisions = (condition: string) => `select decision.id as decision, decision.kind, record.department,
      record.lookup_key as "lookupKey", record.side
    from decision join decision_record as record on record.decision_id = decision.id
    where decision.undone_by is null ${condition} order by decision.id, record.department, record.lookup_key`;

  return {
    numbers: (values: readonly number[]): Binding => (sqlite ? JSON.stringify(values) : [...values]),
    placesOf: `select ${place} from link where ${inList("ref")} order by department, lookup_key`,
    placesAt: `select ${linkPlace} from ${places}`,
    lookupKeys: `select lookup_key as "lookupKey" from link where department = ? and lookup_key > ?
      order by lookup_key limit ?`,
    heldOf: `select ${held} from link where ${inList("ref")} order by department, lookup_key`,
    heldWith: `select ${held} from link where ${inThose("link.ref", `select link.ref from ${places}`)}
      order by department, lookup_key`,
    recordCount: "select count(*) as count from link where department = ?",
    digestsAt: `select link.lookup_key as "lookupKey", link.content_digest as digest from ${places}`,
    placesById: `select ${place} from link where ${inNumbers("id")} order by department, lookup_key`,
    settings: `select name, value from setting where ${inList("name")}`,
    alike: alike(searched),
    alikeInSamples: alike({ ...searched, samples: true }),
    alikeWidely: alike({ ...searched, largest: largestOfAll, samples: true }),
    neighbours: `with ${sharing(tokens, resolved)}
      , ranked as materialized (select id, shared, row_number() over (order by shared desc, id) as place from found)
      select ${linkPlace}, ranked.shared from ranked join link on link.id = ranked.id
      where ranked.shared >= ${leastShared} or ranked.place <= ?
      union all select null, null, null, token, null, null from counted where size > ${resolved.largest}
      order by shared desc, department, "lookupKey"`,
    decisions: decisions(""),
    decisionsOn: decisions(
      `and ${inThose("decision.id", `select decision_record.decision_id from ${placesIn("decision_record")}`)}`,
    ),
    versions: `select ref, max(id) as version from identity_event where ${inList("ref")} group by ref`,
    reviews: `${review} where ${areShown} and ${reviewsBehind} ${reviewOrder}`,
    reviewsOf: `${review} where ${areShown} and ${reviewsBehind} and ${ofDepartment} ${reviewOrder}`,
    reviewCount: `select count(*) as count from review where ${areShown}`,
    reviewCountOf: `select count(*) as count from review where ${areShown} and ${ofDepartment}`,
    review: `${review} where review.left_link = ? and review.right_link = ?`,
    list: (values: readonly string[]): Binding => (sqlite ? JSON.stringify(values) : [...values]),
    places: (records: readonly RecordPlace[]): readonly Binding[] =>
      sqlite
        ? [JSON.stringify(records.map(({ department, lookupKey }) => [department, lookupKey]))]
        : [records.map(({ department }) => department), records.map(({ lookupKey }) => lookupKey)],

    livingRefs: `select ref as asked, coalesce(redirect_to, ref) as ref from citizen
      where ${inList("ref")} and (retired_by is null or redirect_to is not null)
      ${isKnown("coalesce(citizen.redirect_to, citizen.ref)")}`,
    keys: `select ref, department, lookup_key as "lookupKey", sealed_key as "sealedKey" from link
      where ${inList("ref")} order by ref, department, lookup_key`,
    links: `select link.id, link.ref, link.department, link.lookup_key as "lookupKey", link.sealed_key as "sealedKey", link.status,
        link.method, link.rule, link.match_probability as "matchProbability", link.evidence, assertion.at,
        assertion.actor, assertion.model_version as "modelVersion", assertion.reason
      from link join assertion on assertion.id = link.assertion_id
      where ${inList("link.ref")} order by link.ref, link.department, link.lookup_key`,
    refsOf: `select link.department, link.lookup_key as "lookupKey", link.ref from ${places} ${ofShown}`,
    events: eventsText(inList, onlyShown ? { departments } : undefined),

    page: `select ref from citizen where retired_by is null and ref > ? ${isKnown("citizen.ref")} order by ref limit ?`,
    count: "select count(*) as count from citizen where retired_by is null",
    pageByTokens: `${byTokens} and link.ref > ? group by link.ref having count(distinct token.token) = ?
      order by link.ref limit ?`,
    countByTokens: `select count(*) as count from
      (${byTokens} group by link.ref having count(distinct token.token) = ?) as found`,

    watermarks: `select department, changed_since as "changedSince", record_count as "recordCount"
      from watermark order by department`,
    filled: "select 1 as one from assertion limit 1",
    // One look into the index for each, however many links it has: none is missed, whoever has linked it.
    linkedDepartments: `with recursive linked(department) as (select min(department) from link
        union all select (select min(later.department) from link as later where later.department > linked.department)
          from linked where linked.department is not null)
      select department from linked where department is not null`,
    shares: `select token, share from frequency where ${inList("token")}`,
    setting: "select value from setting where name = ?",
  };
}

const textsFor = (engine: Engine) => ({ all: listTexts(engine, false), shown: listTexts(engine, true) });
const texts = { sqlite: textsFor("sqlite"), postgres: textsFor("postgres") };
