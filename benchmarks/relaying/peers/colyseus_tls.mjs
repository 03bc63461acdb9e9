// Colyseus as in colyseus.mjs, behind Node's own TLS; the certificate and its key are files.
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { Room, Server } from "@colyseus/core";
import { WebSocketTransport } from "@colyseus/ws-transport";

class Relay extends Room {
  maxClients = 1000;
  seatReservationTimeout = 60; // seconds: a thousand handshakes take a while

  onCreate() {
    this.onMessage(1, (client, payload) => this.broadcast(1, payload, { except: client }));
  }
}

const [, , port, cert, key] = process.argv;
const https = createServer({ cert: readFileSync(cert), key: readFileSync(key) });
const server = new Server({ transport: new WebSocketTransport({ server: https }), greet: false });
server.define("relay", Relay);
await server.listen(Number(port), "127.0.0.1");
