// Loaded into the program by a test: whatever would reach out ends it.
const refuse = (what) => () => {
  process.stderr.write(`the program used ${what}\n`);
  process.exit(99);
};
const net = require('node:net');
const dns = require('node:dns');
net.Socket.prototype.connect = refuse('a socket');
net.Server.prototype.listen = refuse('a listening socket');
dns.lookup = refuse('a name server');
require('node:dgram').Socket.prototype.send = refuse('a datagram');
