#!/usr/bin/env bash
# The website in a real browser: hostile texts in every field, with the page's own rules and without;
# fragments, search against `query`, accessibility, valid HTML, links, twins, feeds, same bytes, a killed
# run, nothing private. Usage: site_test.sh BUILD [--quick]
#
# --quick is what an ordinary test run affords: a walk, a part of the hostile pages and of the
# questions. npm's packages are installed once, into BUILD/site-npm.
# packages: chromium sqlite3 jq libxml2-utils
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=$(realpath "$1") quick=
[ "${2:-}" = --quick ] && quick=yes
mcprisk=$build/cli/mcprisk
. "$here/common.sh"
need npm node sqlite3 jq chromium xmllint

folder=$(mktemp -d)
server=
trap 'end_process "$server"; rm -rf "$folder"' EXIT
mkdir "$folder/npm" "$folder/canary-origin-7261" "$folder/home"
cp "$here/site_check.mjs" "$folder/npm"
tools=$build/site-npm
if [ ! -e "$tools/complete" ]; then
    rm -rf "$tools" && mkdir "$tools"
    (cd "$tools" && npm install --silent --no-audit --no-fund --ignore-scripts \
        playwright-core@1.65.1 axe-core@4.14.1 html-validate@10.17.0 >log 2>&1) || {
        echo "skipped: npm's registry cannot be reached"
        exit 77
    }
    touch "$tools/complete"
fi
ln -s "$tools/node_modules" "$folder/npm/node_modules"
check() { (cd "$folder/npm" && HOME=$folder/home QUICK=$quick CHROMIUM=$(command -v chromium) node site_check.mjs "$@"); }
serve() { # FOLDER: sets server and base
    rm -f "$folder/port"
    (cd "$1" && exec node "$folder/npm/site_check.mjs" serve "$folder/port") &
    server=$!
    until_true 20 test -s "$folder/port" || fail "no web server"
    base=http://127.0.0.1:$(cat "$folder/port")/
}

echo "== a catalogue of hostile texts and a plain one"
check make-hostile "$folder/canary-origin-7261"
check make-plain "$folder/canary-origin-7261"
hostile=$folder/hostile.db plain=$folder/plain.db
"$mcprisk" -q --db "$hostile" scan "$folder/canary-origin-7261/hostile.jsonl" >/dev/null
listed=$(date +%s)  # a change is told by the second it was seen in
another_second() { [ "$(date +%s)" != "$listed" ]; }
until_true 5 another_second
"$mcprisk" -q --db "$hostile" scan "$folder/canary-origin-7261/hostile-later.jsonl" >/dev/null
"$mcprisk" -q --db "$plain" scan "$folder/canary-origin-7261/plain.jsonl" >/dev/null
"$mcprisk" -q --db "$hostile" scan --yes -- sh -c 'echo canary-stderr-5512 >&2; exit 3' >/dev/null 2>&1 || true
"$mcprisk" -q --db "$hostile" export site --private -o "$folder/hostile" \
    --disputes "$folder/canary-origin-7261/disputes.json"
"$mcprisk" -q --db "$plain" export site --private -o "$folder/plain"
if [ -n "$quick" ]; then
    check links "$folder/plain"
    check twins "$folder/plain"
    check hostile "$folder/hostile"
    serve "$folder/plain"
    check walk "$base" "$folder/plain"
    check search "$base" "$mcprisk" "$plain"
    check budgets "$folder/plain"
    echo "all done"
    exit
fi

echo "== same bytes, nothing rewritten, one change, a killed run, a foreign file"
"$mcprisk" -q --db "$plain" export site --private -o "$folder/again"
diff -r "$folder/plain" "$folder/again" >/dev/null || fail "two exports differ"
touch "$folder/before"
"$mcprisk" -q --db "$plain" export site --private -o "$folder/again"
[ -z "$(find "$folder/again" -type f -newer "$folder/before")" ] || fail "an unchanged catalogue was written again"
cp "$plain" "$folder/changed.db"
jq -c 'select(.server == "plain-7") | .tools[0].description += " It answers at once."' \
    "$folder/canary-origin-7261/plain.jsonl" >"$folder/canary-origin-7261/one.jsonl"
"$mcprisk" -q --db "$folder/changed.db" scan "$folder/canary-origin-7261/one.jsonl" >/dev/null
"$mcprisk" -q --db "$folder/changed.db" export site --private -o "$folder/again" --changed-list "$folder/list"
grep -q '^s/plain-7.html$' "$folder/list" || fail "the page of the changed server was not written"
if grep -E '^[st]/' "$folder/list" | grep -v -E '^(s/plain-7\.|t/plain-7/)'; then fail "pages of others were written"; fi
echo "foreign" >"$folder/again/foreign.txt"
for n in 1 2 3 4 5 6 7 8 9 10; do
    rm -rf "$folder/killed"
    "$mcprisk" -q --db "$plain" export site --private -o "$folder/killed" &
    run=$!
    sleep "0.$((n * 7 % 10))$n"
    kill -9 "$run" 2>/dev/null || true
    wait "$run" 2>/dev/null || true
    "$mcprisk" -q --db "$plain" export site --private -o "$folder/killed"
    find "$folder/killed" -name '*.new~' -delete
    diff -r "$folder/plain" "$folder/killed" >/dev/null || fail "a killed run was not taken up well"
done
"$mcprisk" -q --db "$plain" export site --private -o "$folder/again"
grep -q foreign "$folder/again/foreign.txt" || fail "a foreign file is gone"
mkdir "$folder/full" && touch "$folder/full/x"
"$mcprisk" -q --db "$plain" export site --private -o "$folder/full" 2>/dev/null && fail "a foreign folder was written into"

echo "== what may be published"
"$mcprisk" -q --db "$plain" export site -o "$folder/none" 2>/dev/null && fail "servers without a public name were published"
sqlite3 "$hostile" "INSERT INTO aliases SELECT 'npm', 'public-' || id, id, 'index', 1 FROM servers WHERE name LIKE 'hostile-%'"
"$mcprisk" -q --db "$hostile" export site -o "$folder/public" --base-url https://catalogue.example/ \
    --contact objections@catalogue.example
for word in canary-origin-7261 canary-stderr-5512 "$folder"; do
    if grep -rqF -- "$word" "$folder/public"; then fail "$word got out"; fi
done
"$mcprisk" -q --db "$hostile" export site -o "$folder/x" --base-url https://catalogue.example/ 2>/dev/null &&
    fail "a public site without a contact"
[ -z "$(grep -L 'noindex' -r --include='*.html' "$folder/plain")" ] || fail "a private page may be indexed"
grep -q 'Disallow: /$' "$folder/plain/robots.txt" || fail "robots.txt of a private export"
xmllint --noout "$folder"/public/sitemap*.xml "$folder/public/changes.atom" "$folder/plain/changes.atom" ||
    fail "not well-formed"
[ "$(grep -c '<entry>' "$folder/hostile/changes.atom")" -gt 5 ] || fail "the feed has no entries"

echo "== links, twins, valid HTML"
check links "$folder/plain"
check links "$folder/hostile"
check twins "$folder/plain"
check html "$folder/plain" "$folder/hostile"

echo "== in the browser"
check hostile "$folder/hostile"
check escaping-off "$folder/hostile"
serve "$folder/plain"
check walk "$base" "$folder/plain"
check walk "file://$folder/plain/" "$folder/plain"
check print "file://$folder/plain/"
check compare "$base"
check fragments "file://$folder/plain/" "$folder/plain"
check axe "$base" "$folder/plain"
check search "$base" "$mcprisk" "$plain"
check budgets "$folder/plain"
echo "all done"
