# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Help texts.

usage() {
  cat <<'TEXT'
usage: ./getvpn COMMAND [OPTION...]      ./getvpn help COMMAND tells more

See it work (root; installs what is missing, says so first):
  demo [--keep] [--json FILE]   ONOS, a WAN of three sites, encrypted traffic, faults; ends with a table
  test [PYTEST OPTION...]       mvn verify, then the scenarios on the WAN
  exec NODE COMMAND...          a command on a node of a demo that was kept
  stop [--purge]                takes down all that demo, test and start left running

ONOS with the application:
  start | status | log | cli [COMMAND]    start it, ask it, read its log, open its shell
  netcfg FILE                   gives it a network configuration
  rest PATH [CURL OPTION...]    calls its REST interface

Without ONOS:
  ks --config FILE              a key server
  gm --config FILE              a group member
  gm-status --socket FILE       what a running member does

  build                         builds what changed
  bench                         benchmarks
  p4-check                      whether the P4 artefacts are what the program compiles to
  version

Environment: JAVA_HOME (looked at before /usr/lib/jvm), GETVPN_RUN (folder of running things, default
run/), GETVPN_PREFIX (first part of the namespaces' names, default getvpn).
TEXT
}

usage_of() {
  case $1 in
    demo)
      cat <<'TEXT'
usage: sudo ./getvpn demo [--keep] [--json FILE]

Installs what is missing, builds, starts ONOS and a Mininet WAN of three sites with a redundant core,
sends traffic, forces a rekey, kills a pipeline, deletes the switches' rules, measures throughput, and
prints what happened. A sniffer listens on every WAN link from the first to the last second.
Exit code 0 only if every line of the table is as it should be.

  --keep       leaves everything running and prints what to try next; sudo ./getvpn stop ends it
  --json FILE  writes the same facts, also if one of them is bad
TEXT
      ;;
    test)
      cat <<'TEXT'
usage: sudo ./getvpn test [PYTEST OPTION...]

mvn verify, then all Mininet scenarios. Options go to pytest: -k rekey runs the scenarios with that word.
TEXT
      ;;
    build) echo "usage: ./getvpn build        builds with Maven if a source changed since the last build" ;;
    start)
      cat <<'TEXT'
usage: ./getvpn start

Starts ONOS with the application in run/onos (it keeps its state there) and waits until it answers.
REST on http://127.0.0.1:8181/onos (user onos, password rocks, or ONOS_PASSWORD), OpenFlow on 6653.
TEXT
      ;;
    stop)
      cat <<'TEXT'
usage: ./getvpn stop [--purge]

Ends a kept demo (root) and an ONOS of ./getvpn start. Of a demo nothing is left: no namespace, process,
switch or file. ONOS keeps its state in run/onos; --purge deletes that too.
TEXT
      ;;
    status) echo "usage: ./getvpn status       whether ONOS runs, and the key server's state; exit code 0 if it answers" ;;
    cli) echo "usage: ./getvpn cli [COMMAND]        ONOS's shell, for example: ./getvpn cli getvpn:members" ;;
    log) echo "usage: ./getvpn log [--all]  follows ONOS's log; --all prints the whole" ;;
    netcfg)
      cat <<'TEXT'
usage: ./getvpn netcfg FILE

Posts a network configuration, JSON with the object {"apps": {"org.getvpn": {"vpn": {...}}}}.
A configuration with an error is refused as a whole; the one before stays in force.
TEXT
      ;;
    rest)
      cat <<'TEXT'
usage: ./getvpn rest PATH [CURL OPTION...]

Calls http://127.0.0.1:8181/onos/PATH with ONOS's user, in ONOS's namespace:
  ./getvpn rest getvpn/v1/groups
  ./getvpn rest getvpn/v1/groups/blue/rekey --request POST
TEXT
      ;;
    exec)
      cat <<'TEXT'
usage: sudo ./getvpn exec NODE COMMAND...

Nodes: h1 h2 h3 (end hosts), gm1 gm2 gm3 (pipelines), onos, wan (the switches):
  sudo ./getvpn exec h1 ping 10.3.0.10
  sudo ./getvpn exec wan ovs-ofctl -O OpenFlow13 dump-flows s1
  sudo ./getvpn exec wan tcpdump -ni s1-eth3
TEXT
      ;;
    ks | gm)
      local jar=$ks_jar
      if [[ $1 == gm ]]; then
        jar=$gm_jar
      fi
      echo "usage: ./getvpn $1 --config FILE        same as java -jar ${jar#"$here"/} --config FILE"
      ;;
    gm-status) echo "usage: ./getvpn gm-status --socket FILE      state, keys by SPI and stage, counters, as JSON" ;;
    bench)
      cat <<'TEXT'
usage: sudo ./getvpn bench [--only esp|ike|p4|rekey] [--quick] [--json FILE]

Compares with others on this machine, in the same run; bench/README.md says how and names the facts.
  esp  our gateways, the kernel's forwarding, strongSwan's kernel-libipsec, wireguard-go: throughput,
       loss, delay; AES-GCM against C. Eighteen minutes; --quick four and says little
  ike  registrations against strongSwan's charon, and a flood. Some minutes
  p4   the software switch against bmv2 with the same program (on the PATH or by GETVPN_BMV2) and against
       the kernel's forwarding; ONOS programming it. Ten minutes
  rekey  a group of ten thousand members over the loopback interface: rekeys by unicast and multicast,
       an eviction, a restart. Some minutes; needs no root
Installs what is missing. A peer that this system does not have is named and left out.
TEXT
      ;;
    p4-check)
      cat <<'TEXT'
usage: ./getvpn p4-check

Compiles p4/src/main/p4/group_member.p4 again and fails if the committed p4info or bmv2 JSON differs.
Needs p4c-bm2-ss (p4c 1.2.4.8) on the PATH or in P4C; exit code 3 without one.
TEXT
      ;;
    version) echo "usage: ./getvpn version" ;;
    help) usage ;;
    *) fail "there is no command \"$1\"" "./getvpn help lists them" ;;
  esac
}
