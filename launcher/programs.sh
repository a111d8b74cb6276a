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

bench() {
  if [[ " $* " != *" --only esp "* ]]; then
    need_root "the IKE comparison makes network namespaces and therefore"
    # shellcheck disable=SC2086
    install $bench_packages
  fi
  build
  exec "$here/bench/run" "$@"
}
