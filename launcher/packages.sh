# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Debian packages: what is missing is named first, then installed. Nothing but bash, coreutils and apt is
# taken for granted here.

# What builds and runs ONOS, the key server and a member.
readonly base_packages="maven curl procps ca-certificates"
# What the Mininet WAN, its demo and its scenarios need besides.
readonly lab_packages="mininet openvswitch-switch python3 iproute2 iputils-ping iperf3 tcpdump ethtool
  util-linux"
readonly test_packages="python3-pytest python3-scapy python3-grpcio tshark openssl charon-systemd
  strongswan-swanctl libstrongswan-standard-plugins ike-scan nftables"
# The peer of the IKE comparison, with its fastest cryptography.
readonly bench_packages="openssl charon-systemd strongswan-swanctl libstrongswan-standard-plugins iproute2 util-linux"
# What measures gateways, and compiles the loop in C that the cipher is held against.
readonly bench_tools="iproute2 iputils-ping iperf3 tcpdump util-linux openssl gcc libc6-dev"
# The gateways' peers: what a release has not is named and left out.
readonly bench_peers="charon-systemd strongswan-swanctl libstrongswan-standard-plugins libcharon-extra-plugins
  wireguard-go wireguard-tools"
# The release that has what the oldest supported one has not.
readonly newer_release=trixie

apt_is_fresh=

apt_quietly() {
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 "$@"
}

# without_services COMMAND...: runs it so that packages (Open vSwitch, strongSwan) do not start the services
# that they bring: each run starts its own. See Debian's policy, section 9.3.3.2.
without_services() {
  local policy=/usr/sbin/policy-rc.d
  if [[ -e $policy ]]; then
    "$@"
    return
  fi
  (
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    "$@"
  )
}

# Reads the package lists once per call of the launcher.
refresh_package_lists() {
  if [[ -z $apt_is_fresh ]]; then
    say "Reading the package lists (apt-get update)"
    apt_quietly -qq update || fail "apt-get update failed" "check /etc/apt/sources.list and the network"
    apt_is_fresh=yes
  fi
}

# True if apt offers the package.
offered() {
  [[ $(apt-cache policy "$1" 2>/dev/null) == *"Candidate: "[0-9]* ]]
}

# Prints those of the packages that are not installed.
missing_of() {
  local installed package
  installed=$(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' "$@" 2>/dev/null || true)
  for package in "$@"; do
    grep -qx "ii *$package" <<<"$installed" || echo "$package"
  done
}

# install PACKAGE...: installs what is missing of them, after saying so.
install() {
  local missing
  mapfile -t missing < <(missing_of "$@")
  if ((${#missing[@]} == 0)); then
    return
  fi
  if ! command -v apt-get >/dev/null; then
    fail "missing: ${missing[*]}; this is no Debian, so they cannot be installed from here" \
      "install them with the package tool of this system"
  fi
  if ((EUID != 0)); then
    fail "missing: ${missing[*]}" "sudo apt-get install --no-install-recommends ${missing[*]}"
  fi
  say "Installing: ${missing[*]}"
  refresh_package_lists
  local log
  log=$(mktemp)
  if ! without_services apt_quietly -y -qq install --no-install-recommends "${missing[@]}" >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    fail "apt-get could not install ${missing[*]}" "repair what it says above, then start again"
  fi
  rm -f "$log"
}

# Installs those of the packages that this release of Debian has; a missing one is no error.
install_if_offered() {
  local package missing
  mapfile -t missing < <(missing_of "$@")
  # one of the names is enough: they are the same library in different releases
  if ((${#missing[@]} < $#)) || ((EUID != 0)) || ! command -v apt-get >/dev/null; then
    return 0
  fi
  for package in "${missing[@]}"; do
    if offered "$package"; then
      install "$package"
      return 0
    fi
  done
}

# Intel's IPsec library, whatever its number in this release: a member is slower without it, not broken. Its
# second version knows VAES without AVX-512: on a processor that has the one and not the other (AMD's Zen 3)
# AES-GCM takes half the time with it.
install_ipsec_mb() {
  install_if_offered libipsec-mb1 libipsec-mb2
  if ((EUID != 0)) || ! vaes_without_avx512 || [[ -z $(missing_of libipsec-mb2) ]] || offered libipsec-mb2; then
    return 0
  fi
  say "Installing libipsec-mb2 of Debian $newer_release beside this release's: AES-GCM twice as fast on this processor"
  install_from "$newer_release" libipsec-mb2 \
    || say "Debian $newer_release cannot be reached: AES-GCM takes twice the time that it could"
}

vaes_without_avx512() {
  local flags
  flags=" $(grep -m 1 '^flags' /proc/cpuinfo) "
  [[ $flags == *" vaes "* && $flags == *" vpclmulqdq "* && $flags != *" avx512f "* ]]
}

# install_from RELEASE PACKAGE: installs one that depends on nothing that this release has not. Fails quietly.
install_from() (
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  chmod 755 "$work"
  download_from "$1" "$2" "$work" && apt_quietly -y -qq install --no-install-recommends "$work/$2"_*.deb >/dev/null 2>&1
)

# unpack_from RELEASE PACKAGE FOLDER: unpacks it in the folder and installs nothing. Fails quietly.
unpack_from() (
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  download_from "$1" "$2" "$work" && rm -rf "$3" && mkdir -p "$3" && dpkg-deb -x "$work/$2"_*.deb "$3"
)

# download_from RELEASE PACKAGE FOLDER: fetches the package of another release of Debian into the folder and
# leaves the system and its package sources as they are. Fails quietly: no such release, package or network.
download_from() (
  release=$1 package=$2 folder=$3
  keys=/usr/share/keyrings/debian-archive-keyring.gpg
  [[ -r $keys ]] || return 1
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
  echo "deb [signed-by=$keys] http://deb.debian.org/debian $release main" >"$work/sources.list"
  private=(-o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root
    -o Acquire::Languages=none -o Acquire::Retries=0 -o Acquire::http::Timeout=20)
  cd "$folder" \
    && apt_quietly "${private[@]}" -qq update >/dev/null 2>&1 \
    && apt_quietly "${private[@]}" -qq download "$package/$release" >/dev/null 2>&1
)
