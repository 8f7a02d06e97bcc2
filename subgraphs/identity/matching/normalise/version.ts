/**
 * Of how values are normalised, and of which look-up tokens are made of them. To be raised in every release that reads
 * a value otherwise than the one before, or finds records by other values: the next run over all records then makes the
 * tokens of stores that are filled already anew. Without that, what is searched for would be read by the new rules, and
 * what it is looked for in by the old ones. A test pins the tokens of each version.
 */
export const normalisationVersion = 3;
