#!/bin/sh
# The suites that deal with package runners and containers, on a machine where all of them are
# installed: programs of these names that end at once, first in PATH.
#   runners_present_test.sh TEST_PROGRAM SUITE,SUITE…
set -eu
stubs=$(mktemp -d)
trap 'rm -rf "$stubs"' EXIT
for name in pipx uv uvx docker podman nerdctl deno bun bunx pnpm yarn; do
    printf '#!/bin/sh\necho "a stub of %s was started" >&2\nexit 97\n' "$name" >"$stubs/$name"
    chmod 755 "$stubs/$name"
done
program=$1
suites=$2
PATH=$stubs:$PATH "$program" --run_test="$suites" --color_output=no
