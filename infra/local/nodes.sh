# shellcheck shell=bash
# Both private nodes together, and what others find them by. Sourced by ./dev.
# What the environment brings along is used instead: ConnectionStrings__<service> of all four
# services (or TEST_POSTGRES, for tests) in place of the private PostgreSQL, RABBITMQ__URI (or
# TEST_RABBITMQ) in place of the private RabbitMQ.

NODES=$ROOT/infra/local
SERVICES=(donation inventory request dispatch)

postgres() { DISTRIBUTION_LOCAL=$LOCAL "$NODES/postgres.sh" "$@"; }
rabbitmq() { DISTRIBUTION_LOCAL=$LOCAL "$NODES/rabbitmq.sh" "$@"; }

databases_given() {
  local service name
  for service in "${SERVICES[@]}"; do
    name=ConnectionStrings__$service
    [[ -n ${!name:-} ]] || return 1
  done
}
broker_given() { [[ -n ${RABBITMQ__URI:-} ]]; }

nodes_up() {
  say "nodes:"
  if databases_given; then say "  PostgreSQL as the environment says"; else postgres start; fi
  if broker_given; then say "  RabbitMQ as the environment says"; else rabbitmq start; fi
}

nodes_down() {
  rabbitmq stop
  postgres stop
}

nodes_wipe() {
  rabbitmq wipe
  postgres wipe
}

# --- for tests -------------------------------------------------------------------------------

test_nodes_up() {
  say "nodes:"
  [[ -n ${TEST_POSTGRES:-} ]] || postgres start
  [[ -n ${TEST_RABBITMQ:-} && -n ${TEST_RABBITMQ_MANAGEMENT:-} ]] || rabbitmq start
}

# What fixtures need to make databases and virtual hosts of their own, and to stop and start the
# nodes under a running system.
test_environment() {
  local value
  # Nodes that were given are controlled through the folder that they came with.
  if [[ -n ${TEST_POSTGRES:-} && -n ${INHERITED_LOCAL:-} ]]; then
    print_export DISTRIBUTION_LOCAL "$INHERITED_LOCAL"
  else
    print_export DISTRIBUTION_LOCAL "$LOCAL"
  fi
  if [[ -z ${TEST_POSTGRES:-} ]]; then
    value=$(postgres connection-string) || fail "PostgreSQL has not been started here"
    print_export TEST_POSTGRES "$value"
    print_export TEST_POSTGRES_CTL "$NODES/postgres.sh"
  fi
  if [[ -z ${TEST_RABBITMQ:-} || -z ${TEST_RABBITMQ_MANAGEMENT:-} ]]; then
    value=$(rabbitmq uri) || fail "RabbitMQ has not been started here"
    print_export TEST_RABBITMQ "$value"
    print_export TEST_RABBITMQ_MANAGEMENT "$(rabbitmq management)"
    print_export TEST_RABBITMQ_CTL "$NODES/rabbitmq.sh"
  fi
}

print_export() { printf 'export '; assignment "$@"; }
