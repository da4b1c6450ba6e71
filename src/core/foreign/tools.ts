import { dbmate } from './dbmate.js';
import { diesel } from './diesel.js';
import { drizzleKit } from './drizzle-kit.js';
import { flyway } from './flyway.js';
import type { ForeignTool } from './foreign-tool.js';
import { golangMigrate } from './golang-migrate.js';
import { goose } from './goose.js';
import { graphileMigrate } from './graphile-migrate.js';
import { hasura } from './hasura.js';
import { knex } from './knex.js';
import { liquibase } from './liquibase.js';
import { mybatis } from './mybatis.js';
import { nodePgMigrate } from './node-pg-migrate.js';
import { nodeSqlite } from './node-sqlite.js';
import { play } from './play.js';
import { postgrator } from './postgrator.js';
import { postgresMigrations } from './postgres-migrations.js';
import { prisma } from './prisma.js';
import { rails } from './rails.js';
import { rambler } from './rambler.js';
import { refinery } from './refinery.js';
import { shmig } from './shmig.js';
import { sqitch } from './sqitch.js';
import { sqlMigrate } from './sql-migrate.js';
import { sqlx } from './sqlx.js';
import { supabase } from './supabase.js';
import { tern } from './tern.js';
import { umzug } from './umzug.js';
import { yoyo } from './yoyo.js';

export const tools: readonly ForeignTool[] = [
  golangMigrate,
  postgrator,
  yoyo,
  flyway,
  prisma,
  diesel,
  goose,
  dbmate,
  sqlMigrate,
  nodePgMigrate,
  tern,
  liquibase,
  rambler,
  shmig,
  mybatis,
  play,
  nodeSqlite,
  sqlx,
  postgresMigrations,
  graphileMigrate,
  refinery,
  hasura,
  drizzleKit,
  supabase,
  sqitch,
  rails,
  umzug,
  knex,
];
