// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.getvpn.gdoi.exchange.RegistrationProfile;
import org.getvpn.gdoi.exchange.RegistrationRefused;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gdoi.policy.RekeyMessage;
import org.getvpn.gdoi.wire.Quirk;
import org.getvpn.ks.api.GdoiProfile;
import org.getvpn.ks.api.MemberDialect;
import org.getvpn.ks.api.MemberQuirk;
import org.junit.jupiter.api.Test;

/** A group whose members do not speak GDOI as RFC 6407 has it. */
class DialectTest {
    private static final GroupId BLUE = GroupId.number(1234);

    private static World world(MemberDialect dialect) throws Exception {
        World world =
                new World(1, World.policy("aes-gcm-256").toBuilder().dialect(dialect).build());
        world.pass(Duration.ofSeconds(1));
        return world;
    }

    @Test
    void itsQuirksHoldForRegistrationsAndRekeys() throws Exception {
        World world =
                world(new MemberDialect(GdoiProfile.RFC6407, EnumSet.allOf(MemberQuirk.class)));
        Set<Quirk> expected = EnumSet.allOf(Quirk.class);
        RegistrationProfile profile = world.groups().profile(BLUE, World.peer("10.1.0.2"));
        assertEquals(expected, profile.quirks());
        assertEquals(Optional.empty(), profile.proofOfPossession());

        world.register("10.1.0.2");
        List<GroupAction> farewell = world.groups().configure(List.of());
        GroupAction.Push push =
                (GroupAction.Push)
                        farewell.stream()
                                .filter(GroupAction.Push.class::isInstance)
                                .findFirst()
                                .orElseThrow();
        assertEquals(expected, push.quirks());
    }

    @Test
    void sequenceNumbersGoOnOverKeksWhereMembersNeedItAndBeginAnewElsewhere() throws Exception {
        MemberDialect dialect =
                new MemberDialect(GdoiProfile.RFC6407, Set.of(MemberQuirk.CONTINUED_SEQUENCE));
        assertEquals(0, rolloversThatBeginAnew(dialect));
        assertEquals(3, rolloversThatBeginAnew(MemberDialect.STANDARD));
    }

    /** Of the three KEK rollovers in 500 s. */
    private static long rolloversThatBeginAnew(MemberDialect dialect) throws Exception {
        World world =
                new World(
                        1, World.policy(120, 300, 5, 15, 24).toBuilder().dialect(dialect).build());
        world.pass(Duration.ofSeconds(1));
        world.register("10.1.0.2");
        world.pass(Duration.ofSeconds(500));
        long last = 0;
        long anew = 0;
        for (RekeyMessage push : world.pushes()) {
            anew += push.sequence() <= last ? 1 : 0;
            last = push.sequence();
        }
        assertTrue(last > 3);
        return anew;
    }

    @Test
    void withoutADialectItIsRfc6407() throws Exception {
        RegistrationProfile profile =
                world(MemberDialect.STANDARD).groups().profile(BLUE, World.peer("10.1.0.2"));
        assertEquals(Set.of(), profile.quirks());
        assertEquals(Optional.empty(), profile.proofOfPossession());
    }

    @Test
    void proofOfPossessionWithoutACertificateOfOurOwnIsRefusedNotLeftOut() throws Exception {
        World world = world(new MemberDialect(GdoiProfile.RFC3547, Set.of()));
        RegistrationRefused refused =
                assertThrows(
                        RegistrationRefused.class,
                        () -> world.groups().profile(BLUE, World.peer("10.1.0.2")));
        assertEquals(RegistrationRefused.Cause.UNAVAILABLE, refused.reason());
        assertTrue(refused.getMessage().contains("keyServer.certificate"), refused.getMessage());
    }
}
