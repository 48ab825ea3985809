#!/usr/bin/env bash
# The recipes of docs/scale.md with GNU parallel: verdicts over split input, shards of a crawl. As they
# stand there, with other files. Usage: gnu_parallel_test.sh BUILD
# packages: parallel sqlite3
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source_dir=$(cd "$here/../.." && pwd)
build=$(realpath "$1")
mcprisk=$build/cli/mcprisk
. "$here/common.sh"
need parallel sqlite3 python3
parallel --version 2>/dev/null | grep -q 'GNU parallel' || { echo "skipped: another parallel"; exit 77; }

folder=$(mktemp -d)
simulator=
trap 'end_process "$simulator"; rm -rf "$folder"' EXIT
mkdir "$folder/bin" && ln -s "$mcprisk" "$folder/bin/mcprisk"
export PATH="$folder/bin:$PATH" HOME=$folder PARALLEL_HOME=$folder/parallel XDG_STATE_HOME=$folder/state
mkdir "$folder/parallel" && : >"$folder/parallel/will-cite"
cd "$folder"

# recipe WORD: the one line of the documentation that holds it.
recipe() {
    local lines
    lines=$(sed -n '/^```/,/^```/p' "$source_dir/docs/scale.md" | grep -F "$1") || fail "no recipe with $1"
    [ "$(wc -l <<<"$lines")" = 1 ] || fail "several recipes with $1"
    printf '%s\n' "$lines"
}

echo "== classify over split input"
python3 - <<'PY'
import json
verbs = ["get", "list", "create", "delete", "run", "send"]
with open("servers.jsonl", "w") as out:
    for server in range(3000):
        tools = [{"name": f"{verb}_item_{server}", "description": f"{verb} an item of collection {server}",
                  "inputSchema": {"type": "object", "properties": {"id": {"type": "string"}}}} for verb in verbs]
        out.write(json.dumps({"server": f"npm:server-{server}", "tools": tools}) + "\n")
PY
bash -euo pipefail -c "$(recipe 'mcprisk classify')" || fail "the recipe failed"
mcprisk classify servers.jsonl >whole.jsonl
cmp whole.jsonl verdicts.jsonl || fail "other verdicts"
[ -s whole.jsonl ] || fail "no verdicts"
echo "alike: $(wc -l <whole.jsonl) verdicts"

echo "== shards of a crawl"
servers=${SERVERS:-120}
"$build/tests/heavy/simulated_index" "$servers" "$folder/index.json" 50 &
simulator=$!
until_true 30 test -s index.json || fail "the simulator does not begin"
shards=$(recipe 'parallel --jobs 1')
bash -euo pipefail -c "$(sed 's/--jobs 1/--jobs 8/; s/--only remote/--only remote --allow-private/; s/--sshloginfile machines/-S :/' <<<"$shards")" \
    >log 2>&1 || fail "the recipe failed: $(tail -n 5 log)"
bash -euo pipefail -c "$(recipe 'merge shard-')" >log 2>&1 || fail "the merge: $(cat log)"
mcprisk -q --db whole.db crawl index.json --only remote --allow-private >/dev/null
same_catalogues whole.db catalogue.db "$servers"
