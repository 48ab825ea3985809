#!/usr/bin/env bash
# What can be carried to a machine without building there: the archive with nothing of this machine but
# glibc in sight, the npm package through npx from its file, the .deb before lintian.
# Usage: packages_test.sh BUILD
# packages: patchelf xz-utils binutils lintian dpkg-dev bubblewrap
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source_dir=$(cd "$here/../.." && pwd)
build=$(realpath "$1")
. "$here/common.sh"
need patchelf xz objdump
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cmake --build "$build" --target manual >"$folder/log" 2>&1 || fail "the manual: $(tail "$folder/log")"
version=$("$build/cli/mcprisk" --version | sed 's/^mcprisk //; s/ .*//')
echo '{"server":"s","tools":[{"name":"delete_user","inputSchema":{"type":"object"}}]}' >"$folder/one.jsonl"
"$build/cli/mcprisk" classify "$folder/one.jsonl" >"$folder/expected"

echo "== the archive"
"$source_dir/packaging/make" "$build" "$folder/out" archive
mkdir "$folder/else where"
tar -xJf "$folder"/out/mcprisk-*.tar.xz -C "$folder/else where" --strip-components=1
root="$folder/else where"
[ -s "$root/LICENSE" ] && [ -n "$(ls "$root/licenses")" ] || fail "no licences"
grep -q 'glibc 2\.[0-9]* or newer' "$root/README.md" || fail "the README does not say which glibc"
while read -r _ _ path _; do
    case $path in
    "$root"/* | */libc.so.6 | */libm.so.6 | */libresolv.so.2 | '') ;;
    *) fail "$path comes from this machine" ;;
    esac
done < <(ldd "$root/bin/mcprisk" | grep '=> /')
if bwrap --ro-bind / / true 2>/dev/null; then
    # Nothing of /usr but the loader, glibc and what was unpacked.
    bare=(--unshare-net --proc /proc --dev /dev --tmpfs /tmp --ro-bind "$root" /opt --ro-bind "$folder/one.jsonl" /one.jsonl)
    for file in $(ldd "$root/bin/mcprisk" | grep -o '/[^ ]*\(libc\.so\.6\|libm\.so\.6\|libresolv\.so\.2\|ld-linux[^ ]*\)'); do
        bare+=(--ro-bind "$(realpath "$file")" "$file")
    done
    env -i bwrap "${bare[@]}" /opt/bin/mcprisk classify /one.jsonl >"$folder/seen" || fail "it does not run alone"
    cmp "$folder/seen" "$folder/expected" || fail "other verdicts"
    echo "runs with glibc alone"
fi

echo "== the npm package"
if command -v npm >/dev/null; then
    "$source_dir/packaging/make" "$build" "$folder/out" npm
    (cd "$folder" && HOME=$folder npm_config_cache=$folder/npm npx --yes --offline \
        --package "$folder/out/mcprisk-$version.tgz" mcprisk classify one.jsonl >seen 2>log) ||
        fail "npx: $(cat "$folder/log")"
    cmp "$folder/seen" "$folder/expected" || fail "other verdicts by npx"
    echo "runs by npx"
else
    echo "not shown: no npm"
fi

echo "== the .deb"
if command -v lintian >/dev/null && command -v dpkg-shlibdeps >/dev/null; then
    "$source_dir/packaging/make" "$build" "$folder/out" deb
    lintian --allow-root --fail-on error,warning "$folder"/out/*.deb || fail "lintian"
    dpkg-deb --fsys-tarfile "$folder"/out/*.deb | tar -x -C "$folder" ./usr/bin/mcprisk
    cmp <("$folder/usr/bin/mcprisk" classify "$folder/one.jsonl") "$folder/expected" || fail "other verdicts"
    echo "lintian has nothing to say"
else
    echo "not shown: no lintian or no dpkg-dev"
fi
