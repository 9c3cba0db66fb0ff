#!/usr/bin/env node
// What runs first. The version is printed before anything is loaded, since scripts ask for it often. The program
// itself is one file; beside it may lie V8's compiled form of it, made by the build, which spares a third of the
// start. V8 refuses a form made by another version or for another text, and compiles again.
'use strict';
const { readFileSync } = require('node:fs');
const { wrap } = require('node:module');
const { join } = require('node:path');
const { constants, Script } = require('node:vm');

/** Compiles the program and runs it with this module's `require`; returns the script, for the build to store. */
function load() {
  const filename = join(__dirname, 'program.cjs');
  const script = new Script(wrap(readFileSync(filename, 'utf8')), {
    filename,
    cachedData: compiledForm(),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  script.runInThisContext().call(exports, exports, require, module, filename, __dirname);
  return script;
}

function compiledForm() {
  try {
    return readFileSync(join(__dirname, `program-${process.versions.v8}.bin`));
  } catch {
    // Not made for this version of Node.js: slower, and otherwise the same.
    return undefined;
  }
}

if (require.main !== module) module.exports = { load };
else if (process.argv.length === 3 && /^(--version|-V)$/.test(process.argv[2]))
  process.stdout.write('HARDPAN_VERSION\n');
else load();
