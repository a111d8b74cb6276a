// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A deviation from RFC 6407 that some implementation needs. None is tolerated unless an operator
 * names it for a group. (The DOI of Phase 1, 1 or 2, is a setting of Phase 1: a key server takes
 * both, a member offers what it is told to.)
 */
public enum Quirk {
    /**
     * Lengths of identification data in SA KEK and SA TEK take two octets, not one (RFC 6407,
     * sections 5.3 and 5.5.1). Needed by DigiCert's NanoSec (formerly Mocana), which writes both
     * so; Wireshark reads SA TEK so. A key server writes this form; a member reads either.
     */
    TWO_OCTET_ID_LENGTH,

    /**
     * RSA signatures of GROUPKEY-PUSH cover the bare hash without a DigestInfo around it, as IKEv1
     * does in Phase 1 (against RFC 6407, section 5.3.6.1). Needed by Cisco's gdoid, either way. A
     * key server writes this form; a member takes either.
     */
    BARE_HASH_SIGNATURE,

    /**
     * The key of a new KEK stands in a rekey message under the SPI of the old one (against RFC
     * 6407, section 5.6.2). Needed by Cisco's gdoid, either way: it writes and expects the SPI of
     * the KEK that the message is encrypted with. A key server writes this form; a member takes a
     * single KEK key packet with any SPI.
     */
    FOREIGN_KEK_SPI;

    /** As an operator writes it, for example {@code bare-hash-signature}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The one of that label, if there is one. */
    public static Optional<Quirk> labelled(String label) {
        return Stream.of(values()).filter(quirk -> quirk.label().equals(label)).findFirst();
    }

    /** All labels, for a message. */
    public static String labels() {
        return Stream.of(values()).map(Quirk::label).collect(Collectors.joining(", "));
    }
}
