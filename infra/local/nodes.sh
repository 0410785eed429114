# shellcheck shell=bash
# Both private nodes together, and the environment that tests find them by. Sourced by ./dev.

NODES=$ROOT/infra/local
SERVICES=(donation inventory request dispatch)

postgres() { DISTRIBUTION_LOCAL=$LOCAL "$NODES/postgres.sh" "$@"; }
rabbitmq() { DISTRIBUTION_LOCAL=$LOCAL "$NODES/rabbitmq.sh" "$@"; }

nodes_up() {
    say "nodes:"
    [[ -n ${TEST_POSTGRES_GIVEN:-} ]] || postgres start
    [[ -n ${TEST_RABBITMQ_GIVEN:-} ]] || rabbitmq start
}

nodes_down() {
    rabbitmq stop
    postgres stop
}

nodes_wipe() {
    rabbitmq wipe
    postgres wipe
}

# What test fixtures need to make databases and virtual hosts of their own, and to stop and
# start the nodes under a running system.
nodes_env() {
    local connection uri management
    connection=$(postgres connection-string) || fail "PostgreSQL has not been started here"
    uri=$(rabbitmq uri) || fail "RabbitMQ has not been started here"
    management=$(rabbitmq management)
    print_export TEST_POSTGRES "$connection"
    print_export TEST_RABBITMQ "$uri"
    print_export TEST_RABBITMQ_MANAGEMENT "$management"
    print_export TEST_POSTGRES_CTL "$NODES/postgres.sh"
    print_export TEST_RABBITMQ_CTL "$NODES/rabbitmq.sh"
    print_export DISTRIBUTION_LOCAL "$LOCAL"
}

print_export() { printf "export %s='%s'\n" "$1" "$2"; }
