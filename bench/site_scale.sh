#!/usr/bin/env bash
# What a website of a large simulated catalogue costs: first, unchanged, with one server changed.
# Usage: bench/site_scale.sh BUILD [SERVERS] [TOOLS_PER_SERVER]
set -euo pipefail
build=$(realpath "$1") servers=${2:-34000} each=${3:-9}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$build/bench/store_load" "$servers" "$each" "$folder/catalogue.db" >/dev/null
measured() { # NAME ARGUMENTS…
    local name=$1
    shift
    /usr/bin/time -f "$name: %e s wall, %U + %S s processor, %M kB" \
        "$build/cli/mcprisk" --db "$folder/catalogue.db" -q export site --private -o "$folder/site" "$@"
}
measured "first"
measured "unchanged"
name=$(sqlite3 "$folder/catalogue.db" "SELECT name FROM servers ORDER BY id DESC LIMIT 1")
echo "{\"server\":\"$name\",\"tools\":[{\"name\":\"delete_page\",\"description\":\"Deletes a page.\"}]}" >"$folder/one.jsonl"
"$build/cli/mcprisk" --db "$folder/catalogue.db" -q scan "$folder/one.jsonl" >/dev/null
measured "one changed" --changed-list "$folder/list"
echo "changed: $(wc -l <"$folder/list") files, of servers and tools $(grep -c '^[st]/' "$folder/list")"
echo "files: $(find "$folder/site" -type f | wc -l), bytes: $(du -sb "$folder/site" | cut -f1)"
