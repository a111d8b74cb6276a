# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Two JDKs: 17, on which Maven and ONOS run, and 25 for the member's packet path.

readonly adoptium_url=https://packages.adoptium.net/artifactory
readonly adoptium_fingerprint=3B04D753C9050D9A5D343F39843C48A565F8F04B

# is_jdk FOLDER NUMBER: true if a compiler of that version lives there.
is_jdk() {
  local release
  [[ -x $1/bin/javac && -r $1/release ]] || return 1
  release=$(grep '^JAVA_VERSION=' "$1/release") || return 1
  [[ $release == "JAVA_VERSION=\"$2"[.\"+-]* ]]
}

# Prints the home of a JDK with that number, or fails.
find_jdk() {
  local number=$1 candidate
  for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/*; do
    if [[ -n $candidate && ! -L $candidate ]] && is_jdk "$candidate" "$number"; then
      echo "$candidate"
      return
    fi
  done
  return 1
}

# jdk NUMBER: finds or installs that JDK; its home is then in $jdk_home.
jdk() {
  local number=$1 package
  if jdk_home=$(find_jdk "$number"); then
    return
  fi
  if ((EUID != 0)) || ! command -v apt-get >/dev/null; then
    fail "no JDK $number in JAVA_HOME or /usr/lib/jvm" "$(jdk_remedy "$number")"
  fi
  refresh_package_lists
  for package in "openjdk-$number-jdk-headless" "temurin-$number-jdk"; do
    if offered "$package"; then
      install "$package"
      jdk_home=$(find_jdk "$number") && return
    fi
  done
  add_adoptium "$number"
  install "temurin-$number-jdk"
  jdk_home=$(find_jdk "$number") || fail "temurin-$number-jdk is installed, but no JDK $number is in /usr/lib/jvm" \
    "$(jdk_remedy "$number")"
}

jdk_remedy() {
  echo "install a JDK $1 (for example Temurin $1 from https://adoptium.net) and start again with JAVA_HOME=its folder"
}

# Adds Adoptium's signed apt repository: neither Debian nor a configured source has this JDK.
add_adoptium() {
  local number=$1 codename key=/usr/share/keyrings/adoptium.asc list=/etc/apt/sources.list.d/adoptium.list new
  # shellcheck disable=SC1091
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  say "No configured apt source has a JDK $number. Adding Adoptium's repository ($adoptium_url) in $list"
  install ca-certificates gpg
  new=$(mktemp -d)
  if ! /usr/lib/apt/apt-helper download-file "$adoptium_url/api/gpg/key/public" "$new/key" >/dev/null 2>&1; then
    rm -rf "$new"
    fail "Adoptium's repository cannot be reached, and no other source has a JDK $number" "$(jdk_remedy "$number")"
  fi
  if ! GNUPGHOME=$new gpg --batch --with-colons --show-keys "$new/key" 2>/dev/null \
    | grep -q "^fpr:.*:$adoptium_fingerprint:"; then
    rm -rf "$new"
    fail "the key at $adoptium_url is not Adoptium's ($adoptium_fingerprint)" "$(jdk_remedy "$number")"
  fi
  # "install" is our own function here
  command install -m 0644 "$new/key" "$key"
  rm -rf "$new"
  echo "deb [signed-by=$key] $adoptium_url/deb $codename main" >"$list"
  apt_is_fresh=
  refresh_package_lists
  if ! offered "temurin-$number-jdk"; then
    fail "Adoptium's repository has no JDK $number for ${codename:-this release}" "$(jdk_remedy "$number")"
  fi
}
