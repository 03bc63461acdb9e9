// Colyseus' own way: what a player says becomes part of the room's state, whose changes go to all every 50 ms.
import { Room, Server } from "@colyseus/core";
import { MapSchema, schema, t } from "@colyseus/schema";
import { WebSocketTransport } from "@colyseus/ws-transport";

const Player = schema({ says: t.string() }, "Player");
const State = schema({ players: t.map(Player) }, "State");

class Relay extends Room {
  maxClients = 1000;

  onCreate() {
    this.state = new State();
    this.state.players = new MapSchema();
    this.onMessage(1, (client, payload) => {
      this.state.players.get(client.sessionId).says = payload.toString("latin1");
    });
  }

  onJoin(client) {
    this.state.players.set(client.sessionId, new Player());
  }
}

const server = new Server({ transport: new WebSocketTransport(), greet: false });
server.define("relay", Relay);
await server.listen(Number(process.argv[2]), "127.0.0.1");
