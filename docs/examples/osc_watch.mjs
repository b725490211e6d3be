// Shows what a running `daw-bridge serve` tells over OSC, and sends what you type.
//
//     node osc_watch.mjs                        the server on this machine, port 17120
//     node osc_watch.mjs 192.168.1.5 17120
//     echo "/dawbridge/stem/drums/gain -6" | node osc_watch.mjs
//
// A line is an address and its arguments: whole numbers, numbers with a point, words. After the
// end of the input it waits for the server's answer to all of it, and ends. A server with a secret
// gets it from the variable DAW_BRIDGE_SECRET.
//
// It is a whole client in Node (18 or later) without any package: OSC is an address, a comma with a
// letter for each argument, and the arguments. Every message: docs/reference/osc.md.

import { createSocket } from "node:dgram";
import { createInterface } from "node:readline";

const [host = "127.0.0.1", port = "17120"] = process.argv.slice(2);
const ASK_MS = 1000;
const LOST_MS = 3000;
const FLOAT = /^-?\d*\.\d+$/;
const WHOLE = /^-?\d+$/;

// Text ends in zeros, at least one, up to a multiple of four.
function text(words) {
  const bytes = Buffer.from(words, "utf8");
  return Buffer.concat([bytes, Buffer.alloc(4 - (bytes.length % 4))]);
}

function argument(word) {
  const four = Buffer.alloc(4);
  if (WHOLE.test(word)) {
    four.writeInt32BE(Number(word));
    return ["i", four];
  }
  if (FLOAT.test(word)) {
    four.writeFloatBE(Number(word));
    return ["f", four];
  }
  return ["s", text(word)];
}

function message(address, ...words) {
  const found = words.map(String).map(argument);
  const tags = found.map(([tag]) => tag).join("");
  return Buffer.concat([text(address), text(`,${tags}`), ...found.map(([, bytes]) => bytes)]);
}

// A packet as [address, ...arguments]; the server sends i, f and s.
function read(packet) {
  let at = 0;
  const string = () => {
    const end = packet.indexOf(0, at);
    const found = packet.toString("utf8", at, end);
    at = end + 4 - (end % 4);
    return found;
  };
  const number = (how) => packet[how]((at += 4) - 4);
  const address = string();
  const take = { i: () => number("readInt32BE"), f: () => number("readFloatBE"), s: string };
  return [address, ...[...string().slice(1)].map((tag) => take[tag]())];
}

const socket = createSocket("udp4");
const send = (...words) => socket.send(message(...words), Number(port), host);
const say = (words) => process.stdout.write(`${words.join(" ")}\n`);
let heard = -Infinity; // when the server last answered
let asked = 0;
let lastAsked = Infinity; // the number of the question after the last line

// The server remembers nobody when it is started again: ask for a sign of life, and register anew.
function heartbeat() {
  if (performance.now() - heard > LOST_MS) {
    if (heard > 0) say(["no answer from", host, port]);
    if (process.env.DAW_BRIDGE_SECRET) send("/dawbridge/auth", process.env.DAW_BRIDGE_SECRET);
    send("/dawbridge/notify", 1);
  }
  send("/dawbridge/sync", (asked += 1));
}

socket.on("message", (packet) => {
  const [address, ...values] = read(packet);
  if (address !== "/dawbridge/synced") {
    say([address, ...values.map((one) => (Number.isInteger(one) ? one : shown(one)))]);
    return;
  }
  heard = performance.now();
  if (!values[1]) send("/dawbridge/notify", 1); // started again, or it has forgotten us
  if (values[0] >= lastAsked) leave();
});

function shown(value) {
  return typeof value === "number" ? value.toFixed(3) : value;
}

function leave() {
  clearInterval(beat);
  socket.send(message("/dawbridge/notify", 0), Number(port), host, () => socket.close());
}

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => line.trim() && send(...line.trim().split(/\s+/)));
lines.on("close", () => {
  lastAsked = asked + 1; // by the next heartbeat everything is done
});
process.on("SIGINT", leave);
socket.on("error", (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
heartbeat();
const beat = setInterval(heartbeat, ASK_MS);
