# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# ONOS: start, stop and talk to it. It may be the one of "start" or the one of a demo left running.

# Sets $onos_home and $onos_prefix (the words that lead into its network namespace).
choose_onos() {
  local folder
  onos_prefix=()
  for folder in "$run" "$run/demo" "$run/test"; do
    if [[ -s $folder/onos/onos.pid ]] && kill -0 "$(<"$folder/onos/onos.pid")" 2>/dev/null; then
      onos_home=$folder/onos
      if [[ -s $folder/onos.namespace ]]; then
        onos_prefix=(nsenter "--net=/run/netns/$(<"$folder/onos.namespace")")
      fi
      return
    fi
  done
  return 1
}

need_onos() {
  choose_onos || fail "ONOS does not run" "./getvpn start, or sudo ./getvpn demo --keep"
}

# Runs the distribution's own script for the chosen ONOS.
onos_script() {
  find_java17
  JAVA_HOME=$jdk17 ONOS_HOME=$onos_home "${onos_prefix[@]}" "$onos_home/bin/onos" "$@"
}

find_java17() {
  jdk17=${GETVPN_JDK17:-}
  if [[ -z $jdk17 ]]; then
    jdk 17
    jdk17=$jdk_home
  fi
}

onos_start() {
  no_arguments start "$@"
  if choose_onos; then
    fail "ONOS runs already (process $(<"$onos_home/onos.pid"))" "./getvpn stop ends it"
  fi
  build
  (umask 077 && mkdir -p "$run")
  JAVA_HOME=$jdk17 ONOS_HOME=$run/onos "$onos_distribution/bin/onos" start
  say "Next: ./getvpn netcfg FILE configures it, ./getvpn cli opens its shell, ./getvpn stop ends it"
}

onos_status() {
  no_arguments status "$@"
  if ! choose_onos; then
    say "ONOS does not run"
    return 1
  fi
  onos_script status
  onos_rest getvpn/v1/status
}

onos_cli() {
  need_onos
  onos_script cli "$@"
}

onos_log() {
  need_onos
  if [[ ${1:-} == --all ]]; then
    cat "$onos_home/apache-karaf/data/log/karaf.log"
  else
    exec tail -n 50 -F "$onos_home/apache-karaf/data/log/karaf.log"
  fi
}

# onos_rest PATH [curl options]: calls ONOS's REST, PATH relative to /onos.
onos_rest() {
  need_onos
  (($#)) || fail "rest needs a path" "./getvpn rest getvpn/v1/groups"
  local path=$1 user=${ONOS_USER:-onos} password=${ONOS_PASSWORD:-rocks}
  shift
  # the password reaches curl by its standard input, not by its command line
  "${onos_prefix[@]}" curl --config <(printf 'user = "%s:%s"\n' "$user" "$password") --silent --show-error \
    --fail-with-body --max-time 30 --write-out '\n' "$@" "http://127.0.0.1:8181/onos/${path#/}"
}

onos_netcfg() {
  (($# == 1)) || fail "netcfg needs one file" "./getvpn help netcfg"
  [[ -r $1 ]] || fail "cannot read $1" "give the path of a JSON file; ./getvpn help netcfg shows one"
  local answer
  answer=$(onos_rest v1/network/configuration --header 'Content-Type: application/json' --data "@$1") \
    || { say "$answer"; fail "ONOS did not take the configuration" "mend $1 and send it again"; }
  # ONOS answers 207 Multi-Status, a success to curl, when an application refuses its part
  if [[ $answer == *'"code":207'* ]]; then
    printf '%b\n' "$(sed -e 's/^.*"message":\["\?//' -e 's/"\?\]}$//' -e 's/\\"/"/g' <<<"$answer")" >&2
    fail "the configuration is refused; the old one stays in force" "mend $1 and send it again"
  fi
  say "The configuration is in force: ./getvpn cli getvpn:status shows what became of it"
}
