'use strict';
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { print, run } = require('./terminal.cjs');

const generated = 'src/adapters/store/generated';
const stamp = root => path.join(root, generated, '.digest');

/** The digest of what the client is generated from: the schema, the settings and Prisma's version. */
function sourcesDigest(root) {
  const hash = createHash('sha256');
  for (const file of [
    'prisma/schema.prisma',
    'prisma.config.ts',
    'node_modules/prisma/package.json',
  ])
    hash.update(fs.readFileSync(path.join(root, file)));
  return hash.digest('hex');
}

/** Why the database client must be generated; `null` where it is up to date. */
function clientProblem(root) {
  if (!fs.existsSync(path.join(root, 'prisma/schema.prisma'))) return null;
  if (!fs.existsSync(stamp(root))) return 'it was never generated';
  return fs.readFileSync(stamp(root), 'utf8') === sourcesDigest(root) ? null : 'its schema changed';
}

/** Generates the client. The stamp is written last, so that an interrupted generation is repeated. */
function generateClient(root, node) {
  print('generating the database client …');
  fs.rmSync(stamp(root), { force: true });
  const prisma = path.join(root, 'node_modules/prisma/build/index.js');
  const end = run(node, [prisma, 'generate'], { cwd: root });
  if (!end.ok) throw new Error(`\`prisma generate\` failed:\n${end.output}`);
  fs.writeFileSync(stamp(root), sourcesDigest(root));
}

module.exports = { clientProblem, generateClient };
