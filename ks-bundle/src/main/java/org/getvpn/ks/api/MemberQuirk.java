// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.api;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** A deviation from RFC 6407 that members of a group need. */
public enum MemberQuirk {
    /** lengths of identification data in two octets: DigiCert's NanoSec */
    TWO_OCTET_ID_LENGTH,
    /** RSA signatures of rekeys without a DigestInfo: Cisco's gdoid */
    BARE_HASH_SIGNATURE,
    /** the key of a new KEK under the SPI of the old one: Cisco's gdoid */
    FOREIGN_KEK_SPI,
    /** sequence numbers go on when the KEK changes, as in RFC 3547: Cisco's gdoid */
    CONTINUED_SEQUENCE;

    /** The name in a configuration. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The one of that name in a configuration. */
    public static Optional<MemberQuirk> named(String text) {
        return Arrays.stream(values()).filter(one -> one.text().equals(text)).findFirst();
    }

    /** Every name, for an error message. */
    public static String names() {
        return Arrays.stream(values()).map(MemberQuirk::text).collect(Collectors.joining(", "));
    }
}
