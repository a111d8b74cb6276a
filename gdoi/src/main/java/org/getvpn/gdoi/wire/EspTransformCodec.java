// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.ArrayList;
import java.util.List;
import org.getvpn.gdoi.policy.EspTransform;

/** Between an {@link EspTransform} and the transform id and attributes of an SA TEK. */
final class EspTransformCodec {
    private static final int NULL = 11;
    private static final int AES_CBC = 12;
    private static final int AES_GCM_8 = 18;
    private static final int AES_GCM_12 = 19;
    private static final int AES_GCM_16 = 20;
    private static final int NULL_AUTH_AES_GMAC = 23;
    private static final int[] AES_KEY_OCTETS = {16, 24, 32};

    /**
     * Authentication algorithm, key and ICV in octets: HMAC-SHA-1-96 (RFC 2404) and HMAC-SHA-2 (RFC
     * 4868, section 2.6).
     */
    private static final int[][] HMACS = {{2, 20, 12}, {5, 32, 16}, {6, 48, 24}, {7, 64, 32}};

    private static final List<EspTransform> KNOWN = table();

    private EspTransformCodec() {}

    private static List<EspTransform> table() {
        List<EspTransform> table = new ArrayList<>();
        for (int key : AES_KEY_OCTETS) {
            table.add(combined(AES_GCM_8, key, 8));
            table.add(combined(AES_GCM_12, key, 12));
            table.add(combined(AES_GCM_16, key, 16));
            table.add(combined(NULL_AUTH_AES_GMAC, key, 16));
            for (int[] hmac : HMACS) {
                table.add(new EspTransform(AES_CBC, key, 0, hmac[0], hmac[1], 16, hmac[2], false));
            }
        }
        for (int[] hmac : HMACS) {
            table.add(new EspTransform(NULL, 0, 0, hmac[0], hmac[1], 0, hmac[2], false));
        }
        return List.copyOf(table);
    }

    /** Salt of 4 and IV of 8 octets (RFC 4106, sections 3 and 8.1; RFC 4543, section 5.4). */
    private static EspTransform combined(int transformId, int keyOctets, int icvOctets) {
        return new EspTransform(transformId, keyOctets, 4, 0, 0, 8, icvOctets, true);
    }

    /** Every transform that has an encoding here, whether a data plane has it or not. */
    static List<EspTransform> known() {
        return KNOWN;
    }

    /** The known transform of that id, key length and authentication, or an error naming it. */
    static EspTransform find(int transformId, long keyBits, long authentication)
            throws MalformedPayload {
        for (EspTransform transform : KNOWN) {
            if (transform.transformId() == transformId
                    && (transform.keyOctets() == 0 || transform.keyOctets() * 8L == keyBits)
                    && transform.authenticationAlgorithm() == authentication) {
                return transform;
            }
        }
        throw new MalformedPayload(
                "ESP transform "
                        + transformId
                        + " with a key of "
                        + keyBits
                        + " bits and authentication "
                        + authentication
                        + " is not known; known: "
                        + KNOWN);
    }

    static List<DataAttribute> attributes(EspTransform transform, long lifetimeSeconds) {
        List<DataAttribute> attributes = new ArrayList<>();
        attributes.add(DataAttribute.basic(SaTek.LIFE_TYPE, 1));
        attributes.add(
                lifetimeSeconds > 0xffff
                        ? DataAttribute.variable32(SaTek.LIFE_DURATION, lifetimeSeconds)
                        : DataAttribute.basic(SaTek.LIFE_DURATION, (int) lifetimeSeconds));
        attributes.add(DataAttribute.basic(SaTek.ENCAPSULATION_MODE, 1));
        if (transform.authenticationAlgorithm() != 0) {
            attributes.add(
                    DataAttribute.basic(
                            SaTek.AUTHENTICATION_ALGORITHM, transform.authenticationAlgorithm()));
        }
        if (transform.keyOctets() != 0) {
            attributes.add(DataAttribute.basic(SaTek.KEY_LENGTH, transform.keyOctets() * 8));
        }
        return attributes;
    }
}
