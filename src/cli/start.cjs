#!/usr/bin/env node
// What runs first. The version is printed before anything is loaded, since scripts ask for it often. The program
// itself is one file; beside it may lie V8's compiled form of it, made by the build, which spares a third of the
// start. V8 refuses a form made by another version or for another text, and compiles again.
'use strict';
const { existsSync, readFileSync } = require('node:fs');
const nodeModule = require('node:module');
const { join } = require('node:path');

const program = join(__dirname, 'program.cjs');
const compiled = join(__dirname, `program-${process.versions.v8}.bin`);

/**
 * Compiles the program and runs it with this module's `require`; returns the script, for the build to store. The
 * bundler writes ASCII alone, which is read fastest as one byte a character.
 */
function load(cachedData) {
  const { Script } = require('node:vm');
  const script = new Script(nodeModule.wrap(readFileSync(program, 'latin1')), {
    filename: program,
    cachedData,
  });
  script.runInThisContext().call(exports, exports, require, module, program, __dirname);
  return script;
}

function start() {
  if (existsSync(compiled)) return load(readFileSync(compiled));
  // Not made for this version of Node.js: newer ones keep such a form by themselves, in the folder for temporary files.
  nodeModule.enableCompileCache?.();
  return require(program);
}

if (require.main !== module) module.exports = { load };
else if (process.argv.length === 3 && /^(--version|-V)$/.test(process.argv[2]))
  process.stdout.write('HARDPAN_VERSION\n');
else start();
