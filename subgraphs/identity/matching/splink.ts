import { conditionSql } from "./condition.ts";
import { listFeatures } from "./features.ts";
import type { BlockingRule, Comparison, Model } from "./model.ts";

/**
 * The model as a Splink v4 settings document (dialect `duckdb`), for runs over tables whose columns are the features of
 * `featuresOf`. Splink adds weights up: dependencies between attributes have no counterpart there and are left out.
 */
export function splinkSettings(
  model: Model,
  options: { linkType?: "dedupe_only" | "link_only" | "link_and_dedupe" } = {},
): object {
  return {
    link_type: options.linkType ?? "link_and_dedupe",
    sql_dialect: "duckdb",
    unique_id_column_name: "unique_id",
    source_dataset_column_name: "source_dataset",
    probability_two_random_records_match: model.probabilityTwoRandomRecordsMatch,
    retain_matching_columns: false,
    retain_intermediate_calculation_columns: true,
    additional_columns_to_retain: [],
    blocking_rules_to_generate_predictions: model.blocking.map(blockingRule),
    comparisons: model.comparisons.map(comparisonSettings),
  };
}

function comparisonSettings(comparison: Comparison): object {
  const highest = comparison.levels.length - 1;
  return {
    output_column_name: comparison.attribute,
    comparison_description: comparison.attribute,
    comparison_levels: [
      { sql_condition: splinkSql(conditionSql(comparison.missing)), label_for_charts: "missing", is_null_level: true },
      ...comparison.levels.map((level, index) => ({
        sql_condition: level.when === undefined ? "ELSE" : splinkSql(conditionSql(level.when)),
        label_for_charts: level.name,
        m_probability: level.m,
        u_probability: level.u,
        fix_m_probability: false,
        fix_u_probability: false,
        comparison_vector_value: highest - index,
        ...(level.frequency !== undefined && !isList(level.frequency) && { tf_adjustment_column: level.frequency }),
      })),
    ],
  };
}

function blockingRule(rule: BlockingRule): object {
  const lists: string[] = [];
  const parts = rule.map((part) => {
    const [name = part, letters] = part.split(":");
    if (isList(name)) lists.push(name);
    return letters === undefined
      ? `l.${name} = r.${name}`
      : `left(l.${name}, ${letters}) = left(r.${name}, ${letters})`;
  });
  return {
    blocking_rule: parts.join(" AND "),
    sql_dialect: "duckdb",
    ...(lists.length > 0 && { arrays_to_explode: lists }),
  };
}

/** Splink names the two sides `<column>_l` and `<column>_r`. */
function splinkSql(sql: string): string {
  return sql.replace(
    /\b([ab])\.([a-zA-Z_]\w*)/g,
    (_, side: string, column: string) => `"${column}_${side === "a" ? "l" : "r"}"`,
  );
}

function isList(feature: string): boolean {
  return (listFeatures as readonly string[]).includes(feature);
}
