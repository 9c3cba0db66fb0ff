// Runs the built program once and stores what V8 compiled of it beside it.
const { writeFileSync } = require('node:fs');
const { join, resolve } = require('node:path');

const [node, , out, ...words] = process.argv;
const folder = resolve(out);
process.argv = [node, join(folder, 'hardpan.cjs'), ...words];
const script = require(join(folder, 'hardpan.cjs')).load();
process.on('exit', () => {
  writeFileSync(join(folder, `program-${process.versions.v8}.bin`), script.createCachedData());
});
