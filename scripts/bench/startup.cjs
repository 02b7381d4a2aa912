// Loaded before the functions framework (`node --require`): reports what the process has used so far, as a line of JSON on
// file descriptor 3, when its server listens and at every SIGUSR2.
const { writeSync } = require('node:fs');
const { Server } = require('node:net');

function report(port) {
  const { user, system } = process.cpuUsage();
  const { rss } = process.memoryUsage();
  const used = { port, cpuMs: (user + system) / 1000, wallMs: performance.now(), rssMb: rss / 1e6 };
  writeSync(3, `${JSON.stringify(used)}\n`);
}

let port;
const { listen } = Server.prototype;
Server.prototype.listen = function (...inputs) {
  this.once('listening', () => {
    port = this.address().port;
    report(port);
  });
  return listen.apply(this, inputs);
};
process.on('SIGUSR2', () => report(port));
