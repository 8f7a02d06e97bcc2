/**
 * The events of citizens, newest first, with those of the refs that were merged into them; its parameter is the list of
 * their refs, twice.
 */
export function eventsText(inList: (column: string) => string, onlyShown?: { readonly departments: string }): string {
  const { told, reason, otherRef, isWhole } = onlyShown ? whatIsShown : everything;
  return `${onlyShown ? `with shown as materialized (${onlyShown.departments})` : ""}
      select event.kind, living.ref, ${otherRef} as "otherRef", assertion.at, assertion.actor,
        assertion.model_version as "modelVersion", ${reason} as reason,
        case when event.kind in ('CONFIRMED', 'REJECTED') then (select decision.id from decision
          where decision.assertion_id = event.assertion_id and decision.undone_by is null and ${isWhole}) end as decision
      from (select ref, ref as past from citizen where ${inList("ref")}
            union all select redirect_to, ref from citizen where ${inList("redirect_to")}) as living
      join identity_event event on event.ref = living.past join assertion on assertion.id = event.assertion_id
      where ${told} order by event.id desc`;
}

const everything = { told: "true", reason: "assertion.reason", otherRef: "event.other_ref", isWhole: "true" };

const ofShown = (column: string) => `${column} in (select department from shown)`;

/** How many of the persons whom the steward decided about a shown department knew. */
const sides = `(select count(distinct record.side) from decision
        join decision_record record on record.decision_id = decision.id and ${ofShown("record.department")}
        where decision.assertion_id = event.assertion_id or decision.undone_by = event.assertion_id)`;

/** Shown departments knew something of each of those persons: nobody else may take the decision back. */
const allSides = `not exists (select 1 from decision_record record where record.decision_id = decision.id
        group by record.side having max(case when ${ofShown("record.department")} then 1 else 0 end) = 0)`;

/** A record of a shown department went from one of the two citizens to the other. */
const recordMoved = `exists (select 1 from identity_event moved
        where moved.kind = 'LINKED' and moved.other_ref in (event.ref, event.other_ref)
          and moved.ref in (event.ref, event.other_ref) and moved.assertion_id = event.assertion_id
          and ${ofShown("moved.department")})`;

/** The citizen had a record of a shown department before. */
const knownBefore = `exists (select 1 from identity_event earlier
        where earlier.ref = event.ref and earlier.kind = 'LINKED' and earlier.assertion_id < event.assertion_id
          and ${ofShown("earlier.department")})`;

const otherIsShown = `exists (select 1 from citizen other join link on link.ref = coalesce(other.redirect_to, other.ref)
        where other.ref = event.other_ref and ${ofShown("link.department")})`;

/** What a steward has said goes with the decision; runs give no reasons. */
const decisionIsShown = `(assertion.reason is null or ${sides} > 1)`;

/**
 * As if the other departments had no records: no event of these, no merge and no split that moved these alone, and none
 * with a person, and no decision about one, whom they alone knew or know.
 */
const whatIsShown = {
  told: `case when event.kind in ('LINKED', 'UNLINKED') then ${ofShown("event.department")}
        else ${decisionIsShown} and (event.other_ref is null or ${otherIsShown})
          and (event.kind not in ('MERGED', 'SPLIT') or ${recordMoved})
          and (event.kind <> 'MERGED' or ${knownBefore}) end`,
  reason: `case when ${decisionIsShown} then assertion.reason end`,
  otherRef: `case when ${otherIsShown} then event.other_ref end`,
  isWhole: allSides,
};
