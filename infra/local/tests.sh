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

run_project() { # project file, configuration, filter...
  local project=$1 name log results status=0 begin=$SECONDS passed=$PASSED failed=$FAILED
  name=$(basename "$project" .csproj)
  log=$LOCAL/log/$name.log results=$LOCAL/results/$name.trx
  # A test host that hangs is ended: a build server has no Ctrl-C.
  JOB_LOG=$log watch_job "$name" \
    dotnet test "$(dirname "$project")/bin/$2/net10.0/$name.dll" --nologo \
    --results-directory "$LOCAL/results" --logger "trx;LogFileName=$name.trx" \
    --logger "console;verbosity=minimal" \
    --blame-hang --blame-hang-timeout 5min --blame-hang-dump-type none "${@:3}" || status=$?
  if [[ -f $results ]]; then add_up "$results"; fi
  # A host that dies fails tests without naming them.
  if ((status != 0 && FAILED == failed)); then
    say "$name ended with status $status and no failed test: counted as one failure"
    FAILED=$((FAILED + 1))
  fi
  if ((FAILED > failed)); then grep -vE "$NOISE" "$log" >&2 || true; fi
  say "  $name: $((PASSED - passed)) passed, $((FAILED - failed)) failed, $((SECONDS - begin)) s"
}

run_tests() { # [filter]
  local project filter=() configuration=Debug
  [[ -z ${1:-} ]] || filter=(--filter "$1")
  rm -rf "$LOCAL/results"
  mkdir -p "$LOCAL/results"
  while read -r project; do
    run_project "$project" "$configuration" "${filter[@]}"
  done < <(test_projects)
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
