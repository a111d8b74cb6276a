// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.exchange.PeerIdentity;
import org.getvpn.gdoi.exchange.RegistrationRefused;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.ks.api.GroupPolicy;
import org.getvpn.ks.api.MemberAuthorisation;
import org.junit.jupiter.api.Test;

/** Who may join a group; before that nobody learns anything of its policy. */
class AuthorisationTest {
    private static final GroupId BLUE = GroupId.number(1234);
    private static final String SUBJECT = "CN=gm1,OU=WAN,O=Example";

    private static GroupPolicy blue(String... identities) {
        return World.policy("aes-gcm-256").toBuilder()
                .authorisation(new MemberAuthorisation(List.of("10.1.0.0/16"), List.of(identities)))
                .build();
    }

    private static World world(String... identities) throws Exception {
        World world = new World(1, blue(identities));
        world.pass(Duration.ofSeconds(1));
        return world;
    }

    private static PeerIdentity peer(int type, String text, String from) throws Exception {
        Endpoint endpoint = new Endpoint(InetAddress.getByName(from), 848);
        return new PeerIdentity(type, text, endpoint, Set.of(), type == 1 ? null : SUBJECT);
    }

    private static String refusal(World world, PeerIdentity peer) {
        RegistrationRefused refused =
                assertThrows(RegistrationRefused.class, () -> world.groups().offer(BLUE, peer));
        assertEquals(RegistrationRefused.Cause.NOT_AUTHORISED, refused.reason());
        return refused.getMessage();
    }

    @Test
    void aNameThatNoPatternAdmitsIsRefusedAlsoFromAListedAddress() throws Exception {
        assertEquals(
                "not authorised: identity gm1.example.org matches none of the group's identities"
                        + " []: add a pattern there if it should",
                refusal(world(), peer(2, "gm1.example.org", "10.1.0.2")));
        assertEquals(
                "not authorised: identity CN=gm1,OU=WAN,O=Example matches none of the group's"
                        + " identities [fqdn:*.example.org, certificate:OU=LAN]: add a pattern"
                        + " there if it should",
                refusal(
                        world("fqdn:*.example.org", "certificate:OU=LAN"),
                        peer(9, SUBJECT, "10.1.0.2")));
    }

    @Test
    void aListedNameFromElsewhereIsRefused() throws Exception {
        assertEquals(
                "not authorised: address 10.9.0.2 matches none of the group's members"
                        + " [10.1.0.0/16]: add it there if it should",
                refusal(world("dn:CN=*,OU=WAN,O=Example"), peer(9, SUBJECT, "10.9.0.2")));
    }

    @Test
    void anAddressThatACertificateProvesMustBeListedToo() throws Exception {
        assertEquals(
                "not authorised: identity 10.9.0.2 matches none of the group's members"
                        + " [10.1.0.0/16]: add it there if it should",
                refusal(world("certificate:OU=WAN"), peer(1, "10.9.0.2", "10.1.0.2")));
    }

    @Test
    void anAddressANameAndACertificateAreAdmittedEachByItsOwnEntry() throws Exception {
        assertTrue(admits(world(), peer(1, "10.1.0.2", "10.1.0.2")));
        assertTrue(admits(world("fqdn:*.example.org"), peer(2, "gm1.example.org", "10.1.0.2")));
        assertTrue(admits(world("certificate:OU=WAN"), peer(2, "other.org", "10.1.0.2")));
        assertTrue(admits(world("dn:CN=*,OU=WAN,O=Example"), peer(9, SUBJECT, "10.1.0.2")));
    }

    private static boolean admits(World world, PeerIdentity peer) throws RegistrationRefused {
        GroupDownload offer = world.groups().offer(BLUE, peer);
        world.groups().admit(offer, peer, 1);
        return world.groups().members("blue").get(0).identity().equals(peer.text());
    }

    @Test
    void aMemberWhosePatternGoesIsOutAlsoAfterARestart() throws Exception {
        World world = world("certificate:OU=WAN");
        admits(world, peer(2, "gm1.example.org", "10.1.0.2"));
        world.restart(Duration.ofSeconds(1), Duration.ZERO);
        world.pass(Duration.ofSeconds(1));
        assertEquals(1, world.groups().members("blue").size());
        world.configure(blue("certificate:OU=LAN"));
        world.pass(Duration.ofSeconds(2));
        assertEquals(List.of(), world.groups().members("blue"));
    }
}
