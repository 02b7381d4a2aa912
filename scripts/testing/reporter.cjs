// Mocha's `spec` on the console and its `json` in a file (`--reporter-option output=FILE`): mocha takes one reporter only.
const path = require('node:path');
const { createRequire } = require('node:module');

// Mocha is a package of functions/, where it runs; this file is not in there.
const { reporters } = createRequire(path.join(process.cwd(), 'package.json'))('mocha');

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    new reporters.JSON(runner, options);
  }
};
