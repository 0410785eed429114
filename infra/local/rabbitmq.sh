#!/usr/bin/env bash
# The private RabbitMQ node of one instance folder: start | stop | restart | kill | running |
# found | pid | mapper-pid | port | uri [VHOST] | management | vhost NAME | ctl ARGS... | wipe.
# Everything Erlang keeps (cookie, data, logs, port mapper) stays inside the instance folder.

# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

HOME_DIR=$LOCAL/rabbitmq
SETTINGS=$HOME_DIR/settings

find_server() {
  local dir
  # The wrapper on Debian's PATH insists on the system account; the script behind it does not.
  for dir in /usr/lib/rabbitmq/bin /opt/rabbitmq/sbin; do
    [[ -x $dir/rabbitmq-server ]] && { printf '%s\n' "$dir"; return 0; }
  done
  command -v rabbitmq-server >/dev/null && dirname "$(readlink -f "$(command -v rabbitmq-server)")"
}

# USER, PASSWORD, NODE and the four ports. NODE never changes: the data folder is named after it.
load() {
  [[ -r $SETTINGS ]] || return 1
  # shellcheck disable=SC1090
  source "$SETTINGS"
}

save() {
  printf '%s=%s\n' USER "$USER" PASSWORD "$PASSWORD" NODE "$NODE" AMQP_PORT "$AMQP_PORT" \
    DISTRIBUTION_PORT "$DISTRIBUTION_PORT" MANAGEMENT_PORT "$MANAGEMENT_PORT" \
    MAPPER_PORT "$MAPPER_PORT" | write_private "$SETTINGS"
}

choose_ports() {
  local ports
  mapfile -t ports < <(free_ports 4)
  AMQP_PORT=${ports[0]} DISTRIBUTION_PORT=${ports[1]} MANAGEMENT_PORT=${ports[2]} MAPPER_PORT=${ports[3]}
}

ports_still_free() {
  port_free "$AMQP_PORT" && port_free "$MANAGEMENT_PORT" && port_free "$DISTRIBUTION_PORT" &&
    { [[ -n $(mapper_pid) ]] || port_free "$MAPPER_PORT"; }
}

configure() {
  mkdir -p "$HOME_DIR"/{home,mnesia,log,generated,schema,conf.d}
  chmod 700 "$HOME_DIR"
  : >"$HOME_DIR/environment.conf"
  echo '[rabbitmq_management].' >"$HOME_DIR/enabled_plugins"
  # The log of quorum queues is kept in memory until it rolls over: 64 MB instead of 512.
  # A week to acknowledge: a consumer holds its messages while its database is away.
  write_private "$HOME_DIR/rabbitmq.conf" <<CONF
listeners.tcp.1 = 127.0.0.1:$AMQP_PORT
management.tcp.ip = 127.0.0.1
management.tcp.port = $MANAGEMENT_PORT
default_user = $USER
default_pass = $PASSWORD
default_user_tags.administrator = true
vm_memory_high_watermark.absolute = 1GB
disk_free_limit.absolute = 200MB
raft.wal_max_size_bytes = 64000000
consumer_timeout = 604800000
CONF
}

# What the server and its tools need to know of this node.
set_environment() {
  ENVIRONMENT=(
    HOME="$HOME_DIR/home"
    ERL_EPMD_PORT="$MAPPER_PORT" ERL_EPMD_ADDRESS=127.0.0.1
    RABBITMQ_CONF_ENV_FILE="$HOME_DIR/environment.conf"
    RABBITMQ_NODENAME="$NODE"
    RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 RABBITMQ_NODE_PORT="$AMQP_PORT"
    RABBITMQ_DIST_PORT="$DISTRIBUTION_PORT"
    RABBITMQ_CONFIG_FILE="$HOME_DIR/rabbitmq.conf"
    RABBITMQ_CONFIG_FILES="$HOME_DIR/conf.d"
    RABBITMQ_ADVANCED_CONFIG_FILE="$HOME_DIR/advanced.config"
    RABBITMQ_GENERATED_CONFIG_DIR="$HOME_DIR/generated"
    RABBITMQ_SCHEMA_DIR="$HOME_DIR/schema"
    RABBITMQ_MNESIA_BASE="$HOME_DIR/mnesia"
    RABBITMQ_LOG_BASE="$HOME_DIR/log"
    RABBITMQ_ENABLED_PLUGINS_FILE="$HOME_DIR/enabled_plugins"
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1}"
    # So marked, the start script replaces itself by Erlang: its pid is the server's.
    RUNNING_UNDER_SYSTEMD=true
  )
}

# A process of this node is known by its environment, which survives every step from script to
# Erlang, where the command line changes.
pid_of() {
  local pid=''
  [[ -r $HOME_DIR/$1.pid ]] && read -r pid <"$HOME_DIR/$1.pid"
  process_has "$pid" "HOME=$HOME_DIR/home" && printf '%s\n' "$pid"
}
server_pid() { pid_of server; }
mapper_pid() { pid_of epmd; }

start_mapper() {
  [[ -z $(mapper_pid) ]] || return 0
  local epmd
  epmd=$(command -v epmd || printf '%s\n' /usr/lib/erlang/erts-*/bin/epmd | tail -n 1)
  # Started here and not by Erlang, so that it is ours to stop.
  env "${ENVIRONMENT[@]}" setsid nohup "$epmd" </dev/null >"$HOME_DIR/log/epmd.log" 2>&1 9>&- &
  echo $! >"$HOME_DIR/epmd.pid"
  disown
  wait_for "starting the Erlang port mapper" 15 port_open "$MAPPER_PORT" ||
    fail "epmd does not answer; its log is $HOME_DIR/log/epmd.log"
}

healthy() {
  port_open "$AMQP_PORT" && http_answers 200 "$MANAGEMENT_PORT" /api/overview "$USER:$PASSWORD"
}
died() { process_gone "$(cat "$HOME_DIR/server.pid")"; }

start() {
  local server
  make_local
  if load; then
    if [[ -n $(server_pid) ]]; then
      # It may be on its way up, or on its way down.
      if GIVE_UP=died wait_for "waiting for RabbitMQ" 90 healthy; then
        say "  RabbitMQ is already running on port $AMQP_PORT"
        return 0
      fi
      died || fail "RabbitMQ runs and does not answer; its logs are in $HOME_DIR/log"
    fi
    ports_still_free || choose_ports
  else
    choose_ports
    USER=distribution PASSWORD=$(random_secret) NODE=distribution-$AMQP_PORT@localhost
  fi
  configure
  save
  server=$(find_server) || fail "no RabbitMQ found; ./dev install brings it"
  set_environment
  start_mapper
  env "${ENVIRONMENT[@]}" setsid nohup "$server/rabbitmq-server" \
    </dev/null >"$HOME_DIR/log/console.log" 2>&1 9>&- &
  echo $! >"$HOME_DIR/server.pid"
  disown
  if ! GIVE_UP=died wait_for "starting RabbitMQ" 120 healthy; then
    tail -n 30 "$HOME_DIR/log/console.log" >&2
    fail "RabbitMQ does not answer; its logs are in $HOME_DIR/log"
  fi
  say "  RabbitMQ on 127.0.0.1:$AMQP_PORT, management on 127.0.0.1:$MANAGEMENT_PORT"
}

stop_mapper() {
  local pid
  pid=$(mapper_pid) || return 0
  kill -TERM "$pid"
  wait_for "stopping the Erlang port mapper" 10 process_gone "$pid"
}

stop() {
  local pid
  load || return 0
  if pid=$(server_pid); then
    kill -TERM "$pid"
    wait_for "stopping RabbitMQ" 60 process_gone "$pid" || kill_hard
  fi
  stop_mapper
}

# Like a power cut for the broker; the port mapper stays, as it would on a real machine.
kill_hard() {
  local pid members
  load || return 0
  pid=$(server_pid) || return 0
  mapfile -t members < <(family "$pid")
  kill -KILL "${members[@]}" 2>/dev/null || true
  wait_for "killing RabbitMQ" 30 all_gone "${members[@]}" || fail "RabbitMQ outlived SIGKILL"
}

management() { printf 'http://%s:%s@127.0.0.1:%s' "$USER" "$PASSWORD" "$MANAGEMENT_PORT"; }
uri() { printf 'amqp://%s:%s@127.0.0.1:%s%s' "$USER" "$PASSWORD" "$AMQP_PORT" "${1:+/$1}"; }

make_vhost() {
  local name=$1 code
  code=$(http_status PUT "$MANAGEMENT_PORT" "/api/vhosts/$name" "$USER:$PASSWORD" '{}')
  [[ $code == 20[14] ]] || fail "RabbitMQ refused to make the virtual host $name: $code"
  code=$(http_status PUT "$MANAGEMENT_PORT" "/api/permissions/$name/$USER" "$USER:$PASSWORD" \
    '{"configure":".*","write":".*","read":".*"}')
  [[ $code == 20[14] ]] || fail "RabbitMQ refused the permissions on $name: $code"
}

main() {
  local verb=${1:-}
  case $verb in
  start | restart | kill | stop | wipe)
    mkdir -p "$LOCAL"
    # One at a time; neither server may inherit the lock (9>&- above).
    exec 9>"$LOCAL/rabbitmq.lock"
    flock 9
    ;;
  esac
  case $verb in
  start) start ;;
  stop) stop ;;
  restart) stop; start ;;
  kill) kill_hard ;;
  wipe) kill_hard; load && stop_mapper; rm -rf "$HOME_DIR" ;;
  found) find_server >/dev/null ;;
  running) load && [[ -n $(server_pid) ]] ;;
  pid) load && server_pid ;;
  mapper-pid) load && mapper_pid ;;
  uri) load && uri "${2:-}" ;;
  management) load && management ;;
  port) load && printf '%s\n' "$AMQP_PORT" ;;
  vhost) load && make_vhost "$2" ;;
  ctl) load && shift && set_environment && env "${ENVIRONMENT[@]}" "$(find_server)/rabbitmqctl" "$@" ;;
  *) fail "usage: rabbitmq.sh start|stop|restart|kill|found|running|pid|mapper-pid|port|uri|management|vhost|ctl|wipe" ;;
  esac
}

main "$@"
