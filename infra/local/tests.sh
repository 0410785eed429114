# shellcheck shell=bash
# Building and running all tests once, and adding up what they say. Sourced by ./dev.

# The test projects in the order in which they run: the quick and telling ones first, the
# whole system last.
test_projects() {
  local project
  for project in "$ROOT"/tests/*/*.csproj; do
    grep -q 'Microsoft.NET.Test.Sdk' "$project" && [[ $project != *EndToEnd* ]] && printf '%s\n' "$project"
  done
  for project in "$ROOT"/tests/*EndToEnd*/*.csproj; do
    [[ -f $project ]] && printf '%s\n' "$project"
  done
  return 0
}

counter() { # file, name
  sed -n "s/.*<Counters [^>]*\b$2=\"\([0-9]*\)\".*/\1/p" "$1" | head -n 1
}

PASSED=0 FAILED=0 SKIPPED=0

add_up() { # trx file
  local total executed passed
  total=$(counter "$1" total) executed=$(counter "$1" executed) passed=$(counter "$1" passed)
  PASSED=$((PASSED + ${passed:-0}))
  FAILED=$((FAILED + ${executed:-0} - ${passed:-0}))
  SKIPPED=$((SKIPPED + ${total:-0} - ${executed:-0}))
}

# What the runner says about itself and not about a test.
NOISE='^(Starting test execution|A total of |Data collector .Blame|Results File:|Additionally, path to test|No test (is available|matches)|$)'

# A lane runs projects one after the other and counts nothing: each leaves NAME.ended, with its
# status and its seconds, to the shell that prints, so that two lanes never talk at once.
run_lane() { # filter or nothing, project file...
  local filter=() project name status begin
  [[ -z $1 ]] || filter=(--filter "$1")
  shift
  for project in "$@"; do
    name=$(basename "$project" .csproj) status=0 begin=$SECONDS
    : >"$LOCAL/results/$name.begun"
    # A test host that hangs is ended: a build server has no Ctrl-C.
    dotnet test "$(dirname "$project")/bin/$TEST_CONFIGURATION/net10.0/$name.dll" --nologo \
      --results-directory "$LOCAL/results" --logger "trx;LogFileName=$name.trx" \
      --logger "console;verbosity=minimal" \
      --blame-hang --blame-hang-timeout 5min --blame-hang-dump-type none \
      "${filter[@]}" >"$LOCAL/log/$name.log" 2>&1 </dev/null || status=$?
    printf '%s %s\n' "$status" "$((SECONDS - begin))" >"$LOCAL/results/$name.new"
    mv "$LOCAL/results/$name.new" "$LOCAL/results/$name.ended"
  done
}

count_project() { # name, status, seconds
  local name=$1 status=$2 passed=$PASSED failed=$FAILED log=$LOCAL/log/$1.log
  if [[ -f $LOCAL/results/$name.trx ]]; then add_up "$LOCAL/results/$name.trx"; fi
  # A host that dies fails tests without naming them.
  if ((status != 0 && FAILED == failed)); then
    say "$name ended with status $status and no failed test: counted as one failure"
    FAILED=$((FAILED + 1))
  fi
  if ((FAILED > failed)); then grep -vE "$NOISE" "$log" >&2 || true; fi
  say "  $name: $((PASSED - passed)) passed, $((FAILED - failed)) failed, $3 s"
}

# Counts and tells of what has ended since the last time; leaves what still runs in RUNNING.
collect() { # project name...
  local name status seconds
  RUNNING=''
  for name in "$@"; do
    [[ -z ${COUNTED[$name]:-} ]] || continue
    if [[ -f $LOCAL/results/$name.ended ]]; then
      COUNTED[$name]=1
      read -r status seconds <"$LOCAL/results/$name.ended"
      end_progress
      count_project "$name" "$status" "$seconds"
    elif [[ -f $LOCAL/results/$name.begun ]]; then
      RUNNING+="${RUNNING:+ and }$name"
    fi
  done
}

# The whole system waits more than it works, and it stops the nodes under itself: it runs beside
# the others, on nodes of its own. Not where only some tests were asked for, and not on nodes
# that were given: then there is one lane.
WHOLE_ENVIRONMENT=''
with_whole() { # command...: in the instance folder of the whole system
  local LOCAL=$LOCAL/whole
  "$@"
}
whole_nodes_up() { # [filter]
  [[ -z ${1:-} && -z ${TEST_POSTGRES:-} && -z ${TEST_RABBITMQ:-} ]] || return 0
  say "nodes of the whole system's own:"
  with_whole make_local
  with_whole postgres start
  with_whole rabbitmq start
  WHOLE_ENVIRONMENT=$(with_whole test_environment)
}
whole_nodes_wipe() {
  [[ -d $LOCAL/whole ]] || return 0
  with_whole nodes_wipe
  rm -rf "$LOCAL/whole"
}

run_both_lanes() { # project file...
  local project whole=() others=()
  for project in "$@"; do
    if [[ $project == *EndToEnd* ]]; then whole+=("$project"); else others+=("$project"); fi
  done
  (
    eval "$WHOLE_ENVIRONMENT"
    run_lane '' "${whole[@]}"
  ) &
  run_lane '' "${others[@]}" &
  wait
}

TEST_CONFIGURATION=Debug
declare -A COUNTED=()

run_tests() { # [filter]
  local projects names begin=$SECONDS shown=0 name
  mapfile -t projects < <(test_projects)
  mapfile -t names < <(for name in "${projects[@]}"; do basename "$name" .csproj; done)
  rm -rf "$LOCAL/results"
  mkdir -p "$LOCAL/results"
  if [[ -n $WHOLE_ENVIRONMENT ]]; then
    run_both_lanes "${projects[@]}" 8>&- &
  else
    run_lane "${1:-}" "${projects[@]}" 8>&- &
  fi
  JOB=$!
  until process_gone "$JOB"; do
    collect "${names[@]}"
    if ((SECONDS - begin > shown)); then
      shown=$((SECONDS - begin))
      show_progress "$RUNNING" "$shown"
    fi
    sleep 0.1
  done
  end_progress
  wait "$JOB" || true
  JOB=''
  collect "${names[@]}"
  for name in "${names[@]}"; do
    if [[ -z ${COUNTED[$name]:-} ]]; then
      say "$name was not run to its end: counted as one failure"
      FAILED=$((FAILED + 1))
    fi
  done
  if ((PASSED + FAILED == 0)); then
    say "no test was found${1:+ that matches $1}"
    FAILED=1
  fi
}

# The last line of a run.
print_totals() {
  printf '%s passed, %s failed' "$PASSED" "$FAILED"
  if ((SKIPPED > 0)); then printf ', %s skipped' "$SKIPPED"; fi
  printf '\n'
}
