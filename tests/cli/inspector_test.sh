#!/usr/bin/env bash
# The official Inspector's command line talks to `mcprisk mcp`. Usage: inspector_test.sh MCPRISK
# Ends with 77 (skipped) where node, npm or the package cannot be had.
set -euo pipefail
mcprisk=$(realpath "$1")
skip() { echo "skipped: $1"; exit 77; }
command -v node >/dev/null && command -v npm >/dev/null || skip "no node or npm here"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
timeout 120 npm install --ignore-scripts --no-audit --no-fund --silent --prefix "$folder" \
    @modelcontextprotocol/inspector-cli@0.15.0 >npm.log 2>&1 || skip "npm cannot be reached: $(tail -n 1 npm.log)"
cat >notes.json <<'JSON'
{"server": "notes", "tools": [
 {"name": "get_note", "description": "Gets a note.", "inputSchema": {"type": "object"}},
 {"name": "delete_note", "description": "Deletes a note forever.", "inputSchema": {"type": "object"}}]}
JSON
export MCPRISK_DB="$folder/catalogue.db"
"$mcprisk" scan notes.json >/dev/null
inspect() {
    timeout 60 node node_modules/@modelcontextprotocol/inspector-cli/build/index.js \
        "$mcprisk" --db "$folder/catalogue.db" mcp "$@"
}
expect() {
    grep -q -- "$2" <<<"$1" || { echo "expected \"$2\" in:"; echo "$1"; exit 1; }
}
tools=$(inspect --method tools/list)
for name in check_tool check_server search_catalogue recommend_policy; do
    expect "$tools" "\"name\": \"$name\""
done
[ "$(grep -c '"readOnlyHint": true' <<<"$tools")" = 4 ] || { echo "not all are read-only"; exit 1; }
expect "$(inspect --method tools/call --tool-name check_tool \
    --tool-arg server=notes --tool-arg tool=delete_note)" '"category": "Destructive"'
expect "$(inspect --method tools/call --tool-name recommend_policy --tool-arg server=notes)" \
    '"isError": false'
expect "$(inspect --method tools/call --tool-name check_server --tool-arg server=nobody)" \
    '"isError": true'
echo "the Inspector agrees"
