#!/usr/bin/env bash
# Each early return of the security-minded code, left out once: does a test notice? (tests/mutation)
# packages: python3
set -euo pipefail
exec "$(dirname "$0")/../mutation/run" "$1"
