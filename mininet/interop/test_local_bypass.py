# SPDX-License-Identifier: Apache-2.0
"""What a member alone would leave clear, its site not: the switch sends it to the member, where it ends."""

from getvpn_interop.cable import KEY_SERVER, MEMBER
from getvpn_wan.capture import FrameSender, PacketSocket
from getvpn_wan.frames import udp_frame
from getvpn_wan.wait import until

HOST, PEER = "10.1.0.10", "10.2.0.10"
NAMED, OTHER = 123, 124
COPIES = 5
LINE = {"source": "10.1.0.0/16", "destination": "10.2.0.0/16", "protocol": "udp", "destinationPort": NAMED}


def test_a_line_that_the_site_does_not_list_opens_nothing_and_the_mismatch_is_reported(cable, key_server, member):
    with key_server() as server, member(localBypass=[LINE]) as ours:
        ours.wait_until_said("registered", seconds=60)
        server.wait_until_said(f"member={MEMBER}@{MEMBER}:848", "stage=REGISTERED")
        until(lambda: "SENDABLE" in str(ours.status()["teks"]), 30, "a key to send with")
        # the switch of this site is the other end of the cable
        with cable.end("ks").inside(), FrameSender("eth0") as switch:
            clear = PacketSocket("eth0", f"inbound and udp and src host {HOST}")
            encrypted = PacketSocket("eth0", f"inbound and ip proto 50 and src host {HOST}")
            try:
                for port in (NAMED, OTHER):
                    for _ in range(COPIES):
                        switch.send(udp_frame(HOST, PEER, 40000, port, b"what may be read by nobody"))
                until(lambda: ours.status()["drops"]["LOCAL_BYPASS_NOT_AT_SITE"] >= COPIES, 30, "the drops counted")
                until(lambda: encrypted.passed >= COPIES, 30, "the others encrypted")
                assert clear.passed == 0
            finally:
                clear.close()
                encrypted.close()
        ours.wait_until_said(
            "WARN", "stage=LOCAL_BYPASS_MISMATCH packets=", "give the site the same line in ONOS", seconds=30
        )
        assert ours.status()["drops"]["LOCAL_BYPASS_NOT_AT_SITE"] == COPIES
        assert KEY_SERVER in ours.status()["keyServer"]
