// What an expert gets out of Node with Harena's policy: a parser of its own, and one write for each client in a tick.
// The path of the request is the room. Sec-WebSocket-Accept is right, so that any client can connect.
import { createHash } from "node:crypto";
import { createServer } from "node:http";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455, 1.3
const [port, flushMilliseconds] = process.argv.slice(2).map(Number);
const rooms = new Map();
let planned = false;
let lastFlush = 0;

function frameOf(payload) {
  const head = payload.length < 126 ? Buffer.from([0x82, payload.length]) : Buffer.from([0x82, 126, 0, 0]);
  if (head.length === 4) head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}

// Takes the whole masked frames out of the bytes; gives what is left.
function takeFrames(bytes, publish) {
  let at = 0;
  while (bytes.length - at >= 6) {
    const long = (bytes[at + 1] & 0x7f) === 126;
    const head = long ? 8 : 6;
    if (bytes.length - at < head) break;
    const size = long ? bytes.readUInt16BE(at + 2) : bytes[at + 1] & 0x7f;
    if (bytes.length - at < head + size) break;
    const mask = bytes.subarray(at + head - 4, at + head);
    const payload = Buffer.allocUnsafe(size);
    for (let byte = 0; byte < size; byte++) payload[byte] = bytes[at + head + byte] ^ mask[byte & 3];
    if (bytes[at] === 0x82) publish(payload);
    at += head + size;
  }
  return bytes.subarray(at);
}

// Everything that was said, but for a speaker's own: what lies between its pieces.
function withoutOwn(all, own) {
  const others = [];
  let from = 0;
  for (const [begins, ends] of own) {
    if (begins > from) others.push(all.subarray(from, begins));
    from = ends;
  }
  if (from < all.length) others.push(all.subarray(from));
  return Buffer.concat(others);
}

function flush() {
  planned = false;
  lastFlush = performance.now();
  for (const room of rooms.values()) {
    if (room.said.length === 0) continue;
    const all = Buffer.concat(room.said);
    for (const player of room.players) {
      const own = room.own.get(player);
      const bytes = own ? withoutOwn(all, own) : all;
      if (bytes.length > 0) player.write(bytes);
    }
    room.said = [];
    room.size = 0;
    room.own.clear();
  }
}

function say(room, player, payload) {
  const frame = frameOf(payload);
  const piece = [room.size, room.size + frame.length];
  room.said.push(frame);
  room.size += frame.length;
  if (room.own.has(player)) room.own.get(player).push(piece);
  else room.own.set(player, [piece]);
  planFlush();
}

// At once after a rest, otherwise a tick after the last flush.
function planFlush() {
  if (planned) return;
  planned = true;
  const rest = lastFlush + flushMilliseconds - performance.now();
  if (rest > 0) setTimeout(flush, rest);
  else setImmediate(flush);
}

const server = createServer();
server.on("upgrade", (request, player) => {
  const accept = createHash("sha1").update(request.headers["sec-websocket-key"] + GUID).digest("base64");
  const room = rooms.get(request.url) ?? { players: new Set(), said: [], size: 0, own: new Map() };
  rooms.set(request.url, room);
  room.players.add(player);
  let rest = Buffer.alloc(0);
  player.setNoDelay(true);
  player.on("error", () => player.destroy());
  player.on("close", () => room.players.delete(player));
  player.on("data", (bytes) => {
    const whole = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    rest = takeFrames(whole, (payload) => say(room, player, payload));
  });
  player.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
});
server.listen(port, "127.0.0.1");
