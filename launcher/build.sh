# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Builds with Maven, and only when a source changed since the last build.

readonly stamp=$here/target/built-from
readonly onos_distribution=$here/karaf/distribution/target/onos
readonly ks_jar=$here/ks-bundle/target/getvpn-ks.jar
readonly gm_jar=$here/gm-pipeline/target/getvpn-gm.jar
readonly oar=$here/app/target/getvpn-app-$version.oar

# A digest over names and contents of everything that Maven reads.
source_digest() {
  (
    cd "$here" || return
    find pom.xml checkstyle.xml .mvn gdoi ks-bundle p4 app gm-pipeline karaf bench \
      \( -name target -o -name '.*.swp' \) -prune -o -type f -print0 | LC_ALL=C sort -z \
      | xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1
  )
}

is_built() {
  [[ -s $stamp && -d $onos_distribution && -s $ks_jar && -s $gm_jar && -s $oar \
    && $(<"$stamp") == "$(source_digest)" ]]
}

# Finds the JDKs; leaves their homes in $jdk17 and $jdk25.
find_jdks() {
  jdk 17
  jdk17=$jdk_home
  jdk 25
  jdk25=$jdk_home
  export GETVPN_JDK17=$jdk17 GETVPN_JDK25=$jdk25
}

# Maven on JDK 17, in the project's folder.
maven() {
  (cd "$here" && JAVA_HOME=$jdk17 mvn -B -ntp "$@")
}

# Makes sure that everything runnable is there.
build() {
  # shellcheck disable=SC2086
  install $base_packages
  find_jdks
  if is_built; then
    return
  fi
  local log=$here/target/build.log digest begin=$SECONDS
  mkdir -p "$here/target"
  digest=$(source_digest)
  say "Building with Maven; a first time takes some minutes (log: ${log#"$here"/})"
  if ! maven -T 2 package -DskipTests 2>&1 | tee "$log" | build_progress; then
    say ""
    grep -E '^\[ERROR\]' "$log" | head -n 20 >&2 || tail -n 20 "$log" >&2
    fail "the build failed" "the whole output is in $log"
  fi
  echo "$digest" >"$stamp"
  say "Built in $((SECONDS - begin)) s"
}

# Turns Maven's output into one line per module.
build_progress() {
  local line
  while IFS= read -r line; do
    if [[ $line =~ ^\[INFO\]\ Building\ (.*)\ ([^ ]+)\ +\[([0-9]+)/([0-9]+)\] ]]; then
      say "  [${BASH_REMATCH[3]}/${BASH_REMATCH[4]}] ${BASH_REMATCH[1]}"
    fi
  done
}

build_command() {
  no_arguments build "$@"
  build
  say "Everything is built:"
  say "  ${onos_distribution#"$here"/}   ONOS with the application"
  say "  ${oar#"$here"/}   the application for another ONOS"
  say "  ${ks_jar#"$here"/}   the key server without ONOS"
  say "  ${gm_jar#"$here"/}   the group member"
}
