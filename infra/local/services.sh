# shellcheck shell=bash
# Building, migrating, starting and stopping the four services of one instance. Sourced by ./dev.

CONFIGURATION=${CONFIGURATION:-Release}
# One development key for all instances: a token made once is good for each of them.
SIGNING_KEY=$ROOT/.local/keys/signing-key.json
WORKBENCH=$ROOT/infra/local/Workbench/bin/$CONFIGURATION/net10.0/Distribution.Workbench.dll

# Nothing may keep running when a build has ended.
export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false DOTNET_CLI_USE_MSBUILD_SERVER=0
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

service_dll() {
  printf '%s/services/%s/Service/bin/%s/net10.0/Distribution.%s.Service.dll' \
    "$ROOT" "${1^}" "$CONFIGURATION" "${1^}"
}

# watch_job WHAT COMMAND...: runs it with its output in the file JOB_LOG and shows that time
# passes; returns its status.
watch_job() {
  local what=$1 status=0
  shift
  "$@" >"$JOB_LOG" 2>&1 </dev/null 8>&- &
  JOB=$!
  wait_for "$what" 3600 process_gone "$JOB" || true
  wait "$JOB" || status=$?
  JOB=''
  return "$status"
}

# with_progress WHAT LOG COMMAND...: the same, and if it fails, the errors in its output are shown.
with_progress() {
  local what=$1 log=$2 status=0
  shift 2
  JOB_LOG=$log watch_job "$what" "$@" || status=$?
  if ((status != 0)); then
    # The compiler says everything twice.
    { grep -E '(error|warning) ?[A-Z]*[0-9]*:|error :' "$log" | sort -u | head -n 25 |
      sed "s| \\[$ROOT/.*\\]$||; s|$ROOT/||"; } >&2 || true
    say "  $what failed; all of it is in $log"
  fi
  return "$status"
}

build() { # what to build, configuration
  make_local
  say "building $(basename "$1") ($2)"
  with_progress "building" "$LOCAL/log/build.log" \
    dotnet build "$1" --configuration "$2" --nologo -v:minimal || fail "the build failed"
}

build_services() { build "$ROOT/infra/local/services.slnf" "$CONFIGURATION"; }

workbench() {
  [[ -f $WORKBENCH ]] || build "$ROOT/infra/local/Workbench/Distribution.Workbench.csproj" "$CONFIGURATION"
  run_job env DISTRIBUTION_LOCAL="$LOCAL" Auth__SigningKeyFile="$SIGNING_KEY" \
    dotnet "$WORKBENCH" "$@"
}

make_signing_key() {
  [[ -f $SIGNING_KEY ]] && return
  (umask 077 && mkdir -p "$(dirname "$SIGNING_KEY")")
  workbench key >"$LOCAL/log/key.log" 2>&1 || { cat "$LOCAL/log/key.log" >&2; fail "no signing key"; }
  [[ -f $SIGNING_KEY ]] || fail "the workbench has made no signing key at $SIGNING_KEY"
}

# --- databases -------------------------------------------------------------------------------

role_password() { sed -n "s/^$1=//p" "$LOCAL/role-passwords"; }

make_role_passwords() {
  [[ -f $LOCAL/role-passwords ]] && return
  local service
  for service in "${SERVICES[@]}"; do
    printf '%s=%s\n' "${service}_owner" "$(random_secret)" "${service}_app" "$(random_secret)"
  done | write_private "$LOCAL/role-passwords"
}

# The same script as in containers.
make_databases() {
  local service environment=()
  databases_given && return
  say "databases"
  make_role_passwords
  for service in "${SERVICES[@]}"; do
    environment+=(
      "${service^^}_OWNER_PASSWORD=$(role_password "${service}_owner")"
      "${service^^}_APP_PASSWORD=$(role_password "${service}_app")"
    )
  done
  postgres run env "${environment[@]}" "$ROOT/infra/postgres/init/10-databases.sh"
}

connection_as() { # role, database
  printf 'Host=127.0.0.1;Port=%s;Database=%s;Username=%s;Password=%s' \
    "$(postgres port)" "$2" "$1" "$(role_password "$1")"
}

app_connection() {
  local given=ConnectionStrings__$1
  if [[ -n ${!given:-} ]]; then printf '%s' "${!given}"; else connection_as "${1}_app" "$1"; fi
}

owner_connection() {
  local given=ConnectionStrings__${1}_owner
  if [[ -n ${!given:-} ]]; then
    printf '%s' "${!given}"
  elif databases_given; then
    app_connection "$1"
  else
    connection_as "${1}_owner" "$1"
  fi
}

app_role() {
  app_connection "$1" | tr ';' '\n' | sed -n 's/^ *[Uu]ser\(name\| id\|\)=//Ip' | head -n 1
}

broker_uri() { if broker_given; then printf '%s' "$RABBITMQ__URI"; else rabbitmq uri distribution; fi; }

# --- the four processes ------------------------------------------------------------------------

# What a service is given; the owner's connection goes to `migrate` only.
set_service_environment() { # service
  SERVICE_ENVIRONMENT=(
    DISTRIBUTION_LOCAL="$LOCAL"
    "ConnectionStrings__$1=$(app_connection "$1")"
    RABBITMQ__URI="$(broker_uri)"
    Auth__SigningKeyFile="$SIGNING_KEY"
    Policy__File="${Policy__File:-$ROOT/infra/policies/vn-26-2013.json}"
    Region__File="${Region__File:-$ROOT/infra/regions/hanoi.json}"
  )
}

migrate() {
  local service
  for service in "${SERVICES[@]}"; do
    set_service_environment "$service"
    with_progress "migrating $service" "$LOCAL/log/$service-migrate.log" \
      env "${SERVICE_ENVIRONMENT[@]}" \
      "ConnectionStrings__${service}_owner=$(owner_connection "$service")" \
      Migrate__AppRole="$(app_role "$service")" \
      dotnet "$(service_dll "$service")" migrate ||
      { tail -n 20 "$LOCAL/log/$service-migrate.log" >&2; fail "$service could not be migrated"; }
  done
  say "schemas are up to date"
}

service_pid() {
  local pid=''
  [[ -r $LOCAL/run/$1.pid ]] && read -r pid <"$LOCAL/run/$1.pid"
  process_has "$pid" "DISTRIBUTION_LOCAL=$LOCAL" &&
    process_is "$pid" "Distribution.${1^}.Service.dll" && printf '%s\n' "$pid"
}

service_port() { cat "$LOCAL/run/$1.port" 2>/dev/null; }

start_service() { # service, port
  local service=$1 port=$2
  set_service_environment "$service"
  printf '%s\n' "$port" >"$LOCAL/run/$service.port"
  env "${SERVICE_ENVIRONMENT[@]}" ASPNETCORE_URLS="http://127.0.0.1:$port" \
    setsid nohup dotnet "$(service_dll "$service")" </dev/null >"$LOCAL/log/$service.log" 2>&1 8>&- &
  echo $! >"$LOCAL/run/$service.pid"
  disown
}

start_services() {
  local service port ports=() index=0
  mapfile -t ports < <(free_ports "${#SERVICES[@]}")
  for service in "${SERVICES[@]}"; do
    if [[ -z $(service_pid "$service") ]]; then
      # The port of last time, if it is still free: addresses in people's hands stay good.
      port=$(service_port "$service") && port_free "$port" || port=${ports[index]}
      start_service "$service" "$port"
    fi
    index=$((index + 1))
  done
  for service in "${SERVICES[@]}"; do
    await_ready "$service"
    say "  $service on http://127.0.0.1:$(service_port "$service")"
  done
}

service_ready() { http_answers 200 "$(service_port "$1")" /health/ready; }

await_ready() {
  local service=$1 pid
  read -r pid <"$LOCAL/run/$service.pid"
  if ! GIVE_UP="process_gone $pid" wait_for "starting $service" 90 service_ready "$service"; then
    tail -n 25 "$LOCAL/log/$service.log" >&2
    fail "$service does not become ready; its log is $LOCAL/log/$service.log"
  fi
}

services_running() {
  local service
  for service in "${SERVICES[@]}"; do
    [[ -n $(service_pid "$service") ]] && service_ready "$service" || return 1
  done
}

stop_services() {
  local service pid
  local -A stopping=()
  for service in "${SERVICES[@]}"; do
    pid=$(service_pid "$service") || continue
    kill -TERM "$pid" 2>/dev/null || true
    stopping[$service]=$pid
  done
  for service in "${!stopping[@]}"; do
    end_process "${stopping[$service]}" "Distribution.${service^}.Service.dll" 40
    rm -f "$LOCAL/run/$service.pid"
  done
}

# --- what is written down for people and programs ------------------------------------------------

write_environment() {
  local service
  {
    for service in "${SERVICES[@]}"; do
      assignment "${service^^}_URL" "http://127.0.0.1:$(service_port "$service")"
      assignment "ConnectionStrings__$service" "$(app_connection "$service")"
    done
    assignment RABBITMQ__URI "$(broker_uri)"
    broker_given || assignment RABBITMQ_MANAGEMENT "$(rabbitmq management)"
    assignment Auth__SigningKeyFile "$SIGNING_KEY"
    assignment Policy__File "${Policy__File:-$ROOT/infra/policies/vn-26-2013.json}"
    assignment Region__File "${Region__File:-$ROOT/infra/regions/hanoi.json}"
  } | write_private "$LOCAL/env"
}

load_environment() {
  [[ -r $LOCAL/env ]] || return 1
  set -a
  # shellcheck disable=SC1091
  source "$LOCAL/env"
  set +a
}

# Everything that the services need, and not yet the services.
prepare_nodes() {
  nodes_up
  broker_given || rabbitmq vhost distribution
  make_databases
  make_signing_key
  migrate
}

bring_up() {
  prepare_nodes
  say "services:"
  start_services
  write_environment
}

# --- status ------------------------------------------------------------------------------------

# Proportional memory of a process and its descendants, in MB: pages that several share are
# divided among them, so that the sum is true.
memory_of() {
  local pid total=0 kilobytes
  for pid in $(family "$1"); do
    kilobytes=$(sed -n 's/^Pss: *\([0-9]*\) kB/\1/p' "/proc/$pid/smaps_rollup" 2>/dev/null) || continue
    total=$((total + ${kilobytes:-0}))
  done
  printf '%s' $(((total + 512) / 1024))
}

print_row() { printf '  %-12s %-8s %-28s %-10s %6s\n' "$@"; }

# One instance; prints nothing and fails if nothing of it runs.
print_status() {
  local service pid port memory sum=0 health rows=''
  for service in "${SERVICES[@]}"; do
    pid=$(service_pid "$service") || continue
    port=$(service_port "$service")
    health=$(http_status GET "$port" /health/ready)
    [[ $health == 200 ]] && health=ready
    memory=$(memory_of "$pid")
    sum=$((sum + memory))
    rows+=$(print_row "$service" "$pid" "http://127.0.0.1:$port" "$health" "$memory")$'\n'
  done
  if pid=$(postgres pid); then
    memory=$(memory_of "$pid")
    sum=$((sum + memory))
    rows+=$(print_row PostgreSQL "$pid" "127.0.0.1:$(postgres port)" running "$memory")$'\n'
  fi
  if pid=$(rabbitmq pid); then
    memory=$(($(memory_of "$pid") + $(memory_of "$(rabbitmq mapper-pid || echo 0)")))
    sum=$((sum + memory))
    rows+=$(print_row RabbitMQ "$pid" "127.0.0.1:$(rabbitmq port)" running "$memory")$'\n'
  fi
  [[ -n $rows ]] || return 1
  printf '%s\n' "$LOCAL"
  print_row what pid address state MB
  printf '%s' "$rows"
  print_row sum '' '' '' "$sum"
}
