// Mocha's `spec` reporter, which also writes how many tests passed and failed to the file named by TEST_COUNTS_FILE.
const fs = require('node:fs');
const path = require('node:path');
const { createRequire } = require('node:module');

// Mocha is a package of functions/, where it runs; this file is not in there.
const mocha = createRequire(path.join(process.cwd(), 'package.json'))('mocha');

module.exports = class CountingReporter extends mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      fs.writeFileSync(process.env.TEST_COUNTS_FILE, JSON.stringify({ passes, failures, pending }));
    });
  }
};
