// The library ws as it comes: one send for each delivery. The path of the request is the room.
import { WebSocketServer } from "ws";

const rooms = new Map();

const server = new WebSocketServer({ host: "127.0.0.1", port: Number(process.argv[2]) });
server.on("connection", (player, request) => {
  const room = rooms.get(request.url) ?? new Set();
  rooms.set(request.url, room.add(player));
  player.on("close", () => room.delete(player));
  player.on("message", (payload) => {
    for (const other of room) {
      if (other !== player) other.send(payload, { binary: true });
    }
  });
});
