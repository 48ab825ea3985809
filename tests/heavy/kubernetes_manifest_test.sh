#!/usr/bin/env bash
# The Kubernetes manifest: held against Kubernetes' own schemas (npm's kubernetes-models), against what
# schemas do not say, and its containers' commands run here, one an index, over the simulator. No cluster
# is needed and none is tried. Usage: kubernetes_manifest_test.sh BUILD
# packages: python3-yaml sqlite3 bubblewrap
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
manifest=$(cd "$here/../.." && pwd)/deploy/kubernetes/crawl.yaml
build=$(realpath "$1")
mcprisk=$build/cli/mcprisk
. "$here/common.sh"
need npm node python3 sqlite3

folder=$(mktemp -d)
simulator=
trap 'end_process "$simulator"; rm -rf "$folder"' EXIT

echo "== the schemas"
mkdir "$folder/npm"
cp "$here/kubernetes_check.mjs" "$folder/npm"
(cd "$folder/npm" && npm install --silent --no-audit --no-fund --ignore-scripts \
    kubernetes-models@5.1.0 typescript@5.9.3 yaml@2.9.1 >log 2>&1) || {
    echo "skipped: npm's registry cannot be reached"
    exit 77
}
check() { (cd "$folder/npm" && node kubernetes_check.mjs "$manifest" "$@"); }
check || fail "the manifest is not what the schemas say"
refused() { # KIND PATH VALUE WORD: with that value the check complains, and about that
    check "$1" "$2" "$3" >"$folder/log" && fail "$2 = $3 is not seen"
    grep -q "$4" "$folder/log" || fail "$2 = $3: $(cat "$folder/log")"
}
refused Job spec.completionMode '"Index"' completionMode
refused Job spec.backofLimitPerIndex 3 backofLimitPerIndex
refused Job spec.parallelism '"4"' parallelism
refused Job spec.template.spec.containers.0.resources.limits.memory '"much"' quantity
refused PersistentVolumeClaim spec.accessModes '"ReadWriteMany"' accessModes

echo "== what no schema says"
python3 - "$manifest" "$folder" <<'PY' || fail "see above"
import json, sys, yaml
documents = list(yaml.safe_load_all(open(sys.argv[1])))
by_name = {(d["kind"], d["metadata"]["name"]): d for d in documents}
settings = by_name["ConfigMap", "mcprisk-crawl"]["data"]
crawl, merge = by_name["Job", "mcprisk-crawl"]["spec"], by_name["Job", "mcprisk-merge"]["spec"]
assert int(settings["SHARDS"]) == crawl["completions"], "SHARDS and completions differ"
assert crawl["parallelism"] <= crawl["completions"]
assert merge["suspend"] is True, "the merge would begin at once"
claims = {d["metadata"]["name"] for d in documents if d["kind"] == "PersistentVolumeClaim"}
for job in crawl, merge:
    pod = job["template"]["spec"]
    assert pod["restartPolicy"] == "Never", "a podFailurePolicy wants that"
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    for word in "hostNetwork", "hostPID", "hostIPC":
        assert word not in pod
    for volume in pod["volumes"]:
        assert "hostPath" not in volume
        claim = volume.get("persistentVolumeClaim")
        assert claim is None or claim["claimName"] in claims
    names = {v["name"] for v in pod["volumes"]}
    (container,) = pod["containers"]
    assert {m["name"] for m in container["volumeMounts"]} == names, "volumes and mounts differ"
    own = container["securityContext"]
    assert own["allowPrivilegeEscalation"] is False and "privileged" not in own
    assert own["readOnlyRootFilesystem"] is True and own["capabilities"] == {"drop": ["ALL"]}
    assert set(container["resources"]["limits"]) == {"cpu", "memory", "ephemeral-storage"}
    for rule in job["podFailurePolicy"]["rules"]:
        codes = rule.get("onExitCodes")
        assert codes is None or codes["containerName"] == container["name"]
        assert codes is None or 0 not in codes["values"]
for name, job in (("crawl", crawl), ("merge", merge)):
    container = job["template"]["spec"]["containers"][0]
    assert container["command"] == ["/bin/sh", "-c"]
    open(f"{sys.argv[2]}/{name}.sh", "w").write(container["args"][0])
open(f"{sys.argv[2]}/settings", "w").write("".join(f"{k}={v}\n" for k, v in settings.items()))
print("as it should be")
PY

echo "== its commands, one an index"
servers=${SERVERS:-120}
"$build/tests/heavy/simulated_index" "$servers" "$folder/index.json" 50 &
simulator=$!
until_true 30 test -s "$folder/index.json" || fail "the simulator does not begin"
mkdir "$folder"/{bin,shards,home}
ln -s "$mcprisk" "$folder/bin/mcprisk"
setting() { sed -n "s/^$1=//p" "$folder/settings"; }
container() { # SCRIPT INDEX: as the manifest has it, with folders of this test
    env -i PATH="$folder/bin:/usr/bin:/bin" HOME="$folder/home" JOB_COMPLETION_INDEX="$2" \
        SHARDS="$(setting SHARDS)" FOLDER="$folder/shards" INDEX="$folder/index.json" \
        OPTIONS="$(setting OPTIONS) --allow-private" /bin/sh -c "$(cat "$folder/$1.sh")"
}
pids=()
for ((i = 0; i < $(setting SHARDS); ++i)); do
    container crawl "$i" >"$folder/log-$i" 2>&1 &
    pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid" || fail "an index: $(tail -n 3 "$folder"/log-?)"; done
container merge '' >"$folder/merge.log" 2>&1 || fail "the merge: $(cat "$folder/merge.log")"
"$mcprisk" -q --db "$folder/whole.db" crawl "$folder/index.json" --allow-private >/dev/null
same_catalogues "$folder/whole.db" "$folder/shards/catalogue.db" "$servers"

echo "== without user namespaces"
# As in a container whose runtime forbids them: no program of an index is started, and it is said.
if unshare -Ur true 2>/dev/null; then
    echo "$build/data/mcprisk-demo-server" >"$folder/programs.txt"
    unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"' _ \
        "$mcprisk" --db "$folder/none.db" crawl "$folder/programs.txt" --yes >"$folder/log" 2>&1 || true
    seen=$(sqlite3 "$folder/none.db" "SELECT outcome || ': ' || failure FROM observations")
    [ "${seen%%:*}" = not_started ] || fail "without user namespaces: $seen: $(cat "$folder/log")"
    echo "$seen"
else
    echo "not shown: no user namespaces here to take away"
fi
