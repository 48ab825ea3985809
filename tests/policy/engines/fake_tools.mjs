// node fake_tools.mjs CASE SERVER: an MCP server over stdio with the tools that CASE lists for it, a
// JSON object {server: [tool…]}; each answers "ran".
import fs from "node:fs";
import readline from "node:readline";
const names = JSON.parse(fs.readFileSync(process.argv[2], "utf8"))[process.argv[3]];
const tools = names.map((name) => ({ name, description: "A tool.", inputSchema: { type: "object" } }));
readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const message = JSON.parse(line);
  if (message.id === undefined) return;
  const answers = {
    initialize: () => ({ protocolVersion: message.params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "fake", version: "1" } }),
    "tools/list": () => ({ tools }),
    "tools/call": () => ({ content: [{ type: "text", text: "ran" }] }),
  };
  const answer = answers[message.method];
  process.stdout.write(JSON.stringify({ jsonrpc: "2.0", id: message.id, ...(answer ? { result: answer() } : { error: { code: -32601, message: "no" } }) }) + "\n");
});
