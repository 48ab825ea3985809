# shellcheck shell=bash disable=SC2154
# A Slurm cluster of one node on loopback, without systemd and without touching /etc; sourced by tests.
#
#   start_cluster FOLDER NODE_CPUS    begins munged, slurmctld and slurmd, and exports what its clients need
#   stop_cluster                      ends them by their process ids
#
# All state, keys, sockets and logs are in FOLDER. Whoever calls it runs the cluster, root or not. The
# node claims NODE_CPUS processors, however many there are. Needs common.sh.

cluster_pids=()

stop_cluster() {
    local pid
    for pid in "${cluster_pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${cluster_pids[@]}"; do wait "$pid" 2>/dev/null || true; done
    cluster_pids=()
}

free_ports() { # HOW_MANY
    python3 - "$1" <<'PY'
import socket, sys
taken = [socket.socket() for _ in range(int(sys.argv[1]))]
for s in taken:
    s.bind(("127.0.0.1", 0))
print(*(s.getsockname()[1] for s in taken))
PY
}

start_cluster() {
    local folder=$1 cpus=$2 user ctld_port node_port host memory
    user=$(id -un)
    host=$(hostname -s)
    read -r ctld_port node_port <<<"$(free_ports 2)"
    memory=$(awk '/^MemTotal:/ { print int($2 / 1024) }' /proc/meminfo)
    mkdir -p "$folder"/{munge,state,spool}
    chmod 700 "$folder/munge"
    head -c 1024 /dev/urandom >"$folder/munge/key"
    chmod 400 "$folder/munge/key"
    munged --foreground --key-file="$folder/munge/key" --socket="$folder/munge.socket" \
        --pid-file="$folder/munge/pid" --seed-file="$folder/munge/seed" \
        --log-file="$folder/munge/log" --force 2>"$folder/munge/errors" &
    cluster_pids+=($!)
    cat >"$folder/slurm.conf" <<CONF
ClusterName=loopback
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$ctld_port
SlurmdPort=$node_port
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket,cred_expire=10
CredType=cred/munge
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/builtin
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0
SlurmdParameters=config_overrides
ReturnToService=2
NodeName=node1 NodeHostname=$host NodeAddr=127.0.0.1 CPUs=$cpus RealMemory=$memory State=UNKNOWN
PartitionName=short Nodes=node1 Default=YES MaxTime=60 State=UP
CONF
    export SLURM_CONF=$folder/slurm.conf
    until_true 20 test -S "$folder/munge.socket" || { cat "$folder/munge/errors"; return 1; }
    slurmctld -D -i >"$folder/slurmctld.out" 2>&1 &
    cluster_pids+=($!)
    slurmd -D -N node1 >"$folder/slurmd.out" 2>&1 &
    cluster_pids+=($!)
    until_true 60 node_is_idle || {
        tail -n 20 "$folder"/slurmctld.{out,log} "$folder"/slurmd.{out,log} >&2
        return 1
    }
}

node_is_idle() { [ "$(sinfo -h -n node1 -o %t 2>/dev/null)" = idle ]; }
