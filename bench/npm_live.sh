#!/usr/bin/env bash
# Real servers of npm, listed in the sandbox: do all list, with the number of tools that is known, and
# how long does that take beside plain npx, one after another?
#
#   bench/npm_live.sh BUILD_DIR [HOW_MANY_BY_PLAIN_NPX]
#   bench/npm_live.sh BUILD_DIR bare
#
# With "bare": how many servers list when nothing but `npm:NAME` is given for each, with made-up values allowed?
# $NPM_LIVE_CACHE names a folder whose packages are kept from run to run; else one is made and removed.
# $NPM_LIVE_WORK names a folder for the catalogues: a run that was broken off goes on there, and what listed can be looked at.
#
# The configuration and the recorded lists are looked for in $MCPRISK_CORPUS, else ../shared/corpus. Needs npm's registry;
# says so and ends with 0 where either is missing.
set -euo pipefail
source_dir=$(cd "$(dirname "$0")/.." && pwd)
program=$(cd "${1:?give the build directory}" && pwd)/cli/mcprisk
by_npx=${2:-4}
corpus=${MCPRISK_CORPUS:-$source_dir/../shared/corpus}
config=$corpus/npm-live-servers.json
recorded=$corpus/npm-live-dev.jsonl
if [ ! -r "$config" ] || [ ! -r "$recorded" ]; then
    echo "skipped: no corpus in $corpus"
    exit 0
fi
if ! timeout 60 npm view mcp-hello-world version >/dev/null 2>&1; then
    echo "skipped: npm or its registry cannot be reached"
    exit 0
fi
if [ -n "${NPM_LIVE_WORK:-}" ]; then
    mkdir -p "$NPM_LIVE_WORK"
    work=$(cd "$NPM_LIVE_WORK" && pwd)
else
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
fi
export XDG_CACHE_HOME=${NPM_LIVE_CACHE:-$work/cache} XDG_STATE_HOME=$work/state

if [ "$by_npx" = bare ]; then
    # "@a/b@1.2" and "b@1.2" without their versions.
    jq -r '"npm:" + (.args[1] | sub("(?<n>.+)@[^@]+$"; "\(.n)"))' "$recorded" | sort -u >"$work/names.txt"
    begun=$EPOCHREALTIME
    "$program" -q --db "$work/bare.db" crawl "$work/names.txt" --yes --allow-net --placeholder-credentials \
        --process-jobs "${JOBS:-2}"
    echo "$(jq -n "$EPOCHREALTIME - $begun | round") s for $(wc -l <"$work/names.txt") bare names"
    "$program" -q --db "$work/bare.db" stats --reach
    # With the number of tools that is known, whatever the version is by now.
    "$program" -q --db "$work/bare.db" servers --json | jq -c '.servers[] | {key: .id, value: .tools}' |
        jq -s from_entries >"$work/seen.json"
    jq -c '{key: ("npm:" + (.args[1] | sub("(?<n>.+)@[^@]+$"; "\(.n)"))), value: (.tools | length)}' "$recorded" |
        jq -s from_entries >"$work/known.json"
    jq -n -r --slurpfile seen "$work/seen.json" --slurpfile known "$work/known.json" '
        [$known[0] | to_entries[] | {name: .key, known: .value, now: ($seen[0][.key] // 0)} | select(.now > 0)]
        | "\(map(select(.known == .now)) | length) of \(length) that list have the number of tools that is known",
          (.[] | select(.known != .now) | "  \(.name): known \(.known), now \(.now)")'
    exit 0
fi

scan() { # NAME OF THE RUN
    local begun=$EPOCHREALTIME
    "$program" -q --db "$work/$1.db" scan "$config" --yes --jobs "${JOBS:-2}" --format json >"$work/$1.json" || true
    echo "$1: $(jq -n "$EPOCHREALTIME - $begun | . * 10 | round / 10") s for $(jq '.servers | length' "$work/$1.json") servers, $(jq .listed "$work/$1.json") listed"
}
scan cold
scan warm

# Joined by the arguments, which hold package and version.
jq -c '{args, n: (.tools | length)}' "$recorded" | jq -s 'map({key: (.args | join(" ")), value: .n}) | from_entries' >"$work/known.json"
jq -n --slurpfile config "$config" --slurpfile known "$work/known.json" --slurpfile seen "$work/warm.json" '
    ($seen[0].servers | map({key: .origin, value: .}) | from_entries) as $by_origin
    | [$seen[0].servers[] | {id, outcome, tools, failure, origin}] as $all
    | [$config[0].mcpServers | to_entries[] | .value.args as $args
       | ($args[1] | sub("(?<n>.+)@[^@]+$"; "\(.n)")) as $package
       | {package: $package, known: $known[0][$args | join(" ")],
          seen: ($all | map(select((.id | sub("#[0-9a-f]{4}$"; "")) == "npm:" + $package)) | first)}]
    | (map(select(.seen.outcome != "listed" or .seen.tools != .known))) as $off
    | "\(length - ($off | length)) of \(length) list with the known number of tools",
      ($off[] | "  \(.package): known \(.known), now \(.seen.outcome) \(.seen.tools) \(.seen.failure // "")")' -r

# Some of them by npx itself, whose cache is warm, one after another; and by one scan.
jq --argjson n "$by_npx" '{mcpServers: ([.mcpServers | to_entries[]
    | select((.value.env // {}) == {} and (.value.args | length) == 2)][:$n] | from_entries)}' "$config" >"$work/few.json"
total_npx=0
for package in $(jq -r '.mcpServers[].args[1]' "$work/few.json"); do
    export npm_config_cache=$work/npx
    timeout 120 "$program" -q --db "$work/npx.db" scan --sandbox none --format jsonl -- env npx --yes -- "$package" >/dev/null 2>&1 || true
    begun=$EPOCHREALTIME
    timeout 120 "$program" -q --db "$work/npx.db" scan --sandbox none --format jsonl -- env npx --yes -- "$package" >/dev/null 2>&1
    took=$(jq -n "$EPOCHREALTIME - $begun")
    echo "$package: plain npx $(jq -n "$took * 1000 | round") ms"
    total_npx=$(jq -n "$total_npx + $took")
done
unset npm_config_cache
begun=$EPOCHREALTIME
"$program" -q --db "$work/few.db" scan "$work/few.json" --yes --jobs "${JOBS:-2}" --format json >"$work/few.out"
total_ours=$(jq -n "$EPOCHREALTIME - $begun")
echo "together: $(jq -n "$total_npx * 1000 | round") ms by npx one after another, $(jq -n "$total_ours * 1000 | round") ms by one scan ($(jq .listed "$work/few.out") listed), $(jq -n "$total_npx / $total_ours * 10 | round / 10") times faster"
