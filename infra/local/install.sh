#!/usr/bin/env bash
# Brings what ./dev needs and the machine lacks: PostgreSQL and RabbitMQ, and for the tests what
# reads bar codes, through apt-get. Says what and why, starts no system service, and asks for
# nothing when all is there.
# usage: install.sh [test]

# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Exit status of a machine that somebody has to prepare first.
readonly UNPREPARED=2
readonly POLICY=/usr/sbin/policy-rc.d

require_sdk() {
  if command -v dotnet >/dev/null && dotnet --list-sdks 2>/dev/null | grep -q '^10\.'; then return; fi
  say "error: the .NET 10 SDK is missing: https://dotnet.microsoft.com/download/dotnet/10.0"
  exit "$UNPREPARED"
}

# missing_packages [test | allocation]: what every verb needs, and what the tests or that bench need besides.
missing_packages() {
  if [[ ${1:-} == allocation ]]; then
    command -v clp >/dev/null || echo coinor-clp
  fi
  "$ROOT/infra/local/postgres.sh" found || echo postgresql
  "$ROOT/infra/local/rabbitmq.sh" found || echo rabbitmq-server
  if [[ ${1:-} == test ]]; then
    command -v zbarimg >/dev/null || echo zbar-tools
    command -v dmtxread >/dev/null || echo dmtx-utils
  fi
}

reason() {
  case $1 in
  postgresql) echo "the event store; run privately under .local" ;;
  coinor-clp) echo "the linear solver that ./dev bench allocation compares with" ;;
  rabbitmq-server) echo "the bus between the services; run privately under .local" ;;
  zbar-tools) echo "reads the bars of printed labels back, in tests" ;;
  dmtx-utils) echo "reads the Data Matrix of printed labels back, in tests" ;;
  esac
}

# Debian's packages start a server of their own right away; this asks them not to. An answer that
# the machine's owner has already given is left alone.
forbid_service_starts() {
  [[ ! -e $POLICY ]] || return 0
  trap 'rm -f "$POLICY"' EXIT
  trap 'exit 130' INT TERM HUP
  printf '#!/bin/sh\nexit 101\n' >"$POLICY"
  chmod 755 "$POLICY"
}

quietly() { # log, what, command...
  "${@:3}" >>"$1" 2>&1 </dev/null &
  local pid=$!
  wait_for "$2" 1800 process_gone "$pid" || true
  wait "$pid"
}

install_as_root() {
  export DEBIAN_FRONTEND=noninteractive
  say "installing through apt-get; no system service is started"
  forbid_service_starts
  local log
  log=$(mktemp)
  if ! {
    quietly "$log" "reading the package lists" apt-get update -qq &&
      quietly "$log" "installing $*" apt-get install -y -qq --no-install-recommends "$@"
  }; then
    cat "$log"
    rm -f "$log"
    fail "the packages could not be installed"
  fi
  rm -f "$log"
}

main() {
  if [[ ${1:-} == --as-root ]]; then
    shift
    install_as_root "$@" >&2
    return
  fi
  require_sdk
  local packages package line
  mapfile -t packages < <(missing_packages "$@")
  ((${#packages[@]} > 0)) || return 0
  line="sudo bash $ROOT/infra/local/install.sh --as-root ${packages[*]}"
  say "missing on this machine:"
  for package in "${packages[@]}"; do say "  $package: $(reason "$package")"; done
  if ! command -v apt-get >/dev/null; then
    say "error: there is no apt-get here; install them as your system does (PostgreSQL 13 or later, RabbitMQ 3.10 or later)"
    exit "$UNPREPARED"
  fi
  if ((EUID == 0)); then
    bash "${BASH_SOURCE[0]}" --as-root "${packages[@]}"
  elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [[ -t 0 ]]; } &&
    sudo bash "${BASH_SOURCE[0]}" --as-root "${packages[@]}"; then
    return 0
  else
    say "error: no right to install packages. Have this run once by somebody who may, then try again:"
    say "  $line"
    say "It runs apt-get install --no-install-recommends and keeps the packages' own services from starting."
    exit "$UNPREPARED"
  fi
}

main "$@"
