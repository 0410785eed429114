# shellcheck shell=bash
# What every part of ./dev stands on: where things lie, waiting, ports, processes, HTTP.
# Sourced, never run. Needs bash, coreutils and util-linux, which every Debian has.

set -euo pipefail

# The lock of a run (./dev) ends with the run, not with a server that was started during it.
exec 8>&-

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
# One folder holds one instance: its nodes, addresses, logs, pids. `up`, `demo`, `test` and
# `bench` each have their own, so that a fault test never stops the broker of a running demo.
LOCAL=${DISTRIBUTION_LOCAL:-$ROOT/.local}

say() { printf '%s\n' "$*" >&2; }
fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

make_local() {
  mkdir -p "$LOCAL/log" "$LOCAL/run"
}

random_secret() { od -An -tx1 -N16 /dev/urandom | tr -d ' \n'; }

write_private() { # file: standard input becomes its content, readable by its owner only
  local file=$1
  (umask 077 && cat >"$file.new")
  mv -f "$file.new" "$file"
}

# NAME='value', as bash and most readers of such files take it.
assignment() { printf "%s='%s'\n" "$1" "${2//\'/\'\\\'\'}"; }

# --- waiting -------------------------------------------------------------------------------

# wait_for WHAT SECONDS COMMAND...: polls until COMMAND succeeds and shows that time passes.
# With GIVE_UP set to a command that succeeds, waiting ends early: what is awaited has died.
wait_for() {
  local what=$1 limit=$2 begin=$SECONDS shown=0 elapsed
  shift 2
  until "$@"; do
    elapsed=$((SECONDS - begin))
    if ((elapsed >= limit)) || { [[ -n ${GIVE_UP:-} ]] && $GIVE_UP; }; then
      end_progress
      return 1
    fi
    if ((elapsed > shown)); then
      shown=$elapsed
      show_progress "$what" "$elapsed"
    fi
    sleep 0.1
  done
  end_progress
}

PROGRESS_OPEN=''
show_progress() { # what, seconds
  if [[ -t 2 ]]; then
    printf '\r\033[K  %s … %ss' "$1" "$2" >&2
    PROGRESS_OPEN=1
  elif (($2 % 10 == 0)); then
    printf '  %s … %ss\n' "$1" "$2" >&2
  fi
}
end_progress() {
  if [[ -n $PROGRESS_OPEN ]]; then printf '\r\033[K' >&2; fi
  PROGRESS_OPEN=''
}

# --- ports ---------------------------------------------------------------------------------

# The local ports of this machine's sockets, one decimal number a line; given a state (0A is
# listening), only of sockets in it.
ports_in_use() {
  local wanted=${1:-} address state
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | while read -r _ address _ state _; do
    [[ $address == *:* && (-z $wanted || $state == "$wanted") ]] &&
      printf '%d\n' "0x${address##*:}"
  done
  return 0
}

# free_ports N: N free ports, one a line. They lie below the range from which the system gives
# ports to outgoing connections: a node that is stopped and started again must find its port
# unused, and a client that keeps dialling a port of that range can end up connected to itself.
free_ports() {
  local want=$1 low=20000 high used candidate
  read -r high _ </proc/sys/net/ipv4/ip_local_port_range
  ((high > low + 1000)) || { low=10000; high=20000; }
  used=" $(ports_in_use | tr '\n' ' ') "
  while ((want > 0)); do
    candidate=$((low + (RANDOM * 32768 + RANDOM) % (high - low)))
    [[ $used == *" $candidate "* ]] && continue
    used+="$candidate "
    printf '%s\n' "$candidate"
    want=$((want - 1))
  done
}

# Sockets that linger after a server's end do not stand in the way of its successor.
port_free() { ! ports_in_use 0A | grep -qx "$1"; }
port_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# --- processes -----------------------------------------------------------------------------

# process_is PID MARK: the process lives and its command line holds
# MARK; guards against a pid that the system has given to somebody else since.
process_is() {
  local pid=$1 mark=$2
  [[ -n $pid && -r /proc/$pid/cmdline ]] || return 1
  [[ $(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null) == *"$mark"* ]]
}

# process_has PID NAME=VALUE: the process was started with this variable.
process_has() {
  local pid=$1 variable=$2
  [[ -n $pid && -r /proc/$pid/environ ]] || return 1
  tr '\0' '\n' 2>/dev/null <"/proc/$pid/environ" | grep -qxF "$variable"
}

process_gone() { [[ ! -d /proc/$1 ]] || grep -qs '^State:[[:space:]]*Z' "/proc/$1/status"; }

all_gone() {
  local pid
  for pid in "$@"; do process_gone "$pid" || return 1; done
}

# family PID: the process and all its descendants, one pid a line.
family() {
  local -A parent=()
  local dir pid ppid line found=" $1 " grew=1
  for dir in /proc/[0-9]*; do
    line=$(cat "$dir/stat" 2>/dev/null) || continue
    line=${line##*) }
    read -r _ ppid _ <<<"$line"
    parent[${dir#/proc/}]=$ppid
  done
  while ((grew)); do
    grew=0
    for pid in "${!parent[@]}"; do
      if [[ $found == *" ${parent[$pid]} "* && $found != *" $pid "* ]]; then
        found+="$pid "
        grew=1
      fi
    done
  done
  tr ' ' '\n' <<<"$found" | grep .
}

# end_process PID MARK SECONDS: asks it to end, insists after SECONDS.
end_process() {
  local pid=$1 mark=$2 limit=$3
  process_is "$pid" "$mark" || return 0
  kill -TERM "$pid" 2>/dev/null || return 0
  wait_for "stopping $pid" "$limit" process_gone "$pid" && return 0
  process_is "$pid" "$mark" && kill -KILL "$pid" 2>/dev/null
  wait_for "killing $pid" 10 process_gone "$pid"
}

# run_job COMMAND...: runs it so that Ctrl-C is answered at once, and returns its status. Such a
# job ignores Ctrl-C itself; end_job, called on the way out, ends it with all its children.
JOB=''
run_job() {
  local status=0
  "$@" 8>&- &
  JOB=$!
  wait "$JOB" || status=$?
  JOB=''
  return "$status"
}

end_job() {
  [[ -n $JOB ]] || return 0
  local members
  mapfile -t members < <(family "$JOB")
  kill -TERM "${members[@]}" 2>/dev/null || true
  wait_for "ending what was under way" 20 all_gone "${members[@]}" ||
    kill -KILL "${members[@]}" 2>/dev/null || true
  JOB=''
}

# --- HTTP without curl -----------------------------------------------------------------------

# http_status METHOD PORT PATH [USER:PASSWORD [BODY]]: prints the status code, 000 for no answer.
http_status() {
  local method=$1 port=$2 path=$3 credentials=${4:-} body=${5:-} code
  code=$(
    exec 2>/dev/null
    exec 3<>"/dev/tcp/127.0.0.1/$port" || exit 1
    {
      printf '%s %s HTTP/1.0\r\nHost: 127.0.0.1:%s\r\n' "$method" "$path" "$port"
      [[ -z $credentials ]] ||
        printf 'Authorization: Basic %s\r\n' "$(printf %s "$credentials" | base64 -w0)"
      printf 'Content-Type: application/json\r\nContent-Length: %s\r\n\r\n%s' "${#body}" "$body"
    } >&3
    read -r -t 10 _ status _ <&3 && printf %s "$status"
  ) || code=''
  printf '%s' "${code:-000}"
}

http_answers() { # code port path [credentials]
  [[ $(http_status GET "$2" "$3" "${4:-}") == "$1" ]]
}
