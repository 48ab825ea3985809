// node judge.mjs IN OUT: runs generated policies through the engines they are for. Stands beside
// node_modules. IN: {"cedar": [{text, calls}], "cel": …, "gemini": [{text, server, calls}],
// "agentcore": …, "toml": [text], "yaml": [text], "jsonc": [text]}, a call {tool, args}. OUT: the same shape with one
// decision a call, the parsed value a text, and null for an engine that is not installed.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const input = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const output = {};

async function each(key, make) {
  if (!input[key]) return;
  let run;
  try {
    run = await make();
  } catch (error) {
    output[key] = null;
    process.stderr.write(`${key}: ${error.message.split("\n")[0]}\n`);
    return;
  }
  output[key] = [];
  for (const one of input[key]) output[key].push(await run(one));
}

await each("cedar", async () => {
  const cedar = await import("@cedar-policy/cedar-wasm/nodejs");
  return ({ text, calls }) => {
    const policies = JSON.parse(text).cedar.policies.join("\n");
    return calls.map(({ tool, args }) => {
      const context = {};
      for (const [name, value] of Object.entries(args)) {
        const simple = typeof value === "string" || typeof value === "boolean";
        context[simple ? `arg_${name}` : `arg_${name}_present`] = simple ? value : true;
      }
      const answer = cedar.isAuthorized({
        principal: { type: "Client", id: "agent" },
        action: { type: "Action", id: "call_tool" },
        resource: { type: "Tool", id: tool },
        context,
        policies: { staticPolicies: policies },
        entities: [],
      });
      if (answer.type !== "success") return "broken: " + JSON.stringify(answer.errors);
      if (answer.response.diagnostics.errors.length > 0) return "broken: " + JSON.stringify(answer.response.diagnostics.errors);
      return answer.response.decision;
    });
  };
});

await each("agentcore", async () => {
  const cedar = await import("@cedar-policy/cedar-wasm/nodejs");
  return ({ text, server, calls }) =>
    calls.map(({ tool, args }) => {
      const answer = cedar.isAuthorized({
        principal: { type: "AgentCore::OAuthUser", id: "agent" },
        action: { type: "AgentCore::Action", id: `${server}___${tool}` },
        resource: { type: "AgentCore::Gateway", id: "gateway" },
        context: { input: args },
        policies: { staticPolicies: text },
        entities: [],
      });
      if (answer.type !== "success") return "broken: " + JSON.stringify(answer.errors);
      return answer.response.decision;
    });
});

await each("cel", async () => {
  const { run, isCelError } = await import("@bufbuild/cel");
  const { parse } = await import("yaml");
  return ({ text, calls }) => {
    const rules = parse(text).mcpAuthorization.rules;
    return calls.map(({ tool, args }) => {
      const mcp = { tool: { name: tool, target: "t", arguments: args } };
      for (const rule of rules) {
        const value = run(rule, { mcp });
        if (isCelError(value) && /parse|syntax|undeclared/i.test(String(value))) return "broken: " + value;
        if (value === true) return "allow";
      }
      return "deny";
    });
  };
});

await each("gemini", async () => {
  const { PolicyEngine, loadPoliciesFromToml, PolicyDecision, ApprovalMode, generateValidName } =
    await import("@google/gemini-cli-core");
  // As the client itself writes the name of a tool that it calls.
  const nameOf = (server, tool) =>
    generateValidName ? generateValidName(`${server}_${tool}`) : `mcp_${server}_${tool}`;
  return async ({ text, server, calls }) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gemini-policy-"));
    try {
      fs.writeFileSync(path.join(folder, "mcprisk.toml"), text);
      const loaded = await loadPoliciesFromToml([folder], () => 2);
      const errors = loaded.errors.filter((e) => e.severity !== "warning");
      if (errors.length > 0) return calls.map(() => "broken: " + JSON.stringify(errors[0]));
      const engine = new PolicyEngine({
        rules: loaded.rules,
        defaultDecision: PolicyDecision?.DENY ?? "deny",
        approvalMode: ApprovalMode?.DEFAULT ?? "default",
      });
      const decisions = [];
      for (const { tool, args } of calls) {
        const result = await engine.check({ name: nameOf(server, tool), args }, server, { readOnlyHint: true });
        decisions.push(result.decision ?? result);
      }
      return decisions;
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  };
});

await each("toml", async () => {
  const { parse } = await import("smol-toml");
  return (text) => parse(text);
});

await each("yaml", async () => {
  const { parse } = await import("yaml");
  return (text) => parse(text);
});

await each("jsonc", async () => {
  const { parse } = await import("jsonc-parser");
  return (text) => {
    const errors = [];
    const value = parse(text, errors, { allowTrailingComma: true });
    return errors.length > 0 ? { broken: errors } : value;
  };
});

fs.writeFileSync(process.argv[3], JSON.stringify(output));
