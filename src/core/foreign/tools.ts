import { dbmate } from './dbmate.js';
import { diesel } from './diesel.js';
import { flyway } from './flyway.js';
import type { ForeignTool } from './foreign-tool.js';
import { golangMigrate } from './golang-migrate.js';
import { goose } from './goose.js';
import { liquibase } from './liquibase.js';
import { mybatis } from './mybatis.js';
import { nodeSqlite } from './node-sqlite.js';
import { nodePgMigrate } from './node-pg-migrate.js';
import { play } from './play.js';
import { postgrator } from './postgrator.js';
import { prisma } from './prisma.js';
import { rambler } from './rambler.js';
import { shmig } from './shmig.js';
import { sqlMigrate } from './sql-migrate.js';
import { tern } from './tern.js';
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
];
