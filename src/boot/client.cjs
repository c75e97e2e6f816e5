'use strict';
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { run, say } = require('./say.cjs');

const generated = 'src/adapters/store/generated';
const stamp = root => path.join(root, generated, '.digest');

/** What the database client is generated from: the schema, the settings, and Prisma's version. */
function sources(root) {
  const hash = createHash('sha256');
  for (const file of [
    'prisma/schema.prisma',
    'prisma.config.ts',
    'node_modules/prisma/package.json',
  ])
    hash.update(fs.readFileSync(path.join(root, file)));
  return hash.digest('hex');
}

/** Why the database client has to be generated, or `null`. */
function clientFault(root) {
  if (!fs.existsSync(path.join(root, 'prisma/schema.prisma'))) return null;
  if (!fs.existsSync(stamp(root))) return 'it was never generated';
  return fs.readFileSync(stamp(root), 'utf8') === sources(root) ? null : 'its schema changed';
}

/** The stamp is written last, so that a killed generation is done again. */
function generateClient(root, node) {
  say('generating the database client …');
  fs.rmSync(stamp(root), { force: true });
  const prisma = path.join(root, 'node_modules/prisma/build/index.js');
  const end = run(node, [prisma, 'generate'], { cwd: root });
  if (!end.ok) throw new Error(`\`prisma generate\` failed:\n${end.said}`);
  fs.writeFileSync(stamp(root), sources(root));
}

module.exports = { clientFault, generateClient };
