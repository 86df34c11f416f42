// The driver of grpc-js: one call a line, one line of what came of it (tests/process/interop.py has the protocol).
"use strict";
const grpc = require("@grpc/grpc-js");
const readline = require("readline");

const clients = {};
for (const [name, number] of [["identity", 0], ["gzip", 2]]) {
  clients[name] = new grpc.Client(process.argv[2], grpc.credentials.createInsecure(),
    { "grpc.default_compression_algorithm": number, "grpc.max_send_message_length": -1, "grpc-node.max_session_memory": 100, "grpc.enable_retries": 0 });
}
const asIs = (bytes) => bytes;

function call(kind, path, messages, encoding, timeout) {
  const client = clients[encoding];
  const options = { deadline: Date.now() + timeout };
  return new Promise((resolve) => {
    if (kind === "unary") {
      client.makeUnaryRequest(path, asIs, asIs, messages[0], new grpc.Metadata(), options,
        (error, got) => resolve(error ? [error.code, [], error.details] : [0, [got], ""]));
      return;
    }
    const stream = client.makeBidiStreamRequest(path, asIs, asIs, new grpc.Metadata(), options);
    const got = [];
    stream.on("data", (message) => got.push(message));
    stream.on("error", () => {});
    stream.on("status", (status) => resolve([status.code, got, status.details === "OK" ? "" : status.details]));
    for (const message of messages) stream.write(message);
    if (kind === "stream") stream.end();
  });
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [kind, path, texts, encoding, timeout] = line.split(" ");
    const messages = texts.replace(/^-$/, "").split(",").map((text) => Buffer.from(text, "hex"));
    const [code, got, details] = await call(kind, path, messages, encoding, Number(timeout));
    console.log(code, got.map((one) => one.toString("hex")).join(",") || "-", Buffer.from(details).toString("hex") || "-");
  }
  process.exit(0);
}

main();
