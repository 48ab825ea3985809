// node claude_mock.mjs CLAUDE SETTINGS MCP_CONFIG NAMES OUT: runs Claude Code's own program against a
// model on loopback that asks for every tool of NAMES (a JSON list), and writes what became of each
// call to OUT: {"tools": names the model was offered, "results": {name: text}}.
import fs from "node:fs";
import http from "node:http";
import { spawn } from "node:child_process";
import os from "node:os";
import path from "node:path";

const [claude, settings, config, namesFile, out] = process.argv.slice(2);
const names = JSON.parse(fs.readFileSync(namesFile, "utf8"));
const seen = { tools: [], results: {} };

function events(blocks, reason) {
  const list = [["message_start", { type: "message_start", message: { id: "m", type: "message", role: "assistant", model: "m", content: [], stop_reason: null, stop_sequence: null, usage: { input_tokens: 1, output_tokens: 1 } } }]];
  blocks.forEach((block, index) => {
    const { input, ...start } = block;
    list.push(["content_block_start", { type: "content_block_start", index, content_block: block.type === "tool_use" ? { ...start, input: {} } : { type: "text", text: "" } }]);
    list.push(["content_block_delta", { type: "content_block_delta", index, delta: block.type === "tool_use" ? { type: "input_json_delta", partial_json: JSON.stringify(input) } : { type: "text_delta", text: block.text } }]);
    list.push(["content_block_stop", { type: "content_block_stop", index }]);
  });
  list.push(["message_delta", { type: "message_delta", delta: { stop_reason: reason, stop_sequence: null }, usage: { output_tokens: 1 } }]);
  list.push(["message_stop", { type: "message_stop" }]);
  return list.map(([name, data]) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`).join("");
}

const server = http.createServer((request, response) => {
  let body = "";
  request.on("data", (part) => (body += part));
  request.on("end", () => {
    let asked = {};
    try { asked = JSON.parse(body); } catch { /* not for us */ }
    if (!request.url.includes("/messages") || request.url.includes("count_tokens")) {
      response.writeHead(200, { "content-type": "application/json" });
      return response.end(JSON.stringify({ input_tokens: 1 }));
    }
    const offered = (asked.tools ?? []).map((tool) => tool.name);
    if (offered.length > seen.tools.length) seen.tools = offered;
    const last = (asked.messages ?? []).at(-1);
    const results = Array.isArray(last?.content) ? last.content.filter((b) => b.type === "tool_result") : [];
    for (const one of results) {
      const text = Array.isArray(one.content) ? one.content.map((c) => c.text ?? "").join(" ") : String(one.content);
      seen.results[names[Number(one.tool_use_id.slice(5))]] = (one.is_error ? "error: " : "") + text;
    }
    const first = results.length === 0 && offered.some((name) => name.startsWith("mcp__"));
    const blocks = first
      ? names.map((name, i) => ({ type: "tool_use", id: `tool_${i}`, name, input: {} }))
      : [{ type: "text", text: "done" }];
    const text = events(blocks, first ? "tool_use" : "end_turn");
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(text);
  });
});
server.listen(0, "127.0.0.1", () => {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), "claude-home-"));
  const child = spawn(claude, ["-p", "go", "--settings", settings, "--mcp-config", config, "--strict-mcp-config", "--model", "claude-sonnet-4-5", "--output-format", "json"], {
    cwd: home,
    env: { PATH: process.env.PATH, HOME: home, CLAUDE_CONFIG_DIR: home, ANTHROPIC_BASE_URL: `http://127.0.0.1:${server.address().port}`, ANTHROPIC_API_KEY: "none", CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1", ENABLE_TOOL_SEARCH: "false", IS_SANDBOX: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  child.stdout.on("data", (part) => (log += part));
  child.stderr.on("data", (part) => (log += part));
  const end = setTimeout(() => child.kill(), 120000);
  child.on("close", () => {
    clearTimeout(end);
    server.close();
    server.closeAllConnections?.();
    fs.writeFileSync(out, JSON.stringify({ ...seen, log: log.slice(-2000) }, null, 1));
    fs.rmSync(home, { recursive: true, force: true });
  });
});
