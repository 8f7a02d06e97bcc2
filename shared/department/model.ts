import type { DocumentNode, GraphQLSchema } from "graphql";
import type { FormatName } from "../sql/formats/index.ts";
import type { PersonAttribute } from "./person-feed.ts";

/**
 * What `department.graphql` says, parsed and validated: everything the wrapper needs, nothing left as text to interpret.
 * Made by `parse/`, read by `publish.ts`, `execute/` and `feed/`. Table and column names are the legacy ones, unquoted.
 */
export interface DepartmentModel {
  /** Kebab-case id, e.g. `social-services`; also the subgraph's name. */
  readonly id: string;
  readonly name: string;
  readonly jurisdiction: string;
  readonly lawfulBasis: string;
  readonly purposes: readonly string[];
  /** `socialServicesKeys`: the hidden field of Citizen that carries this department's local keys. */
  readonly keysField: string;
  readonly source: SourceModel;
  /** Path of the file, for messages. */
  readonly file: string;
  readonly persons: readonly PersonModel[];
  /** The department's own types by name. */
  readonly types: ReadonlyMap<string, TypeModel>;
  /** The department's own enums, and vocabulary enums that its fields map codes onto. */
  readonly enums: ReadonlyMap<string, EnumModel>;
  /** What the department adds to Citizen. */
  readonly citizenFields: ReadonlyMap<string, FieldModel>;
  readonly queryFields: ReadonlyMap<string, FieldModel>;
  /** The published SDL: `_service.sdl` is exactly this text. */
  readonly sdl: string;
  /** The executable schema of `sdl`, with `_entities` and `_service`. */
  readonly schema: GraphQLSchema;
  /** The parsed file, with locations, for checks against a live database. */
  readonly document: DocumentNode;
}

export type Engine = "MSSQL" | "ORACLE" | "POSTGRES" | "MYSQL" | "SQLITE";

export interface SourceModel {
  readonly engine: Engine;
  /** Name of the environment variable that holds the URL. */
  readonly urlVariable: string;
  readonly timeZone: string;
  readonly encoding?: string;
}

/** Where in `department.graphql` something was said: line and column count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface Condition {
  readonly column: string;
  readonly is?: readonly string[];
  readonly not?: readonly string[];
  readonly isNull?: boolean;
  readonly place: Place;
}

export interface Ordering {
  readonly column: string;
  readonly direction: "ASC" | "DESC";
}

/** Rows count while today lies within; absent columns and null values are open ends. */
export interface Validity {
  readonly from?: string;
  readonly to?: string;
  readonly format?: FormatName;
}

/** One joined row: an EAV attribute, an address table. */
export interface From {
  readonly table: string;
  readonly on: readonly string[];
  readonly parent: readonly string[];
  readonly where: readonly Condition[];
  readonly orderBy: readonly Ordering[];
  readonly validity?: Validity;
}

export interface CodeTable {
  readonly table: string;
  readonly key: string;
  readonly value: string;
  readonly where: readonly Condition[];
}

/** How one value is read from the database. */
export interface ColumnModel {
  readonly column: string;
  readonly format?: FormatName;
  readonly missing: readonly string[];
  readonly lookup?: CodeTable;
  readonly from?: From;
}

export interface PersonModel {
  readonly table: string;
  readonly key: readonly string[];
  readonly keySuffix?: string;
  readonly role?: string;
  readonly changed?: { readonly column: string; readonly format?: FormatName };
  readonly where: readonly Condition[];
  readonly validity?: Validity;
  readonly uniquePerPerson: boolean;
  readonly personalKey: boolean;
  readonly attributes: readonly PersonAttributeModel[];
  readonly place: Place;
}

export interface PersonAttributeModel extends ColumnModel {
  readonly is: PersonAttribute;
  readonly schemaAgency?: string;
  readonly place: Place;
}

export interface TypeModel {
  readonly name: string;
  readonly table: string;
  /** Id columns in order. */
  readonly id: readonly string[];
  readonly where: readonly Condition[];
  readonly validity?: Validity;
  readonly retain?: RetainModel;
  /** Vocabulary interfaces that the type implements: `ServiceRequest`, `Interaction`. */
  readonly interfaces: readonly string[];
  /** Includes the generated fields of interfaces. */
  readonly fields: ReadonlyMap<string, FieldModel>;
  readonly place: Place;
}

export interface RetainModel {
  /** ISO 8601 duration. */
  readonly period: string;
  readonly column: string;
  readonly format?: FormatName;
  readonly whenMissing: "KEEP" | "HIDE";
}

export type FieldModel =
  | IdField
  | ColumnField
  | RowsField
  | RowField
  | CitizenField
  | ConstantField
  | DepartmentField
  | CodeField
  | UnmappedField;

interface FieldBase {
  readonly name: string;
  /** Name of the GraphQL type without list and non-null, e.g. `Date`, `BenefitStatus`, `Benefit`. */
  readonly type: string;
  readonly place: Place;
}

/** The opaque `id: ID!` made of the id columns. */
export interface IdField extends FieldBase {
  readonly kind: "id";
}

export interface ColumnField extends FieldBase, ColumnModel {
  readonly kind: "column";
}

export interface RowsField extends FieldBase {
  readonly kind: "rows";
  /** The type of the listed rows; `type` is its connection. */
  readonly item: string;
  /** Empty on Query. */
  readonly on: readonly string[];
  /**
   * Columns of the parent row; empty on Query. Same length as `on`. On Citizen key columns of the persons that are
   * meant; where these name their key differently, the columns are those of the first, and count by position.
   */
  readonly parent: readonly string[];
  readonly where: readonly Condition[];
  readonly orderBy: readonly Ordering[];
  /** On Citizen: only records with these key suffixes; absent means all. */
  readonly keySuffixes?: readonly string[];
  readonly filters: readonly FilterModel[];
  /** The argument that chooses an ordering, where one is declared. */
  readonly orderArgument?: OrderArgument;
}

export interface FilterModel {
  readonly argument: string;
  readonly operator: "EQUAL" | "IN" | "FROM" | "TO" | "PREFIX";
  /** The field of the listed type whose column is compared (its format and codes translate the value). */
  readonly field: string;
}

export interface OrderArgument {
  readonly argument: string;
  readonly orderings: ReadonlyMap<string, readonly Ordering[]>;
}

/** A plain field of Citizen is a `column` field; a single row of Citizen is not offered. */
export interface RowField extends FieldBase {
  readonly kind: "row";
  readonly on: readonly string[];
  /** Empty on Query, where `filters` name the row. */
  readonly parent: readonly string[];
  readonly where: readonly Condition[];
  readonly filters: readonly FilterModel[];
}

/** A Citizen stub `{ record }` of the person whose local key the columns hold. */
export interface CitizenField extends FieldBase {
  readonly kind: "citizen";
  readonly columns: readonly string[];
  readonly keySuffix?: string;
}

export interface ConstantField extends FieldBase {
  readonly kind: "constant";
  readonly value: string;
}

/** A stub of this department: `agencyResponsible` where it is not mapped. */
export interface DepartmentField extends FieldBase {
  readonly kind: "department";
}

/** A field that the department's `resolvers.ts` computes; see `load.ts`. */
export interface CodeField extends FieldBase {
  readonly kind: "code";
}

/** An interface field that the department does not map: always null. */
export interface UnmappedField extends FieldBase {
  readonly kind: "unmapped";
}

export interface EnumModel {
  readonly name: string;
  /** False for enums of the vocabulary, where an unmapped code is null plus an error. */
  readonly own: boolean;
  /** Legacy code (trimmed) to value name. */
  readonly valueOfCode: ReadonlyMap<string, string>;
  /** Value name to its legacy codes; the value of `other` is absent. */
  readonly codesOfValue: ReadonlyMap<string, readonly string[]>;
  /** The value that stands for every code not named. */
  readonly other?: string;
}
