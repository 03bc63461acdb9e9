// Colyseus with its default transport: what a player says goes to the others of the room, by room.broadcast.
import { Room, Server } from "@colyseus/core";
import { WebSocketTransport } from "@colyseus/ws-transport";

class Relay extends Room {
  maxClients = 1000;

  onCreate() {
    this.onMessage(1, (client, payload) => this.broadcast(1, payload, { except: client }));
  }
}

const server = new Server({ transport: new WebSocketTransport(), greet: false });
server.define("relay", Relay);
await server.listen(Number(process.argv[2]), "127.0.0.1");
