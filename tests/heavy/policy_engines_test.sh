#!/usr/bin/env bash
# packages: nodejs npm
# Generated policies decided by the engines' own code, Gemini CLI's among them, for three servers by
# hand and, where MCPRISK_CORPUS names a folder with real ones, for forty of them.
set -euo pipefail
build=$1
source ./common.sh
need node npm
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
(cd "$folder" && npm install --ignore-scripts --no-audit --no-fund --silent \
    @google/gemini-cli-core@0.61.0 @cedar-policy/cedar-wasm@4.13.0 @bufbuild/cel@0.6.1 \
    yaml@2.9.1 smol-toml@1.9.1 jsonc-parser@3.3.1 opencode-ai@1.18.33 \
    @anthropic-ai/claude-code@2.1.330 @openai/codex@0.169.0) >"$folder/npm.log" 2>&1 ||
    { echo "skipped: the packages cannot be had: $(tail -n 1 "$folder/npm.log")"; exit 77; }
MCPRISK_ENGINE_SERVERS=40 MCPRISK_JUDGES=$folder "$build/tests/policy/test_policy" --log_level=message \
    --run_test=format_engines,corpus >"$folder/log" 2>&1 || { tail -n 40 "$folder/log"; fail "engines decide otherwise"; }
! grep -q 'skipped: @google' "$folder/log" || fail "Gemini CLI's engine was not asked"
grep 'calls compared' "$folder/log" || grep -m 1 'skipped' "$folder/log" || true
# Claude Code's own program, with a model on loopback that calls every tool.
claude=$(find "$folder/node_modules/@anthropic-ai" -name claude -type f -perm -u+x | head -n 1)
mkdir "$folder/cases"
MCPRISK_ENGINE_CASES=$folder/cases "$build/tests/policy/test_policy" \
    --run_test=corpus/cases_for_programs_are_written_where_they_are_asked_for >/dev/null
engines=$(realpath ../policy/engines)
for settings in "$folder"/cases/*.settings.json; do
    [ -n "$claude" ] && [ -e "$settings" ] || break
    stem=${settings%.settings.json}
    node -e '
        const fs = require("node:fs");
        const [stem, fake] = process.argv.slice(1);
        const tools = JSON.parse(fs.readFileSync(stem + ".tools.json"));
        const servers = Object.fromEntries(Object.keys(tools).map((name) =>
            [name, { command: "node", args: [fake, stem + ".tools.json", name] }]));
        fs.writeFileSync(stem + ".mcp.json", JSON.stringify({ mcpServers: servers }));
        fs.writeFileSync(stem + ".names.json", JSON.stringify(Object.keys(JSON.parse(fs.readFileSync(stem + ".expected.json")))));
    ' "$stem" "$engines/fake_tools.mjs"
    node "$engines/claude_mock.mjs" "$claude" "$settings" "$stem.mcp.json" "$stem.names.json" "$stem.out.json"
    node -e '
        const fs = require("node:fs");
        const stem = process.argv[1];
        const expected = JSON.parse(fs.readFileSync(stem + ".expected.json"));
        const out = JSON.parse(fs.readFileSync(stem + ".out.json"));
        let wrong = 0;
        for (const [name, verb] of Object.entries(expected)) {
            const text = out.results[name] ?? "no answer";
            const done = text === "ran" || text.startsWith("ran") ? "allow" : /requested permissions/.test(text) ? "ask"
                : /No such tool available|denied/.test(text) ? "deny" : text;
            if (done !== verb) { wrong += 1; console.log(`${name}: meant ${verb}, Claude Code: ${done.slice(0, 120)}`); }
        }
        console.log(`claude-code: ${Object.keys(expected).length} tools, ${wrong} decided otherwise`);
        if (Object.keys(out.results).length === 0) console.log(out.log);
        process.exit(wrong === 0 ? 0 : 1);
    ' "$stem" || fail "Claude Code decides otherwise on $(basename "$stem")"
done
# Codex reads the lists as written.
codex=$(find "$folder/node_modules/@openai" -name codex -type f -perm -u+x | head -n 1)
[ -z "$codex" ] || {
    mkdir "$folder/codex"
    { sed '/^note: /d; s/^\[mcp_servers.github\]$/&\ncommand = "true"/' ../policy/golden/github/codex; } >"$folder/codex/config.toml"
    CODEX_HOME=$folder/codex timeout 60 "$codex" mcp get github --json >"$folder/codex.json" 2>"$folder/codex.log" ||
        fail "Codex refuses its configuration: $(tail -n 3 "$folder/codex.log")"
    grep -q '"get_issue"' "$folder/codex.json" || fail "Codex reads other lists"
    echo "codex: its configuration is read as written"
}
opencode=$(find "$folder/node_modules" -path '*opencode-linux-*/bin/opencode' | head -n 1)
[ -z "$opencode" ] || {
    mkdir -p "$folder/home/.config/opencode" "$folder/project"
    sed '/^note: /d' ../policy/golden/github/opencode >"$folder/project/opencode.json"
    (cd "$folder/project" && HOME=$folder/home XDG_CONFIG_HOME=$folder/home/.config \
        timeout 60 "$opencode" debug config --pure) >"$folder/opencode.log" 2>&1 ||
        fail "OpenCode refuses its configuration: $(tail -n 3 "$folder/opencode.log")"
    grep -q '"github_\*": "ask"' "$folder/opencode.log" || fail "OpenCode reads other rules"
    echo "opencode: its configuration is read as written"
}
