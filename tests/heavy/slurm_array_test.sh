#!/usr/bin/env bash
# A crawl as a Slurm job array on a real cluster of one node: 8 tasks, one killed with -9 and put back
# into the queue by itself, a merge that waits for all, and the same servers, listings and verdicts as
# one crawl by itself. Usage: slurm_array_test.sh BUILD
# packages: slurmctld slurmd slurm-client munge sqlite3 procps
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source_dir=$(cd "$here/../.." && pwd)
build=$(realpath "$1")
mcprisk=$build/cli/mcprisk
shards=${SHARDS:-8}
servers=${SERVERS:-800}
. "$here/common.sh"
. "$here/slurm_cluster.sh"
need slurmctld slurmd sbatch munged sqlite3 python3 pgrep

folder=$(mktemp -d)
simulator=
clean_up() {
    stop_cluster
    end_process "$simulator"
    rm -rf "$folder"
}
trap clean_up EXIT
fail() {
    echo "FAILED: $*"
    tail -n 5 "$folder"/cluster/out/logs/*.log 2>/dev/null || true
    exit 1
}

"$build/tests/heavy/simulated_index" "$servers" "$folder/index.json" 100 &
simulator=$!
# Programs as well, each a copy of the demo server under a name of its own.
mkdir "$folder/programs"
for i in 1 2 3 4 5 6 7 8; do
    cp "$build/data/mcprisk-demo-server" "$folder/programs/server-$i"
    echo "$folder/programs/server-$i"
done >"$folder/programs.txt"
until_true 30 test -s "$folder/index.json" || fail "the simulator does not begin"
export XDG_STATE_HOME=$folder/state XDG_CACHE_HOME=$folder/cache
crawl=(--allow-private --jobs 100 --yes)

echo "== a cluster of one node"
mkdir "$folder/cluster"
start_cluster "$folder/cluster" "$shards"

echo "== $shards tasks, one of them killed"
into=$folder/cluster/out
ids=$("$source_dir/deploy/slurm/crawl.sbatch" --shards "$shards" --into "$into" \
    --mcprisk "$mcprisk" --partition short --time 20 --mem 500 --cpus-per-task 1 \
    --merge-time 5 --sbatch --comment=test \
    "$folder/index.json" "$folder/programs.txt" -- "${crawl[@]}")
array=$(sed -n 's/^crawl //p' <<<"$ids") merge=$(sed -n 's/^merge //p' <<<"$ids")
[ -n "$array" ] && [ -n "$merge" ] || fail "no job ids: $ids"
stored() { sqlite3 "$into/shard-2-of-$shards.db" 'SELECT count(*) FROM observations' 2>/dev/null || echo 0; }
has_some() { [ "$(stored)" -ge 10 ]; }
until_true 60 has_some || fail "shard 2 stores nothing"
# The process that has this test's and this task's shard as its --db, and no other.
victim=$(pgrep -f "^$mcprisk --db $into/shard-2-of-" | head -n 1) || true
[ -n "$victim" ] || fail "the task has no program"
kill -9 "$victim"
kept=$(stored)
echo "killed $victim with $kept attempts stored"

gone() { [ -z "$(squeue -h -j "$array,$merge" 2>/dev/null)" ]; }
until_true 300 gone || fail "the jobs do not end: $(squeue)"
state=$(scontrol show job "$merge" | sed -n 's/.*JobState=\([A-Z]*\).*/\1/p')
[ "$state" = COMPLETED ] || fail "the merge ended as $state"
grep -q 'shard 2 of .*ended with 137; goes on later' "$into/logs/shard-2.log" ||
    fail "nothing says that shard 2 was begun again"
scontrol show job "${array}_2" | grep -q 'Restarts=1' || fail "Slurm did not begin shard 2 again"
attempts=$(sqlite3 "$into/shard-2-of-$shards.db" \
    'SELECT count(*), count(DISTINCT server_id) FROM observations')
[ "${attempts%|*}" = "${attempts#*|}" ] || fail "shard 2 asked some server twice: $attempts"

echo "== the same crawl in one piece"
"$mcprisk" -q --db "$folder/whole.db" crawl "$folder/index.json" "$folder/programs.txt" "${crawl[@]}" \
    >/dev/null || fail "the crawl ended with $?"
same_catalogues "$folder/whole.db" "$into/catalogue.db" $((servers + 8))

echo "== a shard that is lost is named, the rest is merged"
rm "$into/shard-1-of-$shards.db" "$into/catalogue.db"
code=0
files=()
for ((k = 1; k <= shards; ++k)); do files+=("$into/shard-$k-of-$shards.db"); done
"$mcprisk" --db "$into/catalogue.db" merge "${files[@]}" >"$folder/log" 2>&1 || code=$?
[ $code = 3 ] || fail "a lost shard ends with $code: $(cat "$folder/log")"
grep -q "shard-1-of-$shards.db" "$folder/log" || fail "the lost shard is not named"
rest=$("$mcprisk" --db "$into/catalogue.db" servers --names | wc -l)
[ "$rest" -gt 0 ] && [ "$rest" -lt $((servers + 8)) ] || fail "$rest servers of the other shards"
