// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.api;

import java.util.Objects;
import java.util.Set;

/** How the members of a group speak GDOI. */
public final class MemberDialect {
    /** RFC 6407 to the letter. */
    public static final MemberDialect STANDARD = new MemberDialect(GdoiProfile.RFC6407, Set.of());

    private final GdoiProfile profile;
    private final Set<MemberQuirk> quirks;

    /** A profile with deviations from it. */
    public MemberDialect(GdoiProfile profile, Set<MemberQuirk> quirks) {
        this.profile = Objects.requireNonNull(profile);
        this.quirks = Set.copyOf(quirks);
    }

    /** By which document members register. */
    public GdoiProfile profile() {
        return profile;
    }

    /** Deviations that they need. */
    public Set<MemberQuirk> quirks() {
        return quirks;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MemberDialect
                && profile == ((MemberDialect) other).profile
                && quirks.equals(((MemberDialect) other).quirks);
    }

    @Override
    public int hashCode() {
        return Objects.hash(profile, quirks);
    }
}
