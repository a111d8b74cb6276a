// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

/** Domains of interpretation (RFC 2407; RFC 6407, section 5.2). */
public final class Doi {
    /** The IPsec DOI; what most IKEv1 implementations send in Phase 1. */
    public static final int IPSEC = 1;

    /** The group DOI; required in Phase 1 by RFC 6407, section 2.1. */
    public static final int GDOI = 2;

    private Doi() {}
}
