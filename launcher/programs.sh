# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The runnable jars: key server without ONOS, group member, benchmarks.

readonly ks_options=(-Xmx128m -XX:+UseSerialGC)
readonly gm_options=("@$here/gm-pipeline/src/main/jvm.options")

key_server() {
  build_if_missing "$ks_jar"
  jdk 17
  exec "$jdk_home/bin/java" "${ks_options[@]}" -jar "$ks_jar" "$@"
}

group_member() {
  build_if_missing "$gm_jar"
  jdk 25
  exec "$jdk_home/bin/java" "${gm_options[@]}" -jar "$gm_jar" "$@"
}

group_member_status() {
  group_member status "$@"
}

# A daemon under a supervisor must not start Maven because a source was touched: what is built is run.
build_if_missing() {
  if [[ ! -s $1 ]]; then
    build
  fi
}

# A wireguard-go with segmentation offload, if this release's own has none.
readonly newer_wireguard=$here/target/bench/wireguard-go

bench() {
  local only='' word
  for word in "$@"; do
    case $word in
      esp | ike | p4 | rekey) only=$word ;;
    esac
  done
  if [[ $only == rekey ]]; then
    enough_files
    build
    exec "$here/bench/run" "$@"
  fi
  need_root "the comparison makes network namespaces and therefore"
  if [[ -z $only || $only == ike ]]; then
    # shellcheck disable=SC2086
    install $bench_packages
  fi
  if [[ -z $only || $only == esp ]]; then
    prepare_gateways
  fi
  if [[ -z $only || $only == p4 ]]; then
    not_running bench
    prepare_lab
  fi
  build
  (umask 077 && mkdir -p "$run/bench")
  local result=0
  GETVPN_RUN=$run/bench "$here/bench/run" "$@" || result=$?
  take_down "$run/bench"
  rmdir "$run" 2>/dev/null || true
  return "$result"
}

# Each member of the benchmark of rekeys has a socket; Java raises the soft limit by itself.
readonly rekey_files=10200

enough_files() {
  local most
  most=$(ulimit -Hn)
  if [[ $most != unlimited ]] && ((most < rekey_files)); then
    fail "ten thousand members need $rekey_files open files, and this shell allows $most" \
      "ulimit -Hn $rekey_files, as root"
  fi
}

prepare_gateways() {
  local package version
  # shellcheck disable=SC2086
  install $bench_tools
  for package in $bench_peers; do
    install_if_offered "$package"
  done
  install_ipsec_mb
  version=$(dpkg-query -W -f '${Version}' wireguard-go 2>/dev/null) || version=0
  if [[ ! -x $newer_wireguard/usr/bin/wireguard-go ]] && dpkg --compare-versions "$version" lt 0.0.20230223; then
    say "Fetching wireguard-go of Debian $newer_release into ${newer_wireguard#"$here"/}; nothing is installed"
    unpack_from "$newer_release" wireguard-go "$newer_wireguard" \
      || say "Debian $newer_release cannot be reached: the comparison does without its wireguard-go"
  fi
}

p4_check() {
  (($# == 0)) || fail "p4-check has no option \"$1\"" "./getvpn help p4-check"
  "$here/p4/compile" --check
}
