#!/usr/bin/env bash
# What a website of a large made-up catalogue costs: first, unchanged, with one server changed, and
# how many files each choice of --tool-pages makes.
# Usage: bench/site_scale.sh BUILD [SERVERS] [TOOLS] [FOLDER]     FOLDER keeps catalogue and site
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=$(realpath "$1") servers=${2:-34000} tools=${3:-300000}
folder=${4:-$(mktemp -d)}
[ $# -ge 4 ] || trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder"
echo "load before: $(cut -d' ' -f1-3 /proc/loadavg), $(nproc) cores"
if [ ! -e "$folder/catalogue.db" ]; then
    python3 "$here/site_catalogue.py" "$servers" "$tools" >"$folder/servers.jsonl"
    "$build/cli/mcprisk" --db "$folder/catalogue.db" -q scan "$folder/servers.jsonl" >/dev/null
fi
measured() { # NAME ARGUMENTS…
    local name=$1
    shift
    /usr/bin/time -f "$name: %e s wall, %U + %S s processor, %M kB" \
        "$build/cli/mcprisk" --db "$folder/catalogue.db" -q export site --private -o "$folder/site" "$@"
}
rm -rf "$folder/site"
measured "first"
echo "files: $(find "$folder/site" -type f | wc -l), bytes: $(du -sb "$folder/site" | cut -f1)"
measured "unchanged"
name=$(sqlite3 "$folder/catalogue.db" "SELECT name FROM servers ORDER BY id DESC LIMIT 1")
echo "{\"server\":\"$name\",\"tools\":[{\"name\":\"delete_page\",\"description\":\"Deletes a page, now $RANDOM.\"}]}" >"$folder/one.jsonl"
"$build/cli/mcprisk" --db "$folder/catalogue.db" -q scan "$folder/one.jsonl" >/dev/null
measured "one changed" --changed-list "$folder/list"
echo "changed: $(wc -l <"$folder/list") files, of servers and tools $(grep -c '^[st]/' "$folder/list")"
for pages in all notable none; do
    "$build/cli/mcprisk" --db "$folder/catalogue.db" export site --private -o "$folder/x" --tool-pages "$pages" \
        --limit-files 1 2>&1 | grep -m1 'about' || true
done
echo "load after: $(cut -d' ' -f1-3 /proc/loadavg)"
