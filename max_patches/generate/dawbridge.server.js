// dawbridge.server.js: starts and stops `daw-bridge serve` for the patch dawbridge.server.
// Made by `python -m max_patches.generate`. It needs nothing but what Node for Max brings.
"use strict";

const api = require("max-api");
const { spawn } = require("child_process");
const dgram = require("dgram");
const fs = require("fs");
const os = require("os");
const path = require("path");

const COMMAND_FILE = path.join(__dirname, "..", "@COMMAND_FILE@");
const READY_EVERY_MS = 200;
const ENDS_WITHIN_MS = 15000;
const LONGEST_LINE = 500;

let child = null; // the running server
let ready = null; // {folder, file, timer, port}

function log(text) {
  return api.outlet("log", String(text).slice(0, LONGEST_LINE));
}

// The words that run daw-bridge: what `daw-bridge install max` wrote, else the name itself.
function command() {
  if (!fs.existsSync(COMMAND_FILE)) {
    log(`${path.basename(COMMAND_FILE)} is not in the package: daw-bridge is looked for on the PATH`);
    return ["daw-bridge"];
  }
  const words = JSON.parse(fs.readFileSync(COMMAND_FILE, "utf8")).command;
  if (!Array.isArray(words) || !words.length || words.some((one) => typeof one !== "string")) {
    throw new Error('expected {"command": ["/path/of/daw-bridge"]}');
  }
  return words;
}

function start(...flags) {
  if (child) {
    log("the server runs already");
    return;
  }
  let words;
  try {
    words = command();
  } catch (error) {
    log(`${COMMAND_FILE} cannot be read (${error.message}): run "daw-bridge install max" again`);
    api.outlet("running", 0);
    return;
  }
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "dawbridge-"));
  ready = { folder, file: path.join(folder, "ready.json"), timer: null, port: @OSC_PORT@ };
  const all = [...words.slice(1), "serve", "--ready-file", ready.file, ...flags.map(String)];
  child = spawn(words[0], all, { stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
  child.on("error", (error) => gone(missing(words[0], error)));
  child.on("close", (code, signal) => gone(`the server has ended (${signal || code})`));
  lines(child.stdout);
  lines(child.stderr);
  ready.timer = setInterval(listen, READY_EVERY_MS);
}

function missing(name, error) {
  if (error.code !== "ENOENT") {
    return `${name} cannot be started: ${error.message}`;
  }
  return `${name} was not found. Install daw-bridge, then run "daw-bridge install max"`;
}

// Each line of a pipe goes to the log as it comes.
function lines(pipe) {
  let rest = "";
  pipe.setEncoding("utf8");
  pipe.on("data", (text) => {
    const parts = (rest + text).split(/\r?\n/);
    rest = parts.pop().slice(-LONGEST_LINE);
    parts.filter(Boolean).forEach(log);
  });
  pipe.on("end", () => rest && log(rest));
}

// The server runs once it has written its ready file, which is there whole or not at all.
function listen() {
  if (!ready || !fs.existsSync(ready.file)) {
    return;
  }
  clearInterval(ready.timer);
  const told = JSON.parse(fs.readFileSync(ready.file, "utf8"));
  ready.port = told.osc_port;
  log(`the server listens at port ${ready.port}`);
  api.outlet("running", 1);
}

function gone(why) {
  if (!child) {
    return;
  }
  child = null;
  clearInterval(ready.timer);
  fs.rmSync(ready.folder, { recursive: true, force: true });
  ready = null;
  log(why);
  api.outlet("running", 0);
}

function stop() {
  if (!child) {
    log("the server does not run");
    api.outlet("running", 0);
    return;
  }
  const ending = child;
  if (process.platform === "win32") {
    quit(ready.port); // a signal would end it in the middle of a file
  } else {
    ending.kill("SIGINT");
  }
  setTimeout(() => child === ending && ending.kill("SIGKILL"), ENDS_WITHIN_MS).unref();
}

// "@QUIT@" as an OSC message without arguments: both strings end in zeros, in fours.
function quit(port) {
  const packet = Buffer.concat(["@QUIT@", ","].map(padded));
  const socket = dgram.createSocket("udp4");
  socket.send(packet, port, "127.0.0.1", () => socket.close());
}

function padded(text) {
  const room = Buffer.alloc(4 * (Math.floor(text.length / 4) + 1));
  room.write(text, "ascii");
  return room;
}

// When the patch is closed, the server ends with it.
function leave() {
  if (child) {
    child.kill(process.platform === "win32" ? undefined : "SIGINT");
    fs.rmSync(ready.folder, { recursive: true, force: true });
  }
  process.exit(0);
}

["SIGINT", "SIGTERM", "SIGHUP", "disconnect"].forEach((name) => process.on(name, leave));
api.addHandler("start", start);
api.addHandler("stop", stop);
api.outlet("running", 0);
