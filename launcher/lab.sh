# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The Mininet WAN: demo, scenarios, commands on its nodes, and taking everything down.

# Debian's own Python: mininet is one of its modules.
readonly python=/usr/bin/python3

prepare_lab() {
  # shellcheck disable=SC2086
  install $base_packages $lab_packages "$@"
  install_ipsec_mb
}

demo() {
  local words=("$@")
  while (($#)); do
    case $1 in
      --keep) ;;
      --json)
        [[ -n ${2:-} ]] || fail "--json needs a file" "./getvpn demo --json facts.json"
        shift
        ;;
      *) fail "demo has no option \"$1\"" "./getvpn help demo" ;;
    esac
    shift
  done
  need_root "the demo makes network namespaces and switches and therefore"
  not_running demo
  prepare_lab
  build
  # what a failed demo left are files alone, its logs
  rm -rf "$run/demo"
  local result=0
  lab_python demo -m getvpn_wan.demo "${words[@]}" || result=$?
  if ((result == 0)) && [[ ! -s $run/demo/namespaces ]]; then
    rm -rf "$run/demo"
    rmdir "$run" 2>/dev/null || true
  fi
  return "$result"
}

# lab_python FOLDER WORDS...: Debian's Python on our modules, its files in run/FOLDER.
lab_python() {
  local folder=$1
  shift
  (umask 077 && mkdir -p "$run/$folder")
  GETVPN_RUN=$run/$folder PYTHONPATH=$here/mininet PYTHONDONTWRITEBYTECODE=1 "$python" "$@"
}

not_running() {
  if [[ -s $run/$1/namespaces ]]; then
    fail "a $1 runs already, or one was killed (files in $run/$1)" "sudo ./getvpn stop takes it down"
  fi
}

run_tests() {
  need_root "the scenarios make network namespaces and switches and therefore"
  not_running test
  # shellcheck disable=SC2086
  prepare_lab $test_packages
  find_jdks
  say "1/3  mvn -T 2 verify"
  local digest
  digest=$(source_digest)
  maven -T 2 verify || fail "mvn -T 2 verify failed" "the first [ERROR] above says where"
  mkdir -p "$here/target"
  echo "$digest" >"$stamp"
  say "2/3  Fuzzing messages for a minute and frames for twenty seconds; ten of each: mvn -P fuzz -pl gdoi,gm-pipeline -am verify -DskipTests"
  maven -P fuzz -pl gdoi,gm-pipeline -am verify -DskipTests -Dfuzz.seconds=60 -Dfuzz.frames.seconds=20 \
    >"$here/target/fuzz.log" 2>&1 \
    || fail "a fuzzer found something" "target/fuzz.log says what; gdoi/target/fuzz or gm-pipeline/target/fuzz has the input"
  say "3/3  Mininet scenarios"
  local result=0
  scenarios "$here/mininet/tests" "$here/mininet/interop" "$here/mininet/scenarios" "$@" || result=$?
  take_down "$run/test"
  # a WAN of its own, so a run of its own; nothing selected there (5) is no failure
  local p4=0
  scenarios "$here/mininet/p4" "$@" || p4=$?
  take_down "$run/test"
  if ((result == 5)) || ((p4 != 0 && p4 != 5)); then
    result=$p4
  fi
  return "$result"
}

scenarios() {
  lab_python test -m pytest -c "$here/mininet/pytest.ini" --rootdir "$here/mininet" "$@"
}

# lab_exec NODE COMMAND...: runs a command on a node of a demo left running.
lab_exec() {
  (($# >= 2)) || fail "exec needs a node and a command" "./getvpn exec h1 ping 10.3.0.10"
  local node=$1 name folder
  shift
  for folder in "$run/demo" "$run/test"; do
    if [[ -s $folder/namespaces ]]; then
      name=$(grep -- "-$node\$" "$folder/namespaces") \
        || fail "no node \"$node\"" "there are: $(sed 's/^.*-//' "$folder/namespaces" | paste -sd ' ')"
      OVS_RUNDIR=$folder/ovs exec nsenter "--net=/run/netns/$name" "$@"
    fi
  done
  fail "no demo runs" "sudo ./getvpn demo --keep"
}

# take_down FOLDER: ends all processes in the namespaces that the run in FOLDER made, removes the
# namespaces and the folder. Only what is listed there is touched.
take_down() {
  local folder=$1 name signal
  if [[ -s $folder/lab.pid ]] && kill -TERM "$(<"$folder/lab.pid")" 2>/dev/null; then
    wait_for_end 60 "$(<"$folder/lab.pid")"
  fi
  if [[ -s $folder/namespaces ]]; then
    for signal in TERM KILL; do
      while read -r name; do
        if [[ -e /run/netns/$name ]]; then
          # shellcheck disable=SC2046
          end_processes "$signal" $(ip netns pids "$name")
        fi
      done <"$folder/namespaces"
    done
    while read -r name; do
      if [[ -e /run/netns/$name ]]; then
        ip netns delete "$name"
      fi
    done <"$folder/namespaces"
  fi
  rm -rf "$folder"
}

# end_processes SIGNAL PID...: sends it and waits up to 10 s.
end_processes() {
  local signal=$1
  shift
  if (($#)); then
    kill "-$signal" "$@" 2>/dev/null || true
    wait_for_end 10 "$@"
  fi
}

# wait_for_end SECONDS PID...
wait_for_end() {
  local deadline=$((SECONDS + $1)) pid poll=0.1
  shift
  for pid in "$@"; do
    while kill -0 "$pid" 2>/dev/null && [[ $(ps -o stat= -p "$pid") != Z* ]] && ((SECONDS < deadline)); do
      sleep "$poll"
    done
  done
}

stop_everything() {
  local purge='' folder
  if [[ ${1:-} == --purge ]]; then
    purge=yes
    shift
  fi
  no_arguments stop "$@"
  for folder in demo test bench; do
    if [[ -d $run/$folder ]]; then
      if ((EUID != 0)) && [[ -s $run/$folder/namespaces ]]; then
        fail "only root can take the $folder down" "sudo ./getvpn stop"
      fi
      say "Taking the $folder down"
      take_down "$run/$folder"
    fi
  done
  if choose_onos; then
    onos_script stop
  fi
  if [[ -n $purge ]]; then
    rm -rf "$run/onos"
  fi
  rmdir "$run" 2>/dev/null || true
}
