# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the launcher says to a person.

# One line about what happens now.
say() {
  printf '%s\n' "$*"
}

# fail PROBLEM [REMEDY]: says what is wrong and what to do about it, and ends with exit code 1.
fail() {
  printf 'getvpn: %s\n' "$1" >&2
  if [[ -n ${2:-} ]]; then
    printf '        %s\n' "$2" >&2
  fi
  exit 1
}

# need_root WHY: ends unless this is root.
need_root() {
  if ((EUID != 0)); then
    fail "$1 needs root" "sudo ./getvpn ${FUNCNAME[1]/run_tests/test}"
  fi
}

# no_arguments COMMAND "$@": ends if a command that takes none was given some.
no_arguments() {
  if (($# > 1)); then
    fail "$1 takes no argument \"$2\"" "./getvpn help $1"
  fi
}
