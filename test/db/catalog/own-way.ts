/** Kinds of objects that some version between 14 and 18 reads as neither of these two does. */
export const kindsReadInOwnWay = /^(?:collation|subscription) /;

/** The catalogs that these are in. */
export const catalogsReadInOwnWay: readonly string[] = ['pg_collation', 'pg_subscription'];
