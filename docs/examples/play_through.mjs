// Plays a WAV file through a live stream of a running `daw-bridge serve` and writes the stems.
//
//     node play_through.mjs song.wav stems/
//     node play_through.mjs song.wav stems/ 127.0.0.1:17122
//
// A server with a secret (`--auth-file`) gets it from the variable DAW_BRIDGE_SECRET.
//
// It is a whole client in Node (18 or later) without any package: it speaks the little of ZeroMQ's
// protocol (ZMTP 3.0) that a DEALER socket needs. With npm's package `zeromq` the class Dealer is
// not needed: the frames are the same. What it sends and gets: docs/reference/zeromq.md.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { performance } from "node:perf_hooks";

const MARK = "DWB1";
const BLOCK_SAMPLES = 512;
const ANSWER_WITHIN_MS = 10_000;

// ZMTP 3.0: a greeting and some commands from each side, then frames: flags, length, content.
class Dealer {
  static MORE = 1;
  static LONG = 2;
  static COMMAND = 4;

  static async connect(host, port) {
    const one = new Dealer();
    one.socket = createConnection({ host, port, noDelay: true });
    one.bytes = one.socket[Symbol.asyncIterator]();
    one.kept = Buffer.alloc(0);
    const secret = process.env.DAW_BRIDGE_SECRET ?? "";
    const mechanism = secret ? "PLAIN" : "NULL";
    const greeting = Buffer.alloc(64);
    greeting.set([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0]);
    greeting.write(mechanism, 12);
    one.socket.write(greeting);
    const theirs = await one.take(64);
    const wanted = theirs.toString("latin1", 12, 32).replace(/\0+$/, "");
    if (theirs[0] !== 0xff || theirs[10] < 3) throw new Error("the other end is no ZeroMQ 4 socket");
    if (wanted !== mechanism) throw new Error(`the server wants ${wanted}, not ${mechanism}`);
    const about = [property("Socket-Type", "DEALER"), property("Identity", "")];
    if (secret) {
      one.command("HELLO", short("daw-bridge"), short(secret));
      await one.expect("WELCOME");
      one.command("INITIATE", ...about);
    } else {
      one.command("READY", ...about);
    }
    await one.expect("READY");
    return one;
  }

  // The next `size` bytes.
  async take(size) {
    while (this.kept.length < size) {
      const { value, done } = await this.bytes.next();
      if (done) throw new Error("the server has closed the connection: does it want a secret?");
      this.kept = Buffer.concat([this.kept, value]);
    }
    const found = this.kept.subarray(0, size);
    this.kept = this.kept.subarray(size);
    return found;
  }

  async frame() {
    const flags = (await this.take(1))[0];
    const size = flags & Dealer.LONG ? Number((await this.take(8)).readBigUInt64BE()) : (await this.take(1))[0];
    return { flags, content: await this.take(size) };
  }

  async expect(command) {
    const { content } = await this.frame();
    const found = content.toString("latin1", 1, 1 + content[0]);
    if (found !== command) throw new Error(`${found} from the server, not ${command}: is the secret right?`);
  }

  put(flags, content) {
    const short = content.length < 256;
    const head = Buffer.alloc(short ? 2 : 9);
    head[0] = short ? flags : flags | Dealer.LONG;
    if (short) head[1] = content.length;
    else head.writeBigUInt64BE(BigInt(content.length), 1);
    this.socket.write(head);
    this.socket.write(content);
  }

  command(name, ...contents) {
    this.put(Dealer.COMMAND, Buffer.concat([short(name), ...contents]));
  }

  send(frames) {
    this.socket.cork();
    frames.forEach((one, k) => this.put(k + 1 < frames.length ? Dealer.MORE : 0, Buffer.from(one)));
    this.socket.uncork();
  }

  // The frames of the next message. The server's PING is answered, or it would hang up.
  async receive() {
    const frames = [];
    for (;;) {
      const { flags, content } = await this.frame();
      if (flags & Dealer.COMMAND) {
        if (content.subarray(1, 5).toString() === "PING") this.command("PONG", content.subarray(7));
        continue;
      }
      frames.push(content);
      if (!(flags & Dealer.MORE)) return frames;
    }
  }
}

// A text of up to 255 bytes behind its length.
function short(text) {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

function property(name, value) {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(value.length);
  return Buffer.concat([short(name), size, Buffer.from(value)]);
}

// JSON headers and float32 buffers, there and back.
class Server {
  constructor(dealer) {
    this.dealer = dealer;
    this.lastId = 0;
    this.waiting = new Map();
    this.onAudio = () => {};
    this.failed = new Promise((_, reject) => this.listen().catch(reject));
  }

  // Send a message; returns its number, which the answer bears, too.
  send(type, fields = {}, buffers = []) {
    const msg_id = ++this.lastId;
    this.dealer.send([MARK, JSON.stringify({ type, msg_id, ...fields }), ...buffers]);
    return msg_id;
  }

  // Send a request; its answer's header.
  ask(type, fields = {}) {
    const answer = new Promise((resolve) => this.waiting.set(this.send(type, fields), resolve));
    return Promise.race([answer, this.failed, tooLong(type)]);
  }

  async listen() {
    for (;;) {
      const [mark, header, ...buffers] = await this.dealer.receive();
      if (mark.toString() !== MARK) throw new Error("a message of another protocol");
      const found = JSON.parse(header);
      if (found.type === "fail") {
        const text = `${found.command}: ${found.message} [${found.code}]`;
        if (found.command !== "stream") throw new Error(text);
        console.error(text); // it answers nothing, and the stream goes on
      }
      if (found.type === "audio.reply") this.onAudio(found, buffers);
      this.waiting.get(found.msg_id)?.(found);
      this.waiting.delete(found.msg_id);
    }
  }
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function tooLong(what) {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`no answer to ${what}`)), ANSWER_WITHIN_MS).unref();
  });
}

// Channels as Float32Arrays -> stem: its channels, through a live stream, as fast as it sounds.
async function play(server, song, rateHz) {
  const length = song[0].length;
  const stream = await server.ask("open", {
    mode: "live", rate_hz: rateHz, channels: song.length, block_samples: BLOCK_SAMPLES,
  });
  const stems = stream.outputs.map(() => song.map(() => new Float32Array(length)));
  // A live stream answers each block with a block that is `latency_samples` late. So silence
  // follows the song until its end has come back.
  const blocks = Math.ceil((length + stream.latency_samples) / BLOCK_SAMPLES);
  let answered = 0;
  let late = 0; // answers with samples that came too late: the mix is on the residual
  let wake = () => {};
  server.onAudio = (header, buffers) => {
    stems.forEach((stem, k) => put(stem, header, buffers[k]));
    answered += 1;
    if (header.late_samples) late += 1;
    wake();
  };
  const started = performance.now();
  for (let sent = 0; sent < blocks; sent++) {
    // Credit: more unanswered blocks than this would be refused.
    while (sent - answered >= stream.credit) {
      await Promise.race([new Promise((resolve) => (wake = resolve)), server.failed, tooLong("audio")]);
    }
    // Pacing: a block leaves when a sound card would have recorded it. Sent all at once, the model
    // would be late for most of them.
    const start = sent * BLOCK_SAMPLES;
    const early = started + (1000 * start) / rateHz - performance.now();
    if (early > 0) await Promise.race([sleep(early), server.failed]);
    const block = Buffer.alloc(4 * song.length * BLOCK_SAMPLES);
    song.forEach((channel, c) => {
      channel.subarray(start, start + BLOCK_SAMPLES).forEach((value, n) => {
        block.writeFloatLE(value, 4 * (c * BLOCK_SAMPLES + n));
      });
    });
    server.send(
      "audio",
      { stream: stream.stream, seq: sent, start_sample: start, shape: [song.length, BLOCK_SAMPLES], dtype: "<f4" },
      [block],
    );
  }
  while (answered < blocks) {
    await Promise.race([new Promise((resolve) => (wake = resolve)), server.failed, tooLong("audio")]);
  }
  console.log(`${blocks} blocks, ${late} late`);
  await server.ask("close", { stream: stream.stream });
  return stream.outputs.map((name, k) => [name, stems[k]]);
}

// Lay an answer's buffer where its `start_sample` says; the first ones lie before the song.
function put(stem, header, buffer) {
  const [channels, samples] = header.shape;
  for (let c = 0; c < channels; c++) {
    for (let n = 0; n < samples; n++) {
      const at = header.start_sample + n;
      if (at >= 0 && at < stem[c].length) stem[c][at] = buffer.readFloatLE(4 * (c * samples + n));
    }
  }
}

// A WAV file of 16, 24 or 32 bits, or of 32-bit floats: its channels and its rate.
function readWav(path) {
  const file = readFileSync(path);
  if (file.toString("latin1", 0, 4) !== "RIFF") throw new Error(`${path} is no WAV file`);
  let form, data;
  for (let at = 12; at + 8 <= file.length; ) {
    const [name, size] = [file.toString("latin1", at, at + 4), file.readUInt32LE(at + 4)];
    if (name === "fmt ") form = file.subarray(at + 8, at + 8 + size);
    if (name === "data") data = file.subarray(at + 8, at + 8 + size);
    at += 8 + size + (size % 2);
  }
  if (!form || !data) throw new Error(`${path} is no whole WAV file`);
  const [channels, rateHz, bits] = [form.readUInt16LE(2), form.readUInt32LE(4), form.readUInt16LE(14)];
  const kind = form.readUInt16LE(0) === 0xfffe ? form.readUInt16LE(24) : form.readUInt16LE(0);
  if (!(kind === 1 && [16, 24, 32].includes(bits)) && !(kind === 3 && bits === 32)) {
    throw new Error(`${path}: this example reads WAV files of 16, 24 or 32 bits, or of 32-bit floats`);
  }
  const bytes = bits / 8;
  const value = (at) => (kind === 3 ? data.readFloatLE(at) : data.readIntLE(at, bytes) / 2 ** (bits - 1));
  const length = Math.floor(data.length / (channels * bytes));
  const song = Array.from({ length: channels }, (_, c) =>
    Float32Array.from({ length }, (_, n) => value((n * channels + c) * bytes)));
  return [song, rateHz];
}

// Channels as a WAV file of 32-bit floats.
function writeWav(path, channels, rateHz) {
  const [count, length] = [channels.length, channels[0].length];
  const file = Buffer.alloc(44 + 4 * count * length);
  file.write("RIFF", 0);
  file.writeUInt32LE(file.length - 8, 4);
  file.write("WAVEfmt ", 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(3, 20);
  file.writeUInt16LE(count, 22);
  file.writeUInt32LE(rateHz, 24);
  file.writeUInt32LE(rateHz * 4 * count, 28);
  file.writeUInt16LE(4 * count, 32);
  file.writeUInt16LE(32, 34);
  file.write("data", 36);
  file.writeUInt32LE(4 * count * length, 40);
  channels.forEach((channel, c) => channel.forEach((value, n) => file.writeFloatLE(value, 44 + 4 * (n * count + c))));
  writeFileSync(path, file);
}

async function main(songPath, folder, at = "127.0.0.1:17122") {
  const [host, port] = at.split(":");
  const [song, rateHz] = readWav(songPath);
  const dealer = await Promise.race([Dealer.connect(host, Number(port)), tooLong(`a connection to ${at}`)]);
  const stems = await play(new Server(dealer), song, rateHz);
  dealer.socket.end();
  mkdirSync(folder, { recursive: true });
  for (const [name, channels] of stems) {
    writeWav(join(folder, `${name}.wav`), channels, rateHz);
    console.log(join(folder, `${name}.wav`));
  }
}

if (process.argv.length < 4 || process.argv.length > 5) {
  console.error("usage: node play_through.mjs song.wav folder [host:port]");
  process.exit(2);
}
main(...process.argv.slice(2)).catch((error) => {
  console.error(error.message);
  process.exit(1);
});
