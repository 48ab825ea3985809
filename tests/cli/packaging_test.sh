#!/usr/bin/env bash
# What surrounds the program: the pipeline script of the Action, the pre-commit hook, completions, the
# manual page, `cmake --install` and the packages. Usage: packaging_test.sh MCPRISK SOURCE BUILD
set -euo pipefail
mcprisk=$(realpath "$1")
source=$(realpath "$2")
build=$(realpath "$3")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export HOME=$folder PATH="$folder/bin:$PATH"
mkdir bin && ln -s "$mcprisk" bin/mcprisk
fail() { echo "FAILED: $*"; exit 1; }

echo "== the Action's script"
demo="$build/data/mcprisk-demo-server"
printf '{\n "mcpServers": {\n  "bookshop": {"command": "%s"}\n }\n}\n' "$demo" >.mcp.json
scan() {
    env RUNNER_TEMP="$folder" GITHUB_STEP_SUMMARY="$folder/summary.md" \
        GITHUB_OUTPUT="$folder/output" "$@" "$source/packaging/ci-scan"
}
code=0; scan >log || code=$?
[ $code = 0 ] || fail "without a lock file and findings: $code: $(cat log)"
grep -q '::warning::.*mcprisk.lock' log || fail "a missing lock file is not said"
grep -q '^sarif=mcprisk.sarif$' output || fail "no output sarif"
jq -e '.runs[0].results | length > 0' mcprisk.sarif >/dev/null || fail "no results"
jq -e '.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri == ".mcp.json"' \
    mcprisk.sarif >/dev/null || fail "the configuration is not named"
mcprisk --db mcprisk-catalogue.db pin --all -o mcprisk.lock 2>/dev/null
code=0; scan >log 2>&1 || code=$?
[ $code = 0 ] || fail "with what is pinned: $code: $(cat log)"
jq 'del(.servers[0].tools[] | select(.name == "refund_order"))' mcprisk.lock >less
mv less mcprisk.lock
: >summary.md
code=0; scan >log 2>&1 || code=$?
[ $code = 1 ] || fail "a new Critical tool: $code: $(cat log)"
grep -q 'refund' summary.md || fail "the summary does not name it: $(cat summary.md)"
code=0; scan FAIL_ON=DRIFT >log 2>&1 || code=$?
[ $code = 1 ] || fail "words in capitals: $code"
code=0; scan CONFIG=missing.json >log || code=$?
[ $code = 3 ] || fail "a missing configuration: $code"
grep -q '::error::' log || fail "a missing configuration is not said"
mv .mcp.json whole.json
jq '.mcpServers.gone = {"command": "/nowhere/gone"}' whole.json >.mcp.json
code=0; scan >log 2>&1 || code=$?
[ $code = 4 ] || [ $code = 1 ] || fail "a server that cannot be listed: $code: $(cat log)"
grep -q '^::error::mcprisk: not listed: .*gone' log || fail "it is not an annotation: $(cat log)"
for word in warn ignore; do
    code=0; scan ON_UNLISTED=$word FAIL_ON=finding=critical >log 2>&1 || code=$?
    [ $code = 0 ] || fail "$word: $code: $(cat log)"
    seen=$(grep -c '^::warning::mcprisk: not listed' log || true)
    [ "$seen" = "$([ $word = warn ] && echo 1 || echo 0)" ] || fail "$word: $seen warnings"
done
jq '.mcpServers = {gone: .mcpServers.gone}' .mcp.json >only.json && mv only.json .mcp.json
code=0; scan ON_UNLISTED=ignore >log 2>&1 || code=$?
[ $code = 3 ] || fail "nothing listed is green: $code"
mv whole.json .mcp.json
code=0; env PATH="/usr/bin:/bin" GITHUB_OUTPUT="$folder/found" GIVEN=/given/mcprisk \
    "$source/packaging/ci-program" find || code=$?
grep -qx 'path=/given/mcprisk' found || fail "the program that was given is not taken"
code=0; env PATH="/usr/bin:/bin" GITHUB_OUTPUT="$folder/none" ARCHIVE=http://127.0.0.1:9/a SHA256= \
    "$source/packaging/ci-program" find >log || code=$?
[ $code = 2 ] && grep -q archive-sha256 log || fail "an archive without a digest: $code"
env PATH="/usr/bin:/bin" GITHUB_OUTPUT="$folder/key" "$source/packaging/ci-program" find
grep -q '^sources=[0-9a-f]\{32\}$' key || fail "no key for the cache: $(cat key)"
grep -q 'packaging/ci-scan' "$source/action.yml" || fail "the Action runs something else"
if python3 -c 'import yaml' 2>/dev/null; then
    python3 - "$source" <<'PY' || fail "action.yml or the hooks are no YAML of that form"
import sys, yaml
action = yaml.safe_load(open(sys.argv[1] + "/action.yml"))
assert action["runs"]["using"] == "composite"
assert action["inputs"]["fail-on"]["default"] == "new=high,raised"
script = " ".join(s.get("run", "") for s in action["runs"]["steps"])
assert "${{" not in script, "inputs reach a script as text"
hook = yaml.safe_load(open(sys.argv[1] + "/.pre-commit-hooks.yaml"))[0]
assert hook["language"] == "system" and hook["entry"].startswith("mcprisk scan --no-run")
PY
fi

echo "== the pre-commit hook"
entry=$(sed -n 's/^  entry: //p' "$source/.pre-commit-hooks.yaml")
export MCPRISK_DB=$folder/mcprisk-catalogue.db
code=0; $entry .mcp.json >log 2>&1 || code=$?
[ $code = 1 ] || fail "hook on a new tool: $code: $(cat log)"
mcprisk pin --all -o mcprisk.lock 2>/dev/null
code=0; $entry .mcp.json >log 2>&1 || code=$?
[ $code = 0 ] || fail "hook on what is pinned: $code: $(cat log)"
code=0; MCPRISK_DB=$folder/none.db $entry .mcp.json >log 2>&1 || code=$?
[ $code != 0 ] || fail "hook is green though nothing is known"

echo "== completions and the manual page"
complete_at() { # words, the last one unfinished
    bash -c 'eval "$(mcprisk manual bash)"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _mcprisk
        printf "%s\n" "${COMPREPLY[@]}"' _ "$@"
}
complete_at mcprisk sc | grep -qx scan || fail "no completion of a command"
complete_at mcprisk policy val | grep -qx validate || fail "no completion of a command's command"
complete_at mcprisk scan --fail | grep -qx -- --fail-on || fail "no completion of an option"
complete_at mcprisk query --category "" | grep -qx Financial || fail "no completion of a value"
complete_at mcprisk policy --for "" | grep -qx cedar || fail "no completion of a format"
complete_at mcprisk policy --preset s | grep -qx strict || fail "no completion of a preset"
complete_at mcprisk scan --format j | grep -qx jsonl || fail "no completion of an output format"
complete_at mcprisk query --finding tool | grep -qx tool-poisoning || fail "no completion of a finding"
mcprisk manual fish | grep -q -- "-l category -x -a 'Read Write" || fail "no values for fish"
mcprisk manual zsh | grep -q "'policy --for') values=(policy.json" || fail "no values for zsh"
complete_at mcprisk show book | grep -qx bookshop || fail "no completion of a server"
[ -z "$(complete_at mcprisk scan -- nothing-like-this)" ] || fail "completes behind --"
bash -n <(mcprisk manual bash) || fail "the bash completion is no bash"
command -v zsh >/dev/null && { mcprisk manual zsh >z && zsh -n z || fail "zsh"; }
command -v fish >/dev/null && { mcprisk manual fish >f && fish -n f || fail "fish"; }
mcprisk manual man >mcprisk.1
for command in $(mcprisk --help | sed -n '/^Subcommands:/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
    grep -q "^\.SS \"$command" mcprisk.1 || fail "the manual lacks $command"
    complete_at mcprisk "$command" >/dev/null
done
if command -v groff >/dev/null; then
    groff -K utf8 -man -Tutf8 -ww mcprisk.1 2>warnings >page
    [ ! -s warnings ] || fail "the manual page: $(head -n 3 warnings)"
    grep -q 'fail-on' page || fail "the manual page has no options"
fi
[ "$(mcprisk manual man)" = "$(mcprisk manual MAN)" ] || fail "words have a case"

echo "== install and packages"
if [ ! -e "$build/manual/mcprisk.1" ]; then
    echo "skipped: the target \"manual\" is not built"
    exit 0
fi
cmake --install "$build" --prefix "$folder/usr" >/dev/null
for file in bin/mcprisk share/man/man1/mcprisk.1 share/bash-completion/completions/mcprisk \
    share/zsh/site-functions/_mcprisk share/fish/vendor_completions.d/mcprisk.fish \
    share/doc/mcprisk/README.md share/doc/mcprisk/docs/cli.md; do
    [ -s "usr/$file" ] || fail "install leaves out $file"
done
usr/bin/mcprisk --version | grep -q '^mcprisk ' || fail "what was installed does not run"
(cd "$build" && cpack -G TGZ -B "$folder/packages" >"$folder/log" 2>&1) || fail "TGZ: $(cat log)"
tar -tzf packages/*.tar.gz >list
grep -q 'bin/mcprisk$' list || fail "the tarball has no program"
if command -v dpkg-shlibdeps >/dev/null; then
    (cd "$build" && cpack -G DEB -B "$folder/packages" >"$folder/log" 2>&1) || fail "DEB: $(cat log)"
    dpkg-deb --contents packages/*.deb >list
    grep -q 'usr/bin/mcprisk$' list || fail "the .deb has no program"
    dpkg-deb --field packages/*.deb Depends >list
    grep -q libcurl list || fail "the .deb has no dependencies"
else
    echo "skipped: dpkg-dev is not installed, so no .deb"
fi
echo "all good"
