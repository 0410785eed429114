#!/usr/bin/env bash
# The private PostgreSQL node of one instance folder: start | stop | restart | kill | running |
# found | pid | port | connection-string | run COMMAND... | wipe.
# It listens on 127.0.0.1 only, at a port it keeps, and has one superuser with a random password.

# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

HOME_DIR=$LOCAL/postgres
DATA=$HOME_DIR/data
# Written by the server's account, which cannot write among the other logs.
SERVER_LOG=$HOME_DIR/server.log

# Newest first; the packages of Debian put the binaries outside PATH.
find_binaries() {
  local dir version
  while read -r dir; do
    [[ -x $dir/initdb && -x $dir/postgres && -x $dir/psql ]] || continue
    version=$("$dir/postgres" --version)
    version=${version##*) }
    ((${version%%[!0-9]*} >= 13)) && { printf '%s\n' "$dir"; return 0; }
  done < <(
    printf '%s\n' /usr/lib/postgresql/*/bin | sort -Vr
    command -v initdb >/dev/null && dirname "$(readlink -f "$(command -v initdb)")"
  )
  return 1
}

# PostgreSQL refuses to run as root, so root lends it the account of the package.
server_account() {
  if getent passwd postgres >/dev/null; then echo postgres; else echo nobody; fi
}

as_server() {
  if ((EUID != 0)); then
    (cd "$HOME_DIR" && exec "$@")
    return
  fi
  local account group drop
  account=$(server_account)
  group=$(id -gn "$account")
  drop=(setpriv --reuid "$account" --regid "$group" --init-groups)
  # A checkout below a folder closed to others, /root for one: the account may pass through
  # with this single capability and nothing else of root's.
  "${drop[@]}" test -w "$HOME_DIR" 2>/dev/null ||
    drop+=(--inh-caps=+dac_override --ambient-caps=+dac_override)
  (cd "$HOME_DIR" && exec "${drop[@]}" "$@")
}

server_pid() {
  local pid=''
  [[ -r $DATA/postmaster.pid ]] && read -r pid <"$DATA/postmaster.pid"
  process_is "$pid" "$DATA" && printf '%s\n' "$pid"
}

password() { cat "$HOME_DIR/password"; }
port() { cat "$HOME_DIR/port"; }

create() {
  local password_file=$HOME_DIR/initial-password
  say "  creating the PostgreSQL data folder"
  mkdir -p "$HOME_DIR"
  random_secret | write_private "$HOME_DIR/password"
  (umask 077 && cp "$HOME_DIR/password" "$password_file")
  if ((EUID == 0)); then chown "$(server_account)" "$HOME_DIR" "$password_file"; fi
  chmod 700 "$HOME_DIR"
  if ! as_server "$BINARIES/initdb" --pgdata="$DATA" --username=postgres \
    --pwfile="$password_file" --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 \
    --data-checksums >"$LOCAL/log/initdb.log" 2>&1; then
    cat "$LOCAL/log/initdb.log" >&2
    fail "initdb failed"
  fi
  rm -f "$password_file"
  # Synchronous commit stays on: an acknowledged event survives a killed server.
  as_server tee "$DATA/distribution.conf" >/dev/null <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 300
shared_buffers = 256MB
synchronous_commit = on
max_wal_size = 4GB
checkpoint_timeout = 15min
idle_in_transaction_session_timeout = 30s
timezone = 'UTC'
log_timezone = 'UTC'
CONF
  if as_server "$BINARIES/postgres" -D "$DATA" -C wal_compression -c wal_compression=lz4 \
    >/dev/null 2>&1; then
    as_server tee -a "$DATA/distribution.conf" >/dev/null <<<"wal_compression = lz4"
  fi
  as_server tee -a "$DATA/postgresql.conf" >/dev/null <<<"include 'distribution.conf'"
}

# A killed server leaves its lock file; where nobody reaps the dead process, PostgreSQL takes it
# for alive and would never start again.
clear_stale_lock() {
  local pid=''
  [[ -r $DATA/postmaster.pid ]] && read -r pid <"$DATA/postmaster.pid"
  if [[ -n $pid ]] && process_gone "$pid"; then rm -f "$DATA/postmaster.pid"; fi
}

answers() { PGCONNECT_TIMEOUT=2 "$BINARIES/pg_isready" -q -h 127.0.0.1 -p "$(port)"; }

start() {
  [[ -z $(server_pid) ]] || { say "  PostgreSQL is already running on port $(port)"; return 0; }
  make_local
  [[ -f $DATA/PG_VERSION && -f $HOME_DIR/password ]] || { rm -rf "$HOME_DIR"; create; }
  [[ -x /usr/lib/postgresql/$(<"$DATA/PG_VERSION")/bin/postgres ]] &&
    BINARIES=/usr/lib/postgresql/$(<"$DATA/PG_VERSION")/bin
  if [[ ! -f $HOME_DIR/port ]] || ! port_free "$(port)"; then
    free_ports 1 >"$HOME_DIR/port"
  fi
  clear_stale_lock
  as_server "$BINARIES/pg_ctl" start --silent --no-wait --pgdata="$DATA" --log="$SERVER_LOG" \
    --options="-p $(port)" </dev/null >/dev/null 2>&1 9>&- || true
  if ! wait_for "starting PostgreSQL" 90 answers; then
    tail -n 20 "$SERVER_LOG" >&2 || true
    fail "PostgreSQL does not answer; its log is $SERVER_LOG"
  fi
  say "  PostgreSQL on 127.0.0.1:$(port)"
}

stop() {
  local pid
  pid=$(server_pid) || return 0
  # SIGINT is the fast shutdown: sessions are ended, everything is written.
  kill -INT "$pid"
  if ! wait_for "stopping PostgreSQL" 60 process_gone "$pid"; then
    kill_hard
  fi
}

# Like a power cut for the server: no process of it gets a chance to write anything.
kill_hard() {
  local pid members member
  pid=$(server_pid) || return 0
  mapfile -t members < <(family "$pid")
  kill -KILL "$pid"
  for member in "${members[@]}"; do
    if process_is "$member" postgres; then kill -KILL "$member" 2>/dev/null || true; fi
  done
  wait_for "killing PostgreSQL" 30 all_gone "${members[@]}" || fail "PostgreSQL outlived SIGKILL"
}

connection_string() {
  printf 'Host=127.0.0.1;Port=%s;Username=postgres;Password=%s;Database=postgres' \
    "$(port)" "$(password)"
}

# With psql and its like in reach and pointed at this server, as its superuser.
run_client() {
  PATH=$BINARIES:$PATH PGHOST=127.0.0.1 PGPORT=$(port) PGUSER=postgres PGPASSWORD=$(password) \
    PGCONNECT_TIMEOUT=10 "$@"
}

main() {
  local verb=${1:-}
  case $verb in
  start | restart | kill | stop | wipe)
    mkdir -p "$LOCAL"
    # One at a time; the server itself must not inherit the lock (9>&- above).
    exec 9>"$LOCAL/postgres.lock"
    flock 9
    ;;
  esac
  case $verb in
  found) find_binaries >/dev/null; return ;;
  running) [[ -n $(server_pid) ]] && return 0 || return 1 ;;
  pid) server_pid; return ;;
  connection-string) connection_string; return ;;
  port) port; return ;;
  stop) stop; return ;;
  kill) kill_hard; return ;;
  wipe) kill_hard; rm -rf "$HOME_DIR"; return ;;
  esac
  BINARIES=$(find_binaries) || fail "no PostgreSQL 13 or later found; ./dev install brings it"
  case $verb in
  start) start ;;
  restart) stop; start ;;
  run) run_client "${@:2}" ;;
  *) fail "usage: postgres.sh start|stop|restart|kill|found|running|pid|port|connection-string|run|wipe" ;;
  esac
}

main "$@"
