// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4;

/**
 * What a controller wants back with an entry; it means nothing here.
 *
 * @param controllerMetadata the older form, 64 bits
 * @param metadata the newer form, octets
 */
public record Note(long controllerMetadata, byte[] metadata) {
    /** Nothing noted. */
    public static final Note NONE = new Note(0, new byte[0]);

    /** Longest {@link #metadata}, in octets. */
    public static final int MOST_METADATA = 1024;
}
