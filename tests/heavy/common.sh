# shellcheck shell=bash disable=SC2154
# What heavy tests share; sourced by them. They set $folder (their own, removed at the end) and $mcprisk.

fail() {
    echo "FAILED: $*"
    exit 1
}

need() { # PROGRAM…: without one of them the test is skipped
    local program
    for program in "$@"; do
        command -v "$program" >/dev/null || { echo "skipped: $program is not installed"; exit 77; }
    done
}

# until_true SECONDS COMMAND…: asks again and again; false when the time is over.
until_true() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.1
    done
}

end_process() { # PID or nothing
    [ -n "${1:-}" ] || return 0
    kill "$1" 2>/dev/null && wait "$1" 2>/dev/null || true
}

# same_catalogues ONE OTHER SERVERS: the same servers, outcomes, listings and verdicts, so many, both whole.
same_catalogues() {
    local name db
    for name in one other; do
        db=$1
        [ "$name" = one ] || db=$2
        "$mcprisk" --db "$db" check >"$folder/$name.check" || fail "$db: $(cat "$folder/$name.check")"
        "$mcprisk" -q --db "$db" export jsonl -o "$folder/$name.jsonl"
        sqlite3 "$db" "SELECT s.name, o.outcome, lower(hex(l.hash)) FROM servers AS s
            JOIN observations AS o ON o.id = s.last_observation
            LEFT JOIN listings AS l ON l.id = s.current_listing ORDER BY 1" >"$folder/$name.servers"
    done
    [ "$(wc -l <"$folder/one.servers")" = "$3" ] ||
        fail "$(wc -l <"$folder/one.servers") servers instead of $3"
    grep -q '|listed|' "$folder/one.servers" || fail "nothing was listed"
    [ -s "$folder/one.jsonl" ] || fail "there are no verdicts to compare"
    diff "$folder/one.servers" "$folder/other.servers" >"$folder/difference" ||
        fail "other servers or listings: $(head -n 5 "$folder/difference")"
    cmp "$folder/one.jsonl" "$folder/other.jsonl" || fail "other verdicts"
    echo "alike: $3 servers, $(wc -l <"$folder/one.jsonl") verdicts"
}
